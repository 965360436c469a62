"""The number of statements of a list does not depend on how many rows it shows."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from zeal import zeal_context

from patients.enums import Level
from patients.selectors import people_of
from tests import factories as make


def statements(call) -> int:
    with CaptureQueriesContext(connection) as captured, zeal_context():
        call()
    return len(captured)


def test_people_of_is_one_statement(alice):
    make.GuardianshipFactory(user=alice.user)
    assert statements(lambda: people_of(alice.actor)) == 1

    make.GuardianshipFactory.create_batch(2, user=alice.user)
    assert statements(lambda: people_of(alice.actor)) == 1


def test_people_page(alice):
    client, address = alice.client, reverse("patients:people")
    make.GuardianshipFactory(user=alice.user)
    client.get(address)
    one = statements(lambda: client.get(address))

    make.GuardianshipFactory.create_batch(2, user=alice.user)

    assert statements(lambda: client.get(address)) == one


def test_person_page(alice):
    def one_more():
        guardian = make.UserFactory()
        make.PatientFactory(user=guardian)
        make.GuardianshipFactory(user=guardian, patient=alice.patient, level=Level.GRANTED)
        make.InvitationFactory(patient=alice.patient, invited_by=alice.user)

    client, address = alice.client, reverse("patients:person", args=[alice.patient.uid])
    one_more()
    client.get(address)
    one = statements(lambda: client.get(address))
    one_more()
    one_more()

    assert statements(lambda: client.get(address)) == one
