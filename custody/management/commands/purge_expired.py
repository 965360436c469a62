"""`manage.py purge_expired`: erases what the table of retention says is over; `--dry-run` says how much and erases nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.access import system_actor
from custody.retention import purgeable


class Command(BaseCommand):
    help = "Erases what is kept no longer, line by line of the table of retention."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only")
        parser.add_argument(
            "--only", action="append", default=[], metavar="CODE", help="these lines of the table alone"
        )

    def handle(self, *args: Any, dry_run: bool, only: list[str], **options: Any) -> None:
        lines = purgeable()
        if unknown := set(only) - {kept.code for kept, _purge in lines}:
            self.stderr.write(f"No such line: {', '.join(sorted(unknown))}")
            raise SystemExit(2)
        total = 0
        for kept, purge in lines:
            if only and kept.code not in only:
                continue
            count = purge.due() if dry_run else purge.run(system_actor("custody.purge"))
            total += count
            self.stdout.write(f"{kept.code:<12} {count:>8}  {kept.how_long}")
        self.stdout.write(f"{total} to erase, nothing erased" if dry_run else f"{total} erased")
