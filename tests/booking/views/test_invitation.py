"""A patient books a reason that is not open to everybody, by the address that the practice sent; nobody else does."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from booking.enums import Status
from booking.invitations import LIFE, invitation_to, invites_to, is_invited
from booking.models import Appointment
from core import clock
from patients.models import PatientRecord
from practitioners.enums import BlockCause
from practitioners.models import OnlineBlock
from tests.booking.conftest import free_starts
from tests.booking.views.test_steps import filled, hold, value_of


@pytest.fixture
def kept_back(offer):
    """A reason of the practice's own, of an agenda that takes no new patients."""
    offer.online, offer.agenda.accepts_new_patients = False, False
    offer.save()
    offer.agenda.save()
    return offer


def address(offer, token=None):
    token = invitation_to(offer.agenda.uid, offer.visit_reason.uid) if token is None else token
    page = reverse("booking:practitioner", args=[offer.agenda.practitioner.slug])
    return f"{page}?cabinet={offer.agenda.uid}&motif={offer.visit_reason.uid}&invitation={token}"


def test_a_token_opens_one_reason_of_one_agenda_for_thirty_days():
    agenda, reason = uuid4(), uuid4()
    token = invitation_to(agenda, reason)

    assert is_invited(token, agenda, reason)
    assert not is_invited(token, agenda, uuid4())
    assert not is_invited(token, reason, agenda)
    for forged in (
        "",
        "x",
        token[:-1],
        token.swapcase(),
        f"{token}x",
        "a" * 5000,
        f"{agenda.hex}.{reason.hex}",
        "\0:é:1",
    ):
        assert invites_to(forged) is None
    with time_machine.travel(clock.now() + LIFE - timedelta(minutes=1)):
        assert invites_to(token) == (agenda, reason)
    with time_machine.travel(clock.now() + LIFE + timedelta(minutes=1)):
        assert invites_to(token) is None


@pytest.mark.django_db
def test_who_was_invited_sees_the_hours_holds_one_and_books_it(client, kept_back, alice):
    start = free_starts(kept_back)[0]
    client.force_login(alice)
    page = client.get(address(kept_back))
    assert value_of(kept_back, start) in page.text
    assert "liste-attente" not in page.text

    step = hold(client, kept_back, start)["Location"]
    booked = client.post(step, filled(client, step))

    visit = Appointment.objects.get()
    assert (booked.status_code, visit.status, visit.start_at) == (302, Status.BOOKED, start)


@pytest.mark.django_db
def test_without_the_invitation_the_reason_is_not_there(client, kept_back, alice):
    start = free_starts(kept_back)[0]
    client.force_login(alice)
    other = invitation_to(kept_back.agenda.uid, uuid4())
    for token in ("", "forged", other):
        assert value_of(kept_back, start) not in client.get(address(kept_back, token)).text
    assert hold(client, kept_back, start).status_code == 422
    assert not Appointment.objects.exists()


@pytest.mark.django_db
def test_an_invitation_opens_neither_a_closed_agenda_nor_to_somebody_blocked(client, kept_back, alice):
    start = free_starts(kept_back)[0]
    client.force_login(alice)
    client.get(address(kept_back))
    step = hold(client, kept_back, start)["Location"]
    data = filled(client, step)
    record = PatientRecord.objects.create(
        practice=kept_back.agenda.practice,
        patient=alice.patient,
        birth_name="A",
        first_name="B",
        blocked_at=clock.now(),
    )
    assert client.post(step, data).context["refusal"].code == "blocked"
    record.delete()
    OnlineBlock.objects.create(agenda=kept_back.agenda, cause=BlockCause.OWNER)
    assert value_of(kept_back, start) not in client.get(address(kept_back)).text
    assert client.post(step, filled(client, step)).context["refusal"].code == "not_bookable"
    assert not Appointment.objects.exclude(status=Status.HELD).exists()
