"""`manage.py restore DATABASE KEYSTORE`: puts dumps back into the empty database of DATABASE_URL. Exits with 1 on a problem.

Stop web, workers and relay first, and start them again only once this has ended well.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.access import system_actor
from core.ledger import LedgerBroken
from custody.services.restore import ERASE, KEEP, check_dumps, restore
from custody.shelves import DumpRefused


class Command(BaseCommand):
    help = "Restores a dump into an empty database and does again every erasure made since."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("database", type=Path, help="the folder of a dump of the database")
        parser.add_argument("keystore", type=Path, help="that of the keys, taken at the same time or later")
        parser.add_argument("--unfinished", choices=[ERASE, KEEP], default="", help="erasures that a kill cut in two")
        parser.add_argument("--resend", action="store_true", help="leave the messages that are due to be sent")
        parser.add_argument("--thorough", action="store_true", help="open every document to its last byte")
        parser.add_argument("--check", action="store_true", help="read the dumps and write nothing")

    def handle(self, *args: Any, database: Path, keystore: Path, check: bool, **options: Any) -> None:
        asked = {name: options[name] for name in ("unfinished", "resend", "thorough")}
        try:
            if check:
                check_dumps(database, keystore, asked["unfinished"])
                self.stdout.write("Both dumps are whole, of this site, and go together.")
                return
            done = restore(
                actor=system_actor("custody.restore"),
                database=database,
                keystore=keystore,
                say=self.stdout.write,
                **asked,
            )
        except (DumpRefused, LedgerBroken) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{done.documents} documents open, {done.sealed} lines of the journal hold, {done.erased} erasures done again, "
            f"{done.held_back} messages held back."
        )
        for problem in done.problems[:50]:
            self.stderr.write(problem)
        if done.problems:
            raise CommandError(f"{len(done.problems)} problems: do not open the site before they are understood.")
