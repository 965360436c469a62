"""What every writing of documents shares: checks of words and days, the key of an object wrapped for its place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError

from carnet.crypto import derived, seal, unseal
from carnet.exceptions import CarnetRefusal
from carnet.kinds import BY_CODE
from carnet.storage import store
from core import clock
from core.validators import refuse_controls, tidy
from patients.majority import PARIS
from patients.models import Patient

LONGEST_TITLE, LONGEST_NOTE = 120, 4_000


def wrap_object_key(record: bytes, patient_id: int, document: UUID, object_name: str, key: bytes) -> bytes:
    return seal(derived(record, "objects"), key, _place(patient_id, document, object_name))


def unwrap_object_key(record: bytes, patient_id: int, document: UUID, object_name: str, wrapped: bytes) -> bytes:
    """Raises ContentError for a key that belongs to another person, document or object."""
    return unseal(derived(record, "objects"), wrapped, _place(patient_id, document, object_name))


def _place(patient_id: int, document: UUID, object_name: str) -> str:
    return f"carnet.object.{patient_id}.{document}.{object_name}"


def checked_kind(kind: str) -> str:
    if kind not in BY_CODE:
        raise CarnetRefusal("unknown_kind")
    return kind


def checked_day(person: Patient, day: date | None) -> date:
    """A day of the person's life until today; today when none is given."""
    today = clock.today(PARIS)
    if day is None:
        return today
    if not person.birth_date <= day <= today:
        raise CarnetRefusal("date_impossible")
    return day


def checked_text(text: str, *, longest: int = LONGEST_TITLE, missing: str = "", lines: bool = False) -> str:
    """The text made safe. `missing` is the code of the refusal when it is needed and empty."""
    clean = tidy(text, lines=lines)
    try:
        refuse_controls(clean)
    except ValidationError as error:
        raise CarnetRefusal(missing or "title_missing") from error
    if missing and not clean:
        raise CarnetRefusal(missing)
    if len(clean) > longest:
        raise CarnetRefusal("text_too_long", most=longest)
    return clean


def check_revision(expected: int | None, actual: int) -> None:
    if expected is not None and expected != actual:
        raise CarnetRefusal("changed_meanwhile")


def delete_objects(names: Iterable[str]) -> None:
    """After the commit that made them nobody's; what a kill leaves of them goes with the orphans, a day later."""
    kept = store()
    for name in names:
        kept.delete(name)
