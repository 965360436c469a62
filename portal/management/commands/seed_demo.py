"""Fills an empty database with the demo: fictional people and practices, agendas filled around today."""

from __future__ import annotations

from argparse import ArgumentParser
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from booking.search.refresh import refresh_all
from portal.demo.carnet import fill_documents
from portal.demo.cast import create_cast
from portal.demo.desk import add_tasks, fill_the_past
from portal.demo.invoices import bill_the_past
from portal.demo.offices import create_offices
from portal.demo.prevention import fill_health
from portal.demo.register import import_small_register
from portal.demo.subscriptions import subscribe_practices
from portal.demo.visits import fill_agendas
from practitioners.models import Practitioner

SEED = 2026


class Command(BaseCommand):
    help = "Creates the demo people, practices and visits. Refuses where the demo is off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when practitioners exist already")
        parser.add_argument("--small", action="store_true", help="only the practices of the demo people")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo data are for the demo only: DEMO is off here.")
        if Practitioner.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("This database already has practitioners; `make reset` empties the demo.")
        # Fictional rows, the same at each run but for the dates.
        random = Random(SEED)  # noqa: S311
        with transaction.atomic():
            agendas = create_cast(random)
            named = list(agendas)
            if not options["small"]:
                agendas += create_offices(random)
            visits = fill_agendas(random, agendas, {agenda.practice_id for agenda in named})
            visits += fill_the_past(random, named)
            add_tasks(named[0])
            fill_health()
            fill_documents()
            trying = None if options["small"] else agendas[-1].practice_id
            subscribe_practices(random, agendas, in_trial=trying)
            bill_the_past(named[0].practice_id)
            listings = refresh_all(agenda.practitioner_id for agenda in agendas)
            stated = 0 if options["small"] else import_small_register()
        if options["verbosity"]:
            self.stdout.write(f"{len(agendas)} agendas, {visits} visits, {listings} listings, {stated} not joined")
