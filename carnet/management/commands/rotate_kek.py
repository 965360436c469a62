"""Wraps the key of every record again with the first key of HEALTH_DATA_KEYS. May be stopped and run again.

It also signs the ledger of erasures with it.

When it reports that none is left, and `rotate_health_keys` too, the old key can be taken out of HEALTH_DATA_KEYS.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from carnet.models import PatientKey
from carnet.services.keys import rewrap_keys
from core import ledger
from core.access import system_actor
from core.keyring import keyring


class Command(BaseCommand):
    help = "Wraps every record's key with the current master key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500)

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        for count in rewrap_keys(actor=system_actor("rotate_kek"), batch=options["batch"]):
            total += count
        ledger.vouch()
        left = PatientKey.objects.exclude(master=keyring().current).count()
        self.stdout.write(f"{total} keys wrapped again; {left} left under another key.")
