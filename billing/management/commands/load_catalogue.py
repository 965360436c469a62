"""`manage.py load_catalogue`: products and dated prices into the database; safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from billing.services.catalogue import load_catalogue


class Command(BaseCommand):
    help = "Loads or refreshes what is sold and its prices from the catalogue kept in the repository."

    def handle(self, *args: Any, **options: Any) -> None:
        written = load_catalogue()
        if options["verbosity"]:
            self.stdout.write(f"Catalogue: {written} rows written.")
