"""What the calls of booking answer to bodies and addresses that no form of ours would send."""

from uuid import uuid4

import pytest
from django.test import Client

from booking.api.serializers import BookingBody, FamilyBody
from booking.enums import Status
from tests.factories import AppointmentFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def visit():
    user = UserFactory()
    return AppointmentFactory(patient=PatientFactory(user=user))


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_form_cancels_nothing(client, visit, kind):
    client.force_login(visit.record.patient.user)
    address = f"{API}/appointments/{visit.uid}/cancel"
    answer = client.post(address, b"reason=x", content_type=kind, headers={"Idempotency-Key": str(uuid4())})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


@pytest.mark.parametrize("address", [f"{API}/nothing", f"{API}/holds/", "/api/"])
def test_an_unknown_address_is_a_404_for_every_method_without_csrf_token(address):
    browser = Client(enforce_csrf_checks=True)
    for method in ("get", "post", "put", "delete"):
        answer = getattr(browser, method)(address)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["code"] == "not_found"


def test_the_reason_of_a_cancellation_loses_what_would_turn_the_text_around(client, visit):
    client.force_login(visit.record.patient.user)
    body = {"reason": " \u202eempêchée\u200b\u2066 "}
    address = f"{API}/appointments/{visit.uid}/cancel"
    answer = client.post(address, body, content_type="application/json", headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 200
    visit.refresh_from_db()
    assert visit.cancel_reason == "empêchée"


@pytest.mark.parametrize("shape", [BookingBody, FamilyBody])
def test_a_note_is_read_as_the_form_of_the_page_reads_it(shape):
    body = {"agenda": uuid4(), "visit_reason": uuid4(), "start": "2026-12-01T10:20:00+01:00", "patients": [uuid4()] * 2}
    clean = shape(data={**body, "note": "\u202eBonjour,\u200b\nmerci "})
    assert clean.is_valid(), clean.errors
    assert clean.validated_data["note"] == "Bonjour,\nmerci"
    bell = shape(data={**body, "note": "cloche\x07"})
    assert (bell.is_valid(), list(bell.errors)) == (False, ["note"])
