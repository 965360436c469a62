"""Reads the whole journal again and says whether its chain of seals holds. Exits with 1 when it does not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.audit import verify_audit


class Command(BaseCommand):
    help = "Verifies the chain of seals of the journal."

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify_audit()
        if found.broken_at is not None:
            raise CommandError(f"The journal is broken at {found.broken_at}: {found.reason}.")
        self.stdout.write(f"The journal holds: {found.sealed} sealed, {found.unsealed} waiting to be sealed.")
