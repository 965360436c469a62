"""`manage.py generate_register FOLDER`: writes a register of any size in the published format, with its faults."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from practitioners.register.generator import Plan, write_register
from practitioners.register.sources import made_at


class Command(BaseCommand):
    help = "Writes PS_LibreAcces_*.txt with made-up people, the same for the same seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--people", type=int, default=1_000, help="about three lines for two people")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--stamp", default=Plan(people=0).stamp, help="the AAAAMMJJHHMM of the name")
        parser.add_argument("--faults", type=float, default=0.0, help="share of lines with a fault, from 0 to 1")
        parser.add_argument("--apart", action="store_true", help="savoir-faire in their own file")
        parser.add_argument("--adeli", type=int, default=0, metavar="N", help="every Nth has an ADELI number alone")
        parser.add_argument("--old", action="store_true", help="the columns and spellings of 2021")
        parser.add_argument("--without", type=int, default=0, metavar="N", help="leave every Nth person out")
        parser.add_argument("--moved", type=int, default=0, metavar="N", help="give every Nth person another place")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("people", "seed", "stamp", "faults", "apart", "adeli", "old", "without", "moved")
        plan = Plan(**{name: options[name] for name in names})
        try:
            made_at(plan.stamp)
        except ValueError as error:
            raise CommandError("--stamp takes twelve digits, AAAAMMJJHHMM.") from error
        if not 0 <= plan.faults <= 1 or min(plan.people, plan.without, plan.moved, plan.adeli) < 0:
            raise CommandError("Numbers are not negative, and --faults is a share.")
        options["folder"].mkdir(parents=True, exist_ok=True)
        path, lines = write_register(options["folder"], plan)
        if options["verbosity"]:
            self.stdout.write(f"{path}: {lines} lines")
