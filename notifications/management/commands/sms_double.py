"""`manage.py sms_double`: a double of an SMS provider on this machine, to try `SMS_URL` without sending anything."""

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications.doubles.sms_provider import Fault, Mode, SmsProviderDouble, serving

PORT = 8025


class Command(BaseCommand):
    help = "Serves a double of an SMS provider on this machine until Ctrl-C. It sends no SMS to anybody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.DEDUPES.value)
        parser.add_argument("--fault", choices=[fault.value for fault in Fault], help="how it fails")
        parser.add_argument("--share", type=float, default=1.0, help="the share of requests that fail, from 0 to 1")

    def handle(self, *args: Any, **options: Any) -> None:
        double = SmsProviderDouble(
            mode=Mode(options["mode"]),
            fault=Fault(options["fault"]) if options["fault"] else None,
            share=options["share"],
        )
        with serving(double, options["port"]):
            self.stdout.write(
                "This is a DOUBLE of an SMS provider: nothing it takes leaves this machine.\n"
                f"SMS_URL={double.url}?promise={double.mode.value}"
            )
            self.stdout.flush()
            self.wait()
            self.stdout.write(f"{double.requests} requests, {len(double.accepted)} SMS taken.")

    def wait(self) -> None:
        """Until Ctrl-C."""
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return
