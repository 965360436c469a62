"""How many SQL statements the hot answers take, all included: session, user, audit, idempotency, outbox."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.booking.conftest import book, free_starts
from tests.factories import AgendaReasonFactory, BookableAgendaFactory, MembershipFactory

pytestmark = pytest.mark.django_db

# Goals of the performance page: availability <= 8, booking <= 25.
AVAILABILITY, BOOKING = 8, 25


def statements(act):
    with CaptureQueriesContext(connection) as captured:
        response = act()
    return response, len(captured), "\n".join(query["sql"][:160] for query in captured)


def availability_url(offer, days=7):
    return f"/api/v1/availabilities?visit_reason={offer.visit_reason.uid}&agendas={offer.agenda.uid}&days={days}"


def test_availability_takes_the_same_few_statements_whatever_its_size(client, offer, alice, charlie):
    client.force_login(alice)
    client.get(availability_url(offer))
    # Of today nothing may be left, and an empty answer looks further.
    response, few, listing = statements(lambda: client.get(availability_url(offer, days=2)))
    assert response.status_code == 200
    book(alice, offer, free_starts(offer)[0])
    book(charlie, offer, free_starts(offer)[0])
    agendas = [offer.agenda.uid]
    for _ in range(2):
        other = BookableAgendaFactory(practice=offer.agenda.practice)
        other.reasons.all().delete()
        AgendaReasonFactory(agenda=other, visit_reason=offer.visit_reason)
        agendas.append(other.uid)
    wide = f"/api/v1/availabilities?visit_reason={offer.visit_reason.uid}&agendas={','.join(map(str, agendas))}&days=15"
    response, many, listing = statements(lambda: client.get(wide))
    assert len({slot["agenda"] for day in response.json()["days"] for slot in day["slots"]}) == 3
    assert few == many <= AVAILABILITY, listing


def test_booking_stays_within_its_statements(client, offer, alice):
    MembershipFactory(practice=offer.agenda.practice)
    MembershipFactory(practice=offer.agenda.practice)
    client.force_login(alice)
    client.get(availability_url(offer))
    body = {
        "agenda": str(offer.agenda.uid),
        "visit_reason": str(offer.visit_reason.uid),
        "start": free_starts(offer)[0].isoformat(),
    }
    response, count, listing = statements(
        lambda: client.post(
            "/api/v1/appointments",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid4())},
        )
    )
    assert response.status_code == 201, response.content
    assert count <= BOOKING, f"{count}\n{listing}"
