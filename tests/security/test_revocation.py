"""Z7: a right ends at the next request, with the same session, on every door of the thing it opened."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from core import clock
from patients.models import Guardianship
from practitioners.models import Membership
from tests.security.world import World

pytestmark = pytest.mark.django_db

A_SECOND = timedelta(seconds=1)


def statuses(world: World, role: str, *doors: tuple[str, str]) -> list[int]:
    """What each door answers to a new request of the same session."""
    return [
        world.client(role).get(reverse(url, kwargs=world.targets[target].kwargs)).status_code for url, target in doors
    ]


AGENDA = (("practitioners_api:agenda", "lilas_agenda"), ("booking_api:appointment", "alice_visit"))
VISIT = (
    ("booking:appointment", "alice_visit"),
    ("booking:slip", "alice_visit"),
    ("booking:calendar", "alice_visit"),
    ("booking_api:appointment", "alice_visit"),
    ("patients:person", "alice"),
    ("patients_api:patient", "alice"),
)


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": -A_SECOND},
        {"starts_at": A_SECOND},
        {"accepted_at": None},
        {"all_agendas": False},
    ],
    ids=["ended", "not begun", "not accepted", "agendas taken away"],
)
def test_a_member_loses_the_agenda_at_once(world: World, change):
    assert statuses(world, "sophie", *AGENDA) == [200, 200]

    values = {name: clock.now() + value if isinstance(value, timedelta) else value for name, value in change.items()}
    Membership.objects.filter(user=world.users["sophie"]).update(**values)

    assert statuses(world, "sophie", *AGENDA) == [404, 404]


@pytest.mark.parametrize(
    "change",
    [{"ends_at": -A_SECOND}, {"starts_at": A_SECOND}, {"accepted_at": None}],
    ids=["ended", "not begun", "not accepted"],
)
def test_a_relative_loses_every_door_at_once(world: World, change):
    assert statuses(world, "bob", *VISIT) == [200] * len(VISIT)

    values = {name: clock.now() + value if isinstance(value, timedelta) else value for name, value in change.items()}
    Guardianship.objects.filter(user=world.users["bob"]).update(**values)

    assert statuses(world, "bob", *VISIT) == [404] * len(VISIT)


def test_a_closed_account_is_out_at_once(world: World):
    assert statuses(world, "alice", *VISIT[:1]) == [200]

    world.users["alice"].is_active = False
    world.users["alice"].save()

    assert statuses(world, "alice", *VISIT) == [302, 302, 302, 401, 302, 401]


def test_an_ended_session_is_out_at_once(world: World):
    assert statuses(world, "alice", *VISIT[:1]) == [200]

    Session.objects.all().delete()

    assert statuses(world, "alice", *VISIT) == [302, 302, 302, 401, 302, 401]


def test_a_platform_member_who_leaves_is_out_at_once(world: World):
    world.client("admin")
    world.users["admin"].is_platform_staff = False
    world.users["admin"].save()

    # In the patient space from now on: there is nothing of theirs, and no other space is offered.
    assert statuses(world, "admin", *VISIT) == [404] * len(VISIT)
