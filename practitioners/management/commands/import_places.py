"""`manage.py import_places`: writes the committed communes into the database; may be run again at any time."""

from typing import Any

from django.core.management.base import BaseCommand

from practitioners.services.reference import load_places


class Command(BaseCommand):
    help = "Loads or refreshes the communes from the file kept in the repository."

    def handle(self, *args: Any, **options: Any) -> None:
        written = load_places()
        if options["verbosity"]:
            self.stdout.write(f"Communes: {written} written.")
