"""`manage.py sms_double`: a double of an SMS provider on this machine, to try `SMS_URL` without sending anything.

With `--site` and `--secret` it tells the site that each SMS was delivered, as an operator does, and brings replies: each
line typed, « +33639980001 OUI », is what that number answered.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Iterable
from queue import SimpleQueue
from typing import Any
from urllib.error import URLError

from django.core.management.base import BaseCommand, CommandParser

from notifications.doubles.sms_provider import Fault, Mode, Sms, SmsProviderDouble, serving

PORT = 8025
# An operator's receipt comes after the answer to the sending.
RECEIPT_AFTER = 0.5


class TellingDouble(SmsProviderDouble):
    """Keeps what it took for the thread that tells the site of its delivery."""

    taken: SimpleQueue[Sms]

    def accept(self, body: dict[str, Any]) -> Sms:
        sms = SmsProviderDouble.accept(self, body)
        self.taken.put(sms)
        return sms


class Command(BaseCommand):
    help = "Serves a double of an SMS provider on this machine until Ctrl-C. It sends no SMS to anybody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.DEDUPES.value)
        parser.add_argument("--fault", choices=[fault.value for fault in Fault], help="how it fails")
        parser.add_argument("--site", help="the site to which replies are brought, such as http://localhost:8000")
        parser.add_argument("--secret", help="the site's SMS_RECEIPT_SECRET, by which replies are signed")
        parser.add_argument("--secret-from", help="the environment variable that holds it")
        parser.add_argument("--share", type=float, default=1.0, help="the share of requests that fail, from 0 to 1")

    def handle(self, *args: Any, **options: Any) -> None:
        double = TellingDouble(
            mode=Mode(options["mode"]),
            fault=Fault(options["fault"]) if options["fault"] else None,
            share=options["share"],
        )
        double.taken = SimpleQueue()
        with serving(double, options["port"]):
            self.stdout.write(
                "This is a DOUBLE of an SMS provider: nothing it takes leaves this machine.\n"
                f"SMS_URL={double.url}?promise={double.mode.value}"
            )
            self.stdout.flush()
            secret = options["secret"] or os.environ.get(options["secret_from"] or "", "")
            if options["site"] and secret:
                doors = options["site"].rstrip("/") + "/notifications"
                arguments = (double, f"{doors}/recus/sms/", secret)
                threading.Thread(target=self.tell, args=arguments, name="receipts", daemon=True).start()
                self.bring(double, sys.stdin, f"{doors}/reponses/sms/", secret)
            self.wait()
            self.stdout.write(f"{double.requests} requests, {len(double.accepted)} SMS taken.")

    def tell(self, double: TellingDouble, address: str, secret: str) -> None:
        """A receipt of delivery for each SMS taken; one that the site does not hear is lost, as some are in life."""
        while True:
            sms = double.taken.get()
            threading.Event().wait(RECEIPT_AFTER)
            with contextlib.suppress(OSError):
                double.send_receipt(address, secret, sms, "delivered")

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
