"""`manage.py load_health_pages`: the information pages kept in the repository; safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from core.access import system_actor
from portal.services.health_pages import load_health_pages


class Command(BaseCommand):
    help = "Brings the information pages of the repository. Pages that the staff has written on are left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        written = load_health_pages(actor=system_actor("load_health_pages"))
        if options["verbosity"]:
            self.stdout.write(f"Information pages: {written} written.")
