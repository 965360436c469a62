"""What every change of a profile begins with: whose it is, whether the day and the words are possible."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError

from carnet.refusals_health import HealthRefusal
from core import clock
from core.access import Actor, get_or_404
from core.validators import refuse_controls, tidy
from patients.majority import PARIS
from patients.models import Patient

LONGEST_LABEL, LONGEST_TEXT = 120, 1000
MOST_ROWS = 500


def person_of(actor: Actor, patient: UUID) -> Patient:
    """The person whose profile is written, locked. Raises NotForYou."""
    found = get_or_404(actor, Patient, "write_health", uid=patient)
    return Patient.objects.select_for_update().get(pk=found.pk)


def checked_day(person: Patient, day: date) -> date:
    """A day of the person's life, until today in Paris. Raises `date_impossible`."""
    if not person.birth_date <= day <= clock.today(PARIS):
        raise HealthRefusal("date_impossible")
    return day


def checked_text(text: str, *, longest: int = LONGEST_LABEL, needed: bool = False, lines: bool = False) -> str:
    """The text made safe. Raises `text_missing` or `text_too_long`, DomainError for what cannot be kept."""
    clean = tidy(text, lines=lines)
    try:
        refuse_controls(clean)
    except ValidationError as error:
        raise HealthRefusal("text_missing") from error
    if needed and not clean:
        raise HealthRefusal("text_missing")
    if len(clean) > longest:
        raise HealthRefusal("text_too_long", most=longest)
    return clean


def check_revision(expected: int | None, actual: int) -> None:
    """Raises `changed_meanwhile` (409) when the page was of an older state."""
    if expected is not None and expected != actual:
        raise HealthRefusal("changed_meanwhile")
