"""Profiles, choices and questionnaires of the people of the rules: whose they are, and by whom they were written."""

from datetime import date, timedelta
from typing import Any

from booking.models import Appointment
from carnet.models import (
    AccessBlock,
    CheckupForm,
    EmergencyContact,
    HealthItem,
    HealthProfile,
    Measure,
    PreventionAct,
    PreventionConsent,
    PreventionDigest,
    PreventionRefusal,
    Vaccination,
)
from core import clock
from patients.enums import Level
from patients.models import Patient
from practitioners.models import Practitioner
from tests.factories import GuardianshipFactory, PatientFactory

# Name of the row: the patient, and who wrote it.
WRITTEN = {
    "alice": ("alice", "alice"),
    # Written by who declared to act for somebody with an account: it is not theirs to read.
    "alice_by_declared": ("alice", "declared"),
    "charlie": ("charlie", "charlie"),
    "teen": ("teen", "teen"),
    "child": ("child", "guardian"),
    "child_by_declared": ("child", "declared"),
    "child_by_declared_until": ("child", "declared_until"),
    "elder": ("elder", "alice"),
    "removed": ("removed", "alice"),
    # Written by who declared to act for somebody since taken off.
    "removed_by_declared": ("removed", "declared"),
    "deceased": ("deceased", "alice"),
    "moved": ("moved", "alice"),
    "stranger_child": ("stranger_child", "declared"),
}
DAY = date(2026, 5, 4)
MADE: dict[Any, Any] = {
    HealthItem: lambda number: {"kind": "allergy", "label": "Pollen"},
    Vaccination: lambda number: {"vaccine": "flu", "given_on": DAY + timedelta(days=number)},
    Measure: lambda number: {"kind": "weight", "value": "70", "taken_on": DAY},
    EmergencyContact: lambda number: {"name": "Bob", "phone": "15"},
    PreventionAct: lambda number: {"code": "DEP-VIH", "done_on": DAY + timedelta(days=number)},
    PreventionRefusal: lambda number: {"code": f"CODE-{number}", "since": DAY},
    CheckupForm: lambda number: {"questionnaire": f"Q-{number}", "version": "1", "consented_at": clock.now()},
}


def add_health(world: Any) -> None:
    _declared_lives(world)
    for model, values in MADE.items():
        for number, (name, (patient, author)) in enumerate(WRITTEN.items()):
            row = model.objects.create(
                patient=world.get(Patient, patient), author=world.users[author], **values(number)
            )
            world.add(**{name: row})
    teen = {"patient": world.get(Patient, "teen"), "author": world.users["teen"]}
    kept = HealthItem.objects.create(kind="treatment", label="Pilule", confidential=True, **teen)
    world.add(teen_confidential=kept)
    for patient, author in {
        **{who: who for who in ("charlie", "teen")},
        "alice": "declared",
        "child": "declared",
    }.items():
        world.add(**{patient: _profile(world, patient, author)})
    for patient in ("elder", "removed", "deceased", "moved", "stranger_child"):
        world.add(**{patient: _profile(world, patient, "alice")})
    for name in ("alice", "charlie", "guardian"):
        user = world.users[name]
        world.add(**{f"for_{name}": PreventionDigest.objects.create(user=user, month=date(2026, 5, 1))})
        consent = PreventionConsent.objects.create(
            user=user,
            patient=world.get(Patient, "child" if name == "guardian" else name),
            theme="teeth",
            text_version="1",
            given_at=clock.now(),
        )
        world.add(**{f"by_{name}": consent})
    _joined(world)


def _declared_lives(world: Any) -> None:
    """Rights that were only declared: over somebody removed, and over an elder in each life that does not count."""
    now, day = clock.now(), timedelta(days=1)
    lives = {
        "declared": ("removed", {}),
        "guardian_ended": ("elder", {"ends_at": now - day}),
        "guardian_future": ("elder", {"starts_at": now + day}),
        "guardian_invited": ("elder", {"accepted_at": None}),
    }
    for name, (patient, dates) in lives.items():
        person = world.get(Patient, patient)
        GuardianshipFactory(user=world.users[name], patient=person, level=Level.DECLARED, **dates)


def _profile(world: Any, patient: str, author: str) -> HealthProfile:
    return HealthProfile.objects.create(patient=world.get(Patient, patient), author=world.users[author])


def _joined(world: Any) -> None:
    """Questionnaires joined to visits: of each kind of practitioner, long over, and of a cancelled visit."""
    visits = world.rows[Appointment]
    wanted = ("alice_visit", "past_visit", "other", "practitioner", "practitioner_ended", "practitioner_until")
    for number, name in enumerate(name for name in wanted if name in visits):
        form = CheckupForm.objects.create(
            patient=world.get(Patient, "stranger_child"),
            questionnaire=f"J-{number}",
            version="1",
            consented_at=clock.now(),
            appointment=visits[name],
        )
        world.add(**{f"joined_{name}": form})
    _blocked(world, visits["practitioner"])


def _blocked(world: Any, visit: Appointment) -> None:
    """Somebody who keeps the performer of their visit out, beside somebody who keeps another one out."""
    person = PatientFactory()
    AccessBlock.objects.create(patient=person, practitioner=visit.performer)
    AccessBlock.objects.create(
        patient=world.get(Patient, "stranger_child"), practitioner=world.get(Practitioner, "hidden")
    )
    form = CheckupForm.objects.create(
        patient=person, questionnaire="J-9", version="1", consented_at=clock.now(), appointment=visit
    )
    world.add(joined_blocked=form)
