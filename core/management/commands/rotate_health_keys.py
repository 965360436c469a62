"""Seals again, with the first key of HEALTH_DATA_KEYS, every text sealed with another one. May be stopped and run again.

When it reports nothing left, the old key can be taken out of HEALTH_DATA_KEYS.
"""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction

from core.crypto import EncryptedTextField, needs_resealing, seal, unseal

BATCH = 500


class Command(BaseCommand):
    help = "Seals every text again with the current key."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, EncryptedTextField):
                    total += reseal_column(model, field)
        self.stdout.write(f"{total} texts sealed again; none is left under another key.")


def reseal_column(model: type[models.Model], field: EncryptedTextField) -> int:
    """Works by ranges of the primary key, each in its own short transaction; returns how many texts changed."""
    changed, last = 0, None
    raw = models.expressions.RawSQL(f'"{model._meta.db_table}"."{field.column}"', [], models.BinaryField())  # noqa: S611
    while True:
        with transaction.atomic():
            rows = model._base_manager.order_by("pk").select_for_update(of=("self",))
            rows = rows if last is None else rows.filter(pk__gt=last)
            batch = list(rows.annotate(sealed_bytes=raw).values_list("pk", "sealed_bytes")[:BATCH])
            for pk, sealed in batch:
                if sealed and needs_resealing(bytes(sealed)):
                    _write(model, field, pk, bytes(sealed))
                    changed += 1
        if len(batch) < BATCH:
            return changed
        last = batch[-1][0]


def _write(model: type[models.Model], field: EncryptedTextField, pk: Any, sealed: bytes) -> None:
    text = unseal(sealed, field.context)
    fresh = models.Value(seal(text, field.context), output_field=models.BinaryField())
    model._base_manager.filter(pk=pk).update(**{field.name: fresh})
