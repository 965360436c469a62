"""An English reader, and a practice whose own texts are in no language, so that whatever is French comes from us."""

from types import SimpleNamespace

import pytest

from booking.search.refresh import refresh_all
from patients.enums import Level, Relation
from tests import factories as make
from tests.booking.conftest import book, free_starts
from tests.strict import CheckedClient


@pytest.fixture
def client():
    return CheckedClient(headers={"accept-language": "en"})


@pytest.fixture
def world(db):
    """Alice, who reads English, her child, somebody invited to help, and a bookable agenda."""
    alice = make.UserFactory(email="alice@prendsoin.example", language="en")
    make.PatientFactory(user=alice, first_name="Alice", birth_name="Moreau")
    child = make.ChildFactory(first_name="Max", birth_name="Moreau")
    right = make.GuardianshipFactory(user=alice, patient=child, relation=Relation.CHILD, level=Level.GRANTED)
    invitation = make.InvitationFactory(patient=child, invited_by=alice)
    practice = make.PracticeFactory(name="Lilac House")
    location = make.LocationFactory(practice=practice, street="12 Paris Street")
    agenda = make.BookableAgendaFactory(practice=practice, location=location)
    offer = agenda.reasons.get()
    refresh_all([agenda.practitioner_id])
    return SimpleNamespace(
        alice=alice,
        right=right,
        child=child,
        invitation=invitation,
        practice=practice,
        agenda=agenda,
        offer=offer,
    )


@pytest.fixture
def visit(world):
    return book(world.alice, world.offer, free_starts(world.offer)[20], patient=world.child.uid)
