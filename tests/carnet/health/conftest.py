"""The people of the health pages: alice with her child Léo, her father whom she only helps, bob, charlie a stranger."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from core import clock
from core.access import Actor, Space
from patients.enums import Level, Relation, Sex
from patients.models import Patient
from tests import factories as make
from tests.strict import CheckedClient


@dataclass(frozen=True)
class Someone:
    """An account, its identity, its actor, and a browser in which the second factor was given."""

    user: User
    patient: Patient
    actor: Actor = field(compare=False)

    @property
    def client(self) -> Client:
        client = CheckedClient()
        client.force_login(self.user)
        session = client.session
        session["space"] = "patient"
        session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
        session["account_authentication_methods_user"] = str(self.user.pk)
        session.save()
        return client


def _someone(name: str, born: date, sex: str) -> Someone:
    user = make.UserFactory(email=f"{name.lower()}@prendsoin.example")
    patient = make.PatientFactory(user=user, first_name=name, birth_name="Moreau", birth_date=born, sex=sex)
    return Someone(user, patient, Actor(user_id=user.pk, space=Space.PATIENT, ip="192.0.2.10", strong=True))


@pytest.fixture
def alice(db) -> Someone:
    return _someone("Alice", date(1976, 3, 14), Sex.FEMALE)


@pytest.fixture
def bob(db) -> Someone:
    return _someone("Bob", date(1974, 9, 2), Sex.MALE)


@pytest.fixture
def charlie(db) -> Someone:
    return _someone("Charlie", date(1990, 1, 1), Sex.MALE)


@pytest.fixture
def leo(alice) -> Patient:
    """Alice's child, for whom she was granted the right to read; eight months old."""
    today = clock.now().date()
    child = make.PatientFactory(
        first_name="Léo", birth_name="Moreau", birth_date=today.replace(year=today.year - 1, day=1), sex=Sex.MALE
    )
    make.GuardianshipFactory(user=alice.user, patient=child, relation=Relation.CHILD, level=Level.GRANTED)
    return child


@pytest.fixture
def henri(alice) -> Patient:
    """Alice's father, without an account, for whom she only declared to act."""
    father = make.PatientFactory(first_name="Henri", birth_name="Moreau", birth_date=date(1946, 1, 30), sex=Sex.MALE)
    make.GuardianshipFactory(user=alice.user, patient=father, relation=Relation.PARENT, level=Level.DECLARED)
    return father
