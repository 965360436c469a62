"""The cast of the tests of patients: alice, her child Léo and her father, bob who is her relative, charlie a stranger."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from core.access import Actor, Space
from patients.enums import Level, Relation
from patients.majority import majority_at
from patients.models import Guardianship, Patient
from practitioners.enums import Role
from tests import factories as make


def acting(user: User) -> Actor:
    """The account in the patient space."""
    return Actor(user_id=user.pk, space=Space.PATIENT, ip="192.0.2.10")


def working(user: User, practice) -> Actor:
    """The account in a practice's space, second factor given."""
    return Actor(user_id=user.pk, space=Space.PRACTICE, practice_id=practice.pk, strong=True, ip="192.0.2.20")


@dataclass(frozen=True)
class Someone:
    """An account, its identity and its actor."""

    user: User
    patient: Patient
    actor: Actor = field(compare=False)

    @property
    def client(self) -> Client:
        from tests.strict import CheckedClient

        client = CheckedClient()
        client.force_login(self.user)
        return client


def _someone(name: str, last_name: str, born: date) -> Someone:
    user = make.UserFactory(email=f"{name.lower()}@prendsoin.example")
    patient = make.PatientFactory(user=user, first_name=name, birth_name=last_name, birth_date=born)
    return Someone(user, patient, acting(user))


@pytest.fixture
def alice(db) -> Someone:
    return _someone("Alice", "Moreau", date(1988, 3, 14))


@pytest.fixture
def bob(db) -> Someone:
    return _someone("Bob", "Moreau", date(1985, 9, 2))


@pytest.fixture
def charlie(db) -> Someone:
    return _someone("Charlie", "Nguyễn", date(1979, 1, 30))


@pytest.fixture
def leo(alice: Someone) -> Patient:
    """Alice's child, declared by her."""
    child = make.ChildFactory(first_name="Léo", birth_name="Moreau", sex="M")
    make.GuardianshipFactory(
        user=alice.user, patient=child, relation=Relation.CHILD, ends_at=majority_at(child.birth_date)
    )
    return child


@pytest.fixture
def father(alice: Someone) -> Patient:
    """Alice's father, an adult without an account."""
    person = make.PatientFactory(first_name="Georges", birth_name="Moreau", birth_date=date(1951, 6, 1), sex="M")
    make.GuardianshipFactory(user=alice.user, patient=person, relation=Relation.PARENT)
    return person


@pytest.fixture
def alice_granted(alice: Someone, leo: Patient) -> Guardianship:
    """A practice recorded that Alice is Léo's parent."""
    Guardianship.objects.filter(user=alice.user, patient=leo).update(level=Level.GRANTED)
    return Guardianship.objects.get(user=alice.user, patient=leo)


@pytest.fixture
def bob_granted(bob: Someone, leo: Patient) -> Guardianship:
    """Bob, Léo's other parent, may read as well."""
    return make.GuardianshipFactory(
        user=bob.user,
        patient=leo,
        relation=Relation.CHILD,
        level=Level.GRANTED,
        attested_at=None,
        ends_at=majority_at(leo.birth_date),
    )


@pytest.fixture
def sophie(db) -> Someone:
    """Secretary of a practice; `sophie.practice` is in `sophie.actor.practice_id`."""
    user = make.UserFactory(email="sophie@prendsoin.example")
    practice = make.PracticeFactory()
    make.MembershipFactory(user=user, practice=practice, role=Role.SECRETARY, all_agendas=True)
    make.AgendaFactory(practice=practice)
    return Someone(user, make.PatientFactory(), working(user, practice))
