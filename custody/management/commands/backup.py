"""`manage.py backup`: dumps the database and, apart, the keys of the records; then drops the dumps whose life is over."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.access import system_actor
from custody.services.backup import dump_database, dump_keystore
from custody.shelves import DATABASE, KEYSTORE, DumpRefused, drop_expired


class Command(BaseCommand):
    help = "Writes sealed dumps to BACKUP_FOLDER: the database (35 days), and the keys of the records (7 days)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=[DATABASE, KEYSTORE], help="one of the two")

    def handle(self, *args: Any, only: str | None, **options: Any) -> None:
        actor = system_actor("custody.backup")
        try:
            # The keys last: a dump of the database is put back with keys taken at the same time or later.
            for kind, take in ((DATABASE, dump_database), (KEYSTORE, dump_keystore)):
                if only in {None, kind}:
                    self.stdout.write(str(take(actor=actor)))
        except DumpRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if dropped := drop_expired():
            self.stdout.write(f"{dropped} old dumps dropped")
