"""One person's record as a FHIR R4 Bundle (type `collection`): what hospitals and other software read.

Codes follow https://hl7.org/fhir/R4/: each resource carries what its kind requires and the words the person wrote.
`paths` gives the place of a document's file in the same archive, by the document's key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from booking.models import Appointment
from booking.selectors.appointments import SHOWN
from carnet.models import (
    Document,
    EmergencyContact,
    HealthItem,
    HealthProfile,
    Measure,
    PreventionAct,
    Vaccination,
)
from carnet.vaccines import label_of
from carnet.words import Words
from core import clock
from core.access import Actor, scoped
from custody.fhir_codes import (
    GENDERS,
    LOINC,
    MEASURES,
    PRESSURES,
    SEVERITIES,
    STATUSES,
    UNITS,
    Resource,
    class_of,
    coded,
    coded_at,
    type_of,
)
from patients.models import Patient


def bundle_of(
    reader: Actor, person: Patient, documents: list[tuple[Document, Words]], paths: Mapping[int, str]
) -> Resource:
    """The Bundle as plain values. `reader` is the account's owner: only what they may read is in it."""
    resources = [
        _patient(reader, person),
        *_items(reader, person),
        *_vaccinations(reader, person),
        *_measures(reader, person),
        *_acts(reader, person),
        *(_document(person, row, words, paths.get(row.pk)) for row, words in documents),
        *_visits(reader, person),
    ]
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "timestamp": clock.now().isoformat(), "entry": entries}


def _patient(reader: Actor, person: Patient) -> Resource:
    """With whom to call, and who treats."""
    names = [{"use": "official", "family": person.birth_name or "-", "given": [person.first_name or "-"]}]
    if person.used_name:
        names.append({"use": "usual", "family": person.used_name, "given": [person.first_name or "-"]})
    return {
        "resourceType": "Patient",
        "id": str(person.uid),
        "name": names,
        "gender": GENDERS.get(person.sex, "unknown"),
        "birthDate": _day(person.birth_date),
        **_around(reader, person),
    }


def _around(reader: Actor, person: Patient) -> Resource:
    found: Resource = {}
    contacts = [
        {
            **({"relationship": [{"text": one.relation}]} if one.relation else {}),
            "name": {"text": one.name},
            "telecom": [{"system": "phone", "value": one.phone}],
        }
        for one in scoped(reader, EmergencyContact, "read").filter(patient=person).order_by("pk")
    ]
    if contacts:
        found["contact"] = contacts
    profile = scoped(reader, HealthProfile, "read").filter(patient=person).first()
    if profile is not None and profile.treating_doctor:
        found["generalPractitioner"] = [{"display": profile.treating_doctor}]
    return found


def _items(reader: Actor, person: Patient) -> Iterator[Resource]:
    for item in scoped(reader, HealthItem, "read").filter(patient=person).order_by("pk"):
        common = {"id": str(item.uid), **_note(item.details)}
        subject = {"reference": f"urn:uuid:{person.uid}"}
        over = item.ended_on is not None
        if item.kind == "allergy":
            yield {
                "resourceType": "AllergyIntolerance",
                **common,
                "patient": subject,
                "clinicalStatus": coded("allergyintolerance-clinical", "resolved" if over else "active"),
                "code": {"text": item.label},
                **_when("onsetDateTime", item.began_on),
                **_reaction(item),
            }
        elif item.kind == "treatment":
            yield {
                "resourceType": "MedicationStatement",
                **common,
                "subject": subject,
                "status": "completed" if over else "active",
                "medicationCodeableConcept": {"text": item.label},
                **_period("effectivePeriod", item.began_on, item.ended_on),
            }
        else:
            yield {
                "resourceType": "Condition",
                **common,
                "subject": subject,
                "clinicalStatus": coded("condition-clinical", "resolved" if over else "active"),
                "code": {"text": item.label},
                **_when("onsetDateTime", item.began_on),
                **_when("abatementDateTime", item.ended_on),
            }


def _reaction(item: HealthItem) -> Resource:
    if item.severity not in SEVERITIES:
        return {}
    return {"reaction": [{"manifestation": [{"text": item.label}], "severity": SEVERITIES[item.severity]}]}


def _vaccinations(reader: Actor, person: Patient) -> Iterator[Resource]:
    for dose in scoped(reader, Vaccination, "read").filter(patient=person).order_by("given_on", "pk"):
        yield {
            "resourceType": "Immunization",
            "id": str(dose.uid),
            "status": "completed",
            "vaccineCode": {"text": str(label_of(dose.vaccine))},
            "patient": {"reference": f"urn:uuid:{person.uid}"},
            "occurrenceDateTime": _day(dose.given_on),
            # FHIR: whether it comes from the record of who gave it.
            "primarySource": dose.proof == "practitioner",
            **({"lotNumber": dose.lot} if dose.lot else {}),
        }


def _measures(reader: Actor, person: Patient) -> Iterator[Resource]:
    for one in scoped(reader, Measure, "read").filter(patient=person).order_by("taken_on", "pk"):
        code, unit = MEASURES[one.kind]
        yield {
            "resourceType": "Observation",
            "id": str(one.uid),
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": code}], "text": str(one.get_kind_display())},
            "subject": {"reference": f"urn:uuid:{person.uid}"},
            "effectiveDateTime": _day(one.taken_on),
            **_value(one.value, unit),
        }


def _acts(reader: Actor, person: Patient) -> Iterator[Resource]:
    """Acts of prevention noted as done."""
    for act in scoped(reader, PreventionAct, "read").filter(patient=person).order_by("done_on", "pk"):
        yield {
            "resourceType": "Procedure",
            "id": str(act.uid),
            "status": "completed",
            "code": {"text": act.code},
            "subject": {"reference": f"urn:uuid:{person.uid}"},
            "performedDateTime": _day(act.done_on),
        }


def _value(text: str, unit: str) -> Resource:
    """A quantity; the two of a blood pressure as the components of its profile; anything else as it was written."""
    try:
        first, *second = [float(part.replace(",", ".")) for part in text.split("/")]
    except ValueError:
        return {"valueString": f"{text} {unit}"}
    if not second:
        return {"valueQuantity": _quantity(first, unit)}
    parts = zip(PRESSURES, (first, *second), strict=False)
    return {"component": [{"code": coded_at(LOINC, code), "valueQuantity": _quantity(n, unit)} for code, n in parts]}


def _quantity(number: float, unit: str) -> Resource:
    return {"value": number, "unit": unit, "system": UNITS, "code": unit}


def _document(person: Patient, row: Document, words: Words, path: str | None) -> Resource:
    attachment: Resource = {"title": words.title}
    version = next(iter(row.versions.all()), None)
    if path is not None and version is not None:
        attachment |= {"url": path, "contentType": version.media_type, "size": version.size}
    return {
        "resourceType": "DocumentReference",
        "id": str(row.uid),
        "status": "current",
        "type": type_of(row),
        "category": [class_of(row)],
        "subject": {"reference": f"urn:uuid:{person.uid}"},
        "date": row.created_at.isoformat(),
        **({"author": [{"display": words.author}]} if words.author else {}),
        **({"description": words.note} if words.note else {}),
        "content": [{"attachment": attachment}],
    }


def _visits(reader: Actor, person: Patient) -> Iterator[Resource]:
    visits = scoped(reader, Appointment, "read").filter(record__patient=person).select_related(*SHOWN)
    for visit in visits.order_by("start_at", "pk"):
        status = STATUSES.get(visit.status)
        if status is None:
            continue
        yield {
            "resourceType": "Appointment",
            "id": str(visit.uid),
            "status": status,
            "description": visit.reason_name or "-",
            "start": visit.start_at.isoformat(),
            "end": visit.end_at.isoformat(),
            "participant": [
                {"actor": {"reference": f"urn:uuid:{person.uid}"}, "status": "accepted"},
                {"actor": {"display": visit.performer.display_name}, "status": "accepted"},
            ],
        }


def _note(text: str) -> Resource:
    return {"note": [{"text": text}]} if text else {}


def _when(name: str, day: date | None) -> Resource:
    return {name: _day(day)} if day is not None else {}


def _period(name: str, start: date | None, end: date | None) -> Resource:
    days = {key: _day(day) for key, day in (("start", start), ("end", end)) if day is not None}
    return {name: days} if days else {}


def _day(day: date | datetime) -> str:
    return day.isoformat()
