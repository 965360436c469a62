"""`manage.py vies_double`: a double of VIES on this machine, to try VAT numbers without asking anybody."""

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing.doubles.vies_service import ViesDouble, serving

PORT = 8027


class Command(BaseCommand):
    help = "Serves a double of VIES on this machine until Ctrl-C. It knows no company."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        double = ViesDouble()
        with serving(double, options["port"]):
            self.stdout.write(f"This is a DOUBLE of VIES: it proves nothing.\nVIES_API={double.api}")
            self.stdout.flush()
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                self.stdout.write(f"{len(double.asked)} questions asked.")
