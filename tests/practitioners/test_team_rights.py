"""The table shown to people says what the rules do: every cell is asked in SQL."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import Q

from booking.models import Broadcast
from core import clock
from core.access import Actor, Space, scoped
from practitioners.enums import Role
from practitioners.rights import RIGHTS, ROLES, Reach
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    BookableAgendaFactory,
    MembershipFactory,
    PractitionerFactory,
    RecordFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
# Who stands in for somebody does so for that many days more.
LAST_DAY = 10


@pytest.fixture
def world(db):
    """One practice; for each role a person with an agenda of their own, one entrusted to them, and a third."""
    third = BookableAgendaFactory()
    practice = third.practice
    given = BookableAgendaFactory(practice=practice)
    people = {}
    now = clock.now()
    month = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=LAST_DAY)}
    dates = {Role.LOCUM: month, Role.COVER: month}
    for role in ROLES:
        user = UserFactory()
        own = BookableAgendaFactory(practice=practice, practitioner=PractitionerFactory(user=user))
        member = MembershipFactory(user=user, practice=practice, role=role, **dates.get(role, {}))
        member.agendas.set([given])
        people[role] = (Actor(user_id=user.pk, space=Space.PRACTICE, practice_id=practice.pk, strong=True), own)
    RecordFactory(practice=practice)
    Broadcast.objects.create(practice=practice, text="x", timezone="Europe/Paris", day=now.date(), starts_at=now)
    agendas = {"third": third, "given": given} | {role: own for role, (_actor, own) in people.items()}
    for agenda in agendas.values():
        for days in (LAST_DAY - 1, LAST_DAY + 1):
            start = now + timedelta(days=days)
            AppointmentFactory(agenda=agenda, start_at=start, end_at=start + timedelta(minutes=20))
        AbsenceFactory(agenda=agenda)
    return practice, people, given, third


PATHS = {
    "booking.appointment": "agenda",
    "booking.openinghours": "agenda",
    "booking.absence": "agenda",
    "practitioners.agendareason": "agenda",
    "practitioners.agenda": "pk",
}


@pytest.mark.parametrize("right", RIGHTS, ids=lambda right: f"{right.model} {right.action}")
def test_each_cell_is_what_the_rule_gives(world, right):
    practice, people, given, third = world
    last_day = clock.now() + timedelta(days=LAST_DAY)
    given_later = Q(agenda=given, start_at__gt=last_day)
    of_dates = Q(appointments__agenda=given, appointments__start_at__lt=last_day)
    model = apps.get_model(right.model)
    found = {}
    for role, (actor, own) in people.items():
        rows = scoped(actor, model, right.action)
        if right.model in PATHS:
            reached = set(rows.values_list(PATHS[right.model], flat=True))
            asked = (own.pk in reached, given.pk in reached, third.pk in reached)
            if right.model == "booking.appointment" and given.pk in reached and not rows.filter(given_later).exists():
                asked = "dated"
        elif right.model == "patients.patientrecord" and set(rows) == set(model.objects.filter(of_dates)):
            asked = "met"
        else:
            whole = model.objects.filter(
                **({"pk": practice.pk} if right.model == "practitioners.practice" else {"practice": practice})
            )
            asked = (rows.count() == whole.count() > 0,) * 3 if rows.exists() else (False,) * 3
        found[role] = {
            (True, True, True): Reach.ALL,
            (True, True, False): Reach.OWN,
            (True, False, False): Reach.SELF,
            (False, True, False): Reach.LISTED,
            (False, False, False): Reach.NONE,
            "dated": Reach.DATED,
            "met": Reach.MET,
        }[asked]

    assert found == dict(zip(ROLES, right.reach, strict=True))


def test_every_role_has_its_column():
    assert set(ROLES) == set(Role)
