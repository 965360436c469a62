"""What somebody may ask for in the health pages, for the table of rights: alice's own, and what is not there."""

from typing import Any
from uuid import UUID

from carnet.models import (
    CheckupForm,
    EmergencyContact,
    HealthItem,
    Measure,
    PreventionAct,
    PreventionDigest,
    Vaccination,
)
from carnet.stop_links import stop_path
from core import clock


def health_targets(person: Any) -> dict[str, dict[str, Any]]:
    """Keyword arguments of the addresses, by the name of the target."""
    now = clock.now()
    today, author = now.date(), person.user
    item = HealthItem.objects.create(patient=person, kind="allergy", label="Pollen", author=author)
    dose = Vaccination.objects.create(patient=person, vaccine="flu", given_on=today, author=author)
    measure = Measure.objects.create(patient=person, kind="weight", value="70", taken_on=today, author=author)
    contact = EmergencyContact.objects.create(patient=person, name="Bob", phone="15", author=author)
    act = PreventionAct.objects.create(patient=person, code="DEP-VIH", done_on=today, author=author)
    form = CheckupForm.objects.create(
        patient=person, questionnaire="MBP-45", version="1", consented_at=now, author=author
    )
    digest = PreventionDigest.objects.create(user=author, month=today.replace(day=1))
    alice, nobody = {"patient": person.uid}, {"patient": UUID(int=0)}
    found: dict[str, dict[str, Any]] = {
        "stop_prevention": {"token": stop_path(author.pk).rstrip("/").rpartition("/")[2]}
    }
    for name, who, present in (("alice", alice, True), ("missing", nobody, False)):
        found |= {
            f"{name}_health": who,
            f"{name}_add_item": {**who, "kind": "allergie"},
            f"{name}_add_doses": {**who, "visit": "autre"},
            f"{name}_advice": {**who, "code": "DEP-VIH"},
            f"{name}_measure": {**who, "uid": measure.uid if present else UUID(int=1)},
            f"{name}_contact": {**who, "uid": contact.uid if present else UUID(int=1)},
            f"{name}_act": {**who, "uid": act.uid if present else UUID(int=1)},
            f"{name}_api_advice": {"uid": who["patient"], "code": "DEP-VIH"},
        }
    rows = {"health_item": item, "dose": dose, "checkup": form, "digest": digest}
    return found | {f"alice_{name}": {"uid": row.uid} for name, row in rows.items()}


# Bodies that are right in form.
HEALTH_BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("health_api:items", "POST"): {"kind": "allergy", "label": "Pollen"},
    ("health_api:checkup", "PUT"): {"answers": {}, "agreed": True},
    ("health_api:checkup_visit", "PUT"): {"appointment": "00000000-0000-0000-0000-000000000000"},
    ("carnet_api:given", "POST"): {"vaccines": ["ror"], "given_on": "2026-01-05"},
    ("health_api:vaccinations", "POST"): {"vaccines": ["ror"], "given_on": "2026-01-05"},
    ("health_api:themes", "PUT"): {"themes": ["teeth"]},
    ("health_api:done", "POST"): {"done_on": "2026-01-05"},
}
