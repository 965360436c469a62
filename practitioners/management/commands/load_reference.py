"""`manage.py load_reference`: communes, specialties and usual reasons into the database; safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from practitioners.services.reference import load_reference


class Command(BaseCommand):
    help = "Loads or refreshes communes, specialties and usual reasons from the files kept in the repository."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_reference()
        if options["verbosity"]:
            self.stdout.write(
                f"Reference data: {loaded.places} communes, {loaded.specialties} specialties, "
                f"{loaded.reason_kinds} reasons written."
            )
