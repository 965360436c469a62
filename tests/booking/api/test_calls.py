"""What the calls of booking answer to bodies and addresses that no form of ours would send."""

from uuid import uuid4

import pytest
from django.test import Client

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
