"""The generated world of the rights tests: two practices, their people, patients and relatives, and who holds what.

Every person of the matrix is a column of `matrix.csv`; every thing somebody may ask for is named in `targets`.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.test import Client

from core import clock
from patients.enums import Level
from practitioners.enums import Role
from tests.factories import (
    AppointmentFactory,
    BookableAgendaFactory,
    ChildFactory,
    GuardianshipFactory,
    HoldFactory,
    InvitationFactory,
    MembershipFactory,
    PatientFactory,
    PractitionerFactory,
    UserFactory,
)

# Column of the matrix → space of the session, and whether a second factor was given.
ROLES: dict[str, tuple[str, bool]] = {
    "anonymous": ("", False),
    "alice": ("patient", False),
    "bob": ("patient", False),
    "charlie": ("patient", False),
    "martin": ("practice:lilas", True),
    "diallo": ("practice:diallo", True),
    "sophie": ("practice:lilas", True),
    "boris": ("patient", True),
    "admin": ("platform", True),
    "weak": ("practice:lilas", False),
}


@dataclass(frozen=True)
class Target:
    """What a line of the matrix asks for: arguments of the address, and the body sent with methods that write."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ""


@dataclass
class World:
    users: dict[str, Any]
    practices: dict[str, Any]
    targets: dict[str, Target]
    sessions: dict[str, dict[str, str]] = field(default_factory=dict)

    def client(self, role: str, **options: Any) -> Client:
        """A browser of that person, signed in to their space; each call gives a new one with the same session."""
        client = Client(raise_request_exception=options.pop("raise_request_exception", True), **options)
        if role == "anonymous":
            return client
        if role not in self.sessions:
            self.sessions[role] = self._sign_in(role)
        for name, value in self.sessions[role].items():
            client.cookies[name] = value
        return client

    def _sign_in(self, role: str) -> dict[str, str]:
        space, strong = ROLES[role]
        user = self.users[role]
        client = Client()
        client.force_login(user)
        session = client.session
        name, _, practice = space.partition(":")
        session["space"] = f"{name}:{self.practices[practice].uid}" if practice else name
        if strong:
            session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
            session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return {key: morsel.value for key, morsel in client.cookies.items()}


class undone(transaction.Atomic):  # noqa: N801  (reads as `with undone():`)
    """What happens inside is rolled back. Services may open their durable transactions in it, as in a test."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)
        self._from_testcase = True

    def __exit__(self, *failure: Any) -> None:
        transaction.set_rollback(True)
        super().__exit__(*failure)


def make_world() -> World:
    users = {name: UserFactory(email=f"{name}@prendsoin.example") for name in ROLES if name != "anonymous"}
    users["admin"].is_platform_staff = True
    users["admin"].save()
    users["boris"].is_billing_staff = True
    users["boris"].save()

    martin = PractitionerFactory(slug="dr-martin", user=users["martin"])
    diallo = PractitionerFactory(slug="dr-diallo", user=users["diallo"])
    lilas, other = BookableAgendaFactory(practitioner=martin), BookableAgendaFactory(practitioner=diallo)
    practices = {"lilas": lilas.practice, "diallo": other.practice}
    MembershipFactory(user=users["martin"], practice=lilas.practice, role=Role.OWNER)
    MembershipFactory(user=users["sophie"], practice=lilas.practice, role=Role.SECRETARY, all_agendas=True)
    MembershipFactory(user=users["weak"], practice=lilas.practice, role=Role.PRACTITIONER, all_agendas=True)
    MembershipFactory(user=users["diallo"], practice=other.practice, role=Role.OWNER)

    people = {name: PatientFactory(user=users[name]) for name in ("alice", "bob", "charlie")}
    child = ChildFactory()
    right = GuardianshipFactory(user=users["alice"], patient=child, level=Level.GRANTED)
    shared = GuardianshipFactory(user=users["bob"], patient=people["alice"], level=Level.GRANTED)
    visits = {
        "alice_visit": AppointmentFactory(agenda=lilas, patient=people["alice"], booked_by=users["alice"]),
        "child_visit": AppointmentFactory(agenda=lilas, patient=child, booked_by=users["alice"], **_at(3)),
        "charlie_visit": AppointmentFactory(agenda=other, patient=people["charlie"], booked_by=users["charlie"]),
        "concealed_visit": AppointmentFactory(
            agenda=lilas, patient=people["alice"], booked_by=users["alice"], concealed=True, **_at(4)
        ),
    }
    hold = HoldFactory(agenda=lilas, booked_by=users["alice"], **_at(5))
    invitation = InvitationFactory(patient=people["alice"], email="bob@prendsoin.example")
    targets = {
        "": Target(),
        **{name: Target({"uid": visit.uid}) for name, visit in visits.items()},
        "alice": Target({"uid": people["alice"].uid}),
        "child": Target({"uid": child.uid}),
        "charlie": Target({"uid": people["charlie"].uid}),
        "alice_hold": Target({"uid": hold.uid}),
        "alice_right": Target({"uid": right.uid}),
        "bob_right": Target({"uid": shared.uid}),
        "alice_invitation": Target({"uid": invitation.uid}),
        "dr_martin": Target({"slug": "dr-martin"}),
        "nobody": Target({"slug": "dr-nobody"}),
        "missing": Target({"uid": UUID(int=0)}),
        "random": Target({"uid": uuid4()}),
    }
    return World(users=users, practices=practices, targets=targets)


def _at(days: int) -> dict[str, Any]:
    start = (clock.now() + timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0)
    return {"start_at": start, "end_at": start + timedelta(minutes=20)}
