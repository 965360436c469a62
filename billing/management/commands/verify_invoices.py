"""Reads every issued invoice again: numbers without gap, papers unchanged. Exits with 1 when something does not hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.models import Invoice
from billing.selectors.proof import faults


class Command(BaseCommand):
    help = "Verifies the numbers and the contents of issued invoices."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--numbers", action="store_true", help="the numbers alone")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(faults(contents=not options["numbers"]))
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"{len(found)} faults among the invoices.")
        self.stdout.write(f"{Invoice.objects.issued().count()} issued papers hold.")
