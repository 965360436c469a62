"""Noting measures, and whom to call."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from django.db import transaction

from carnet.enums_health import MeasureKind
from carnet.models.health import EmergencyContact, Measure
from carnet.refusals_health import HealthRefusal
from carnet.services._health import MOST_ROWS, checked_day, checked_text, person_of
from core import audit
from core.access import Actor, get_or_404

MOST_CONTACTS = 5
_LIMITS = {
    MeasureKind.WEIGHT: (0.2, 400.0),
    MeasureKind.HEIGHT: (20.0, 260.0),
    MeasureKind.WAIST: (20.0, 300.0),
    MeasureKind.HEAD: (20.0, 80.0),
}
_PRESSURE = re.compile(r"^(\d{2,3})\s*[/,\-]\s*(\d{2,3})$")


def note_measure(*, actor: Actor, patient: UUID, kind: str, value: str, taken_on: date) -> Measure:
    """Note a measure; a pressure is « 120/80 ». Raises NotForYou, `measure_impossible`, `date_impossible`, `too_many`."""
    chosen = MeasureKind(kind)
    written = _checked(chosen, value)
    with transaction.atomic():
        person = person_of(actor, patient)
        if Measure.objects.filter(patient=person).count() >= MOST_ROWS:
            raise HealthRefusal("too_many", most=MOST_ROWS)
        measure = Measure.objects.create(
            patient=person,
            kind=chosen,
            value=written,
            taken_on=checked_day(person, taken_on),
            author_id=actor.user_id,
        )
        audit.record(actor, "carnet.note_measure", measure, patient_id=person.pk, kind=str(chosen))
    return measure


def remove_measure(*, actor: Actor, measure: UUID) -> None:
    """Erase a measure noted by mistake. Raises NotForYou."""
    with transaction.atomic():
        found = get_or_404(actor, Measure, "change", uid=measure)
        audit.record(actor, "carnet.remove_measure", found, patient_id=found.patient_id)
        found.delete()


def add_emergency_contact(
    *, actor: Actor, patient: UUID, name: str, phone: str, relation: str = ""
) -> EmergencyContact:
    """Write whom to call. Raises NotForYou, `text_missing`, `phone_impossible`, `too_many` past five."""
    digits = checked_text(phone, longest=40, needed=True)
    if not re.fullmatch(r"\+?[\d\s.()/-]{3,40}", digits):
        raise HealthRefusal("phone_impossible")
    with transaction.atomic():
        person = person_of(actor, patient)
        if EmergencyContact.objects.filter(patient=person).count() >= MOST_CONTACTS:
            raise HealthRefusal("too_many", most=MOST_CONTACTS)
        contact = EmergencyContact.objects.create(
            patient=person,
            name=checked_text(name, needed=True),
            phone=digits,
            relation=checked_text(relation, longest=60),
            author_id=actor.user_id,
        )
        audit.record(actor, "carnet.add_emergency_contact", contact, patient_id=person.pk)
    return contact


def remove_emergency_contact(*, actor: Actor, contact: UUID) -> None:
    """Take somebody off the list. Raises NotForYou."""
    with transaction.atomic():
        found = get_or_404(actor, EmergencyContact, "change", uid=contact)
        audit.record(actor, "carnet.remove_emergency_contact", found, patient_id=found.patient_id)
        found.delete()


def _checked(kind: MeasureKind, value: str) -> str:
    text = (
        checked_text(value, longest=12, needed=True).replace(",", ".")
        if kind != MeasureKind.PRESSURE
        else value.strip()
    )
    if kind == MeasureKind.PRESSURE:
        found = _PRESSURE.match(text)
        if not found or not 50 <= int(found[1]) <= 300 or not 20 <= int(found[2]) < int(found[1]):
            raise HealthRefusal("measure_impossible")
        return f"{int(found[1])}/{int(found[2])}"
    low, high = _LIMITS[kind]
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text) or not low <= float(text) <= high:
        raise HealthRefusal("measure_impossible")
    return text
