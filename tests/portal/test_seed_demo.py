"""The demo data: the people of the contract, and agendas around today."""

import pytest
from django.core.management import call_command
from django.test import override_settings

from accounts.models import User
from booking.models import Appointment, Listing
from carnet.models import Document, HealthItem, PreventionConsent, Vaccination
from core import clock
from portal.demo_people import DEMO_PASSWORD, DEMO_PEOPLE
from practitioners.services.reference import load_reference
from tests.security.world import undone

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def small_demo(django_db_setup, django_db_blocker):
    """One demo for these tests: what they write themselves is undone."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), undone():
        load_reference()
        call_command("seed_demo", small=True, verbosity=0)
        yield


def test_every_demo_person_can_sign_in(small_demo):
    for person in DEMO_PEOPLE:
        assert User.objects.get(email=person.email).check_password(DEMO_PASSWORD)


def test_demo_agendas_are_listed_with_a_next_start(small_demo):
    rows = Listing.objects.filter(practitioner__slug__in=["dr-claire-martin", "dr-aissatou-diallo"])
    assert [row.bookable for row in rows] == [True, True]
    assert all(row.next_start is not None for row in rows)
    assert Appointment.objects.count() > 50


def test_seeding_twice_changes_nothing_when_asked_so(small_demo):
    before = Appointment.objects.count()
    call_command("seed_demo", if_empty=True, verbosity=0)
    assert Appointment.objects.count() == before


def test_demo_health_is_there_for_alice_and_her_child(small_demo):
    alice = User.objects.get(email="alice@prendsoin.example")
    assert set(HealthItem.objects.filter(patient__user=alice).values_list("kind", flat=True)) == {
        "allergy",
        "history",
        "treatment",
    }
    assert Vaccination.objects.filter(patient__guardianships__user=alice, author=alice).count() > 10
    assert PreventionConsent.objects.filter(user=alice, withdrawn_at__isnull=True).exists()


def test_demo_alice_has_seen_dr_martin_and_finds_what_he_sent_after_it(small_demo):
    sent = Document.objects.get(patient__user__email="alice@prendsoin.example", origin="practice")
    visit = sent.appointment
    assert visit.status == "seen"
    assert visit.end_at < clock.now()
    assert visit.record.patient == sent.patient
