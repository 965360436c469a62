"""The table shown to people says what the rules do: every cell is asked in SQL."""

import pytest
from django.apps import apps

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


@pytest.fixture
def world(db):
    """One practice; for each role a person with an agenda of their own, one entrusted to them, and a third."""
    third = BookableAgendaFactory()
    practice = third.practice
    given = BookableAgendaFactory(practice=practice)
    people = {}
    for role in ROLES:
        user = UserFactory()
        own = BookableAgendaFactory(practice=practice, practitioner=PractitionerFactory(user=user))
        member = MembershipFactory(user=user, practice=practice, role=role)
        member.agendas.set([given])
        people[role] = (Actor(user_id=user.pk, space=Space.PRACTICE, practice_id=practice.pk, strong=True), own)
    RecordFactory(practice=practice)
    agendas = {"third": third, "given": given} | {role: own for role, (_actor, own) in people.items()}
    for agenda in agendas.values():
        AppointmentFactory(agenda=agenda)
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
    model = apps.get_model(right.model)
    found = {}
    for role, (actor, own) in people.items():
        rows = scoped(actor, model, right.action)
        if right.model in PATHS:
            reached = set(rows.values_list(PATHS[right.model], flat=True))
            asked = (own.pk in reached, given.pk in reached, third.pk in reached)
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
        }[asked]

    assert found == dict(zip(ROLES, right.reach, strict=True))


def test_every_role_has_its_column():
    assert set(ROLES) == set(Role)
