"""Who arranges agendas and reasons: the rules themselves, by role and by date."""

from datetime import timedelta

import pytest
import time_machine

from core import clock
from core.access import ANONYMOUS, Actor, Space, scoped
from practitioners.models import Agenda, AgendaReason, Location, Practice, Practitioner, VisitReason
from tests.desk import desk

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

SHAPED = [
    (Agenda, "manage"),
    (Agenda, "arrange"),
    (Agenda, "create"),
    (AgendaReason, "manage"),
    (VisitReason, "manage"),
    (Location, "manage"),
    (Practitioner, "engage"),
    (Practice, "shape"),
]


def count(actor, model, action):
    return scoped(actor, model, action).count()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("martin", (2, 2, 2, 2, 2, 2, 2, 1)),
        ("sophie", (1, 1, 0, 1, 2, 2, 0, 1)),
        ("anna", (2, 2, 0, 2, 2, 2, 0, 1)),
        ("paul", (1, 1, 0, 1, 2, 2, 0, 1)),
        ("lea", (1, 0, 0, 0, 0, 0, 0, 0)),
        ("ended", (0,) * 8),
        ("pending", (0,) * 8),
        ("later", (0,) * 8),
        ("alice", (0,) * 8),
        ("diallo", (1,) * 8),
    ],
)
def test_each_role_reaches_its_rows(desk, name, expected):
    actor = desk.actor(name)

    assert tuple(count(actor, model, action) for model, action in SHAPED) == expected


@pytest.mark.parametrize(("model", "action"), SHAPED)
def test_outside_of_a_practice_space_nothing_is_reached(desk, model, action):
    user = desk.users["martin"].pk
    elsewhere = [
        ANONYMOUS,
        Actor(user_id=user, space=Space.PATIENT),
        Actor(user_id=user, space=Space.PLATFORM),
        Actor(user_id=user, space=Space.PRACTICE, practice_id=None),
        Actor(user_id=user, space=Space.PRACTICE, practice_id=desk.elsewhere.practice_id),
        Actor(user_id=user, space=Space.PATIENT, practice_id=desk.practice.pk),
    ]

    assert [count(actor, model, action) for actor in elsewhere] == [0] * len(elsewhere)


def test_rights_begin_and_end_with_the_dates(desk):
    membership = desk.users["later"].memberships.get()
    membership.ends_at = membership.starts_at + timedelta(days=1)
    membership.save()

    def reached(at):
        with time_machine.travel(at, tick=False):
            return count(desk.actor("later"), Agenda, "arrange")

    second = timedelta(seconds=1)
    assert reached(membership.starts_at - second) == 0
    assert reached(membership.starts_at) == 2
    assert reached(membership.ends_at - second) == 2
    assert reached(membership.ends_at) == 0
    assert clock.now() < membership.starts_at


def test_a_secretary_with_two_memberships_sees_each_agenda_once(desk):
    from practitioners.enums import Role
    from tests.factories import MembershipFactory

    MembershipFactory(
        user=desk.users["sophie"], practice=desk.practice, role=Role.SECRETARY, all_agendas=True
    ).agendas.set([desk.agenda, desk.second])

    assert count(desk.actor("sophie"), Agenda, "arrange") == 2
