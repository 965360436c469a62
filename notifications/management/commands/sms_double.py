"""`manage.py sms_double`: a double of an SMS provider on this machine, to try `SMS_URL` without sending anything.

With `--site` and `--secret` it also brings replies: each line typed, « +33639980001 OUI », is what that number answered.
"""

import sys
import threading
from collections.abc import Iterable
from urllib.error import URLError
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
        parser.add_argument("--site", help="the site to which replies are brought, such as http://localhost:8000")
        parser.add_argument("--secret", help="the site's SMS_RECEIPT_SECRET, by which replies are signed")
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
            if options["site"] and options["secret"]:
                self.bring(
                    double, sys.stdin, f"{options['site'].rstrip('/')}/notifications/reponses/sms/", options["secret"]
                )
            self.wait()
            self.stdout.write(f"{double.requests} requests, {len(double.accepted)} SMS taken.")

    def bring(self, double: SmsProviderDouble, lines: Iterable[str], address: str, secret: str) -> None:
        """Each line is a number and what it answered; until the end of the input."""
        for line in lines:
            number, _, text = line.strip().partition(" ")
            if not number.startswith("+"):
                self.stdout.write("A reply is a number and a text: +33639980001 OUI")
                continue
            try:
                self.stdout.write(f"brought: {double.send_reply(address, secret, number, text)}")
            except URLError as error:
                self.stdout.write(f"not brought: {error}")

    def wait(self) -> None:
        """Until Ctrl-C."""
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return
