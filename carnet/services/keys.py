"""Makes and rewraps the keys of records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from carnet.crypto import new_key, wrap_patient_key
from carnet.models import PatientKey
from carnet.record_keys import opened
from core import audit
from core.access import Actor
from core.keyring import Keyring, keyring


def ensure_key(patient_id: int) -> bytes:
    """The key of a record, made at the first thing that is sealed in it; its row stays locked until the end.

    The lock is what makes the checks of one record's documents follow one another. Within the caller's transaction.
    """
    ring = keyring()
    row = PatientKey.objects.select_for_update().filter(patient_id=patient_id).first()
    if row is None:
        wrapped, mac = wrap_patient_key(ring.keys[ring.current], patient_id, new_key())
        fresh = PatientKey(patient_id=patient_id, master=ring.current, wrapped=wrapped, mac=mac)
        PatientKey.objects.bulk_create([fresh], ignore_conflicts=True)
        row = PatientKey.objects.select_for_update().get(patient_id=patient_id)
    return opened(row)


def rewrap_keys(*, actor: Actor, batch: int = 500) -> Iterator[int]:
    """Wraps every key again under the current master key, in short transactions; yields how many each time.

    May be stopped at any moment and run again: a row is under one master key or the other, never between.
    """
    ring = keyring()
    while True:
        with transaction.atomic():
            old = PatientKey.objects.exclude(master=ring.current).order_by("pk")
            rows = list(old.select_for_update(skip_locked=True)[:batch])
            _write(rows, ring)
            if rows:
                audit.record(actor, "carnet.rewrap_keys", count=len(rows), master=ring.current)
        if not rows:
            return
        yield len(rows)


def _write(rows: Sequence[PatientKey], ring: Keyring) -> None:
    """One statement for a batch: a `CASE` for each row and column costs more than all the wrapping."""
    fresh = [wrap_patient_key(ring.keys[ring.current], row.patient_id, opened(row)) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE keystore_patientkey AS kept SET master = %s, wrapped = fresh.wrapped, mac = fresh.mac
            FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS fresh (id, wrapped, mac) WHERE kept.id = fresh.id
            """,
            [ring.current, [row.pk for row in rows], [one for one, _mac in fresh], [mac for _one, mac in fresh]],
        )
