"""The key of a record as readers get it: unwrapped for the moment, kept nowhere."""

from __future__ import annotations

from carnet.crypto import ContentError, unwrap_patient_key
from carnet.models import PatientKey
from core.keyring import keyring


class KeyErased(ContentError):
    """The record has no key: nothing was ever sealed in it, or it was erased for good."""


def record_key(patient_id: int) -> bytes:
    """Raises KeyErased, and ContentError when the master key is not in the ring or the row was altered."""
    row = PatientKey.objects.filter(patient_id=patient_id).first()
    if row is None:
        raise KeyErased("no key")
    return opened(row)


def record_keys(patient_ids: set[int]) -> dict[int, bytes]:
    """The keys of several records in one statement; those that are gone are left out."""
    return {row.patient_id: opened(row) for row in PatientKey.objects.filter(patient_id__in=patient_ids)}


def opened(row: PatientKey) -> bytes:
    master = keyring().keys.get(row.master)
    if master is None:
        raise ContentError("the master key is not in HEALTH_DATA_KEYS")
    return unwrap_patient_key(master, row.patient_id, bytes(row.wrapped), bytes(row.mac))
