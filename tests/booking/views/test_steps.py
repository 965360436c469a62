"""The pages from an hour to a visit, without JavaScript: held, over, refused, booked once."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from booking.enums import Status
from booking.models import Appointment
from booking.presentation import slot_value
from booking.selectors.availability import FreeSlot
from core import clock
from patients.enums import Level
from tests.booking.conftest import book, free_starts
from tests.factories import GuardianshipFactory, PatientFactory

pytestmark = pytest.mark.django_db


def value_of(offer, start):
    return slot_value(FreeSlot(start, start + timedelta(minutes=20), offer))


def hold(client, offer, start):
    """Choose an hour on the practitioner's page; returns the address of the next step."""
    return client.post(
        reverse("booking:hold", args=[offer.agenda.practitioner.slug]),
        {"motif": str(offer.visit_reason.uid), "slot": value_of(offer, start)},
    )


def filled(client, step, **more):
    """The data of the confirmation form as a browser would send it."""
    page = client.get(step)
    form = page.context["form"]
    people = form.fields["patient"].choices
    return {"patient": people[0][0], "note": "", "form_token": form["form_token"].value(), **more}


def test_profile_offers_the_free_hours_as_choices(client, offer):
    page = client.get(reverse("booking:practitioner", args=[offer.agenda.practitioner.slug]))
    assert page.status_code == 200
    assert value_of(offer, free_starts(offer)[0]) in page.content.decode()


def test_unknown_practitioner_is_a_404(client, db):
    assert client.get(reverse("booking:practitioner", args=["personne"])).status_code == 404


def test_choosing_an_hour_holds_it_and_leads_to_sign_in(client, offer):
    start = free_starts(offer)[0]
    response = hold(client, offer, start)
    held = Appointment.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("booking:step", args=[held.uid])
    page = client.get(response["Location"])
    assert "gardé encore" in page.content.decode()
    assert reverse("account_signup") in page.content.decode()


def test_a_taken_hour_answers_with_three_others(client, offer, alice):
    start = free_starts(offer)[0]
    book(alice, offer, start)
    response = hold(client, offer, start)
    assert response.status_code == 409
    assert response.content.decode().count('name="slot"') == 3


@pytest.mark.parametrize("slot", ["", "x", "x/y", "00000000-0000-0000-0000-000000000000/2026-01-01T10:00:00"])
def test_a_malformed_hour_leads_back_to_the_calendar(client, offer, slot):
    response = client.post(
        reverse("booking:hold", args=[offer.agenda.practitioner.slug]),
        {"motif": str(offer.visit_reason.uid), "slot": slot},
    )
    assert response.status_code == 302
    assert not Appointment.objects.exists()


def test_confirming_books_the_held_row_once_however_often_it_is_sent(client, offer, alice):
    client.force_login(alice)
    step = hold(client, offer, free_starts(offer)[0])["Location"]
    data = filled(client, step, note="Bonjour")
    first, second = client.post(step, data), client.post(step, data)
    visit = Appointment.objects.get()
    assert (visit.status, visit.note) == (Status.BOOKED, "Bonjour")
    wanted = reverse("booking:appointment", args=[visit.uid])
    assert first["Location"].startswith(wanted)
    assert (second.status_code, second["Location"]) == (302, wanted)
    assert client.get(step)["Location"] == wanted


def test_case_48_an_expired_hold_brings_the_form_back_filled_with_three_hours(client, offer, alice):
    client.force_login(alice)
    step = hold(client, offer, free_starts(offer)[0])["Location"]
    data = filled(client, step, note="Je viens à vélo")
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        response = client.post(step, data)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Je viens à vélo" in page
        assert page.count('name="slot"') == 3
        chosen = response.context["hours"][1][0]
        again = client.post(step, {**data, "slot": chosen, "form_token": "another-token"})
    assert again.status_code == 302
    assert Appointment.objects.get(status=Status.BOOKED).note == "Je viens à vélo"


def test_a_visit_nearby_asks_to_keep_or_replace(client, offer, alice):
    old = book(alice, offer, free_starts(offer)[0])
    client.force_login(alice)
    step = hold(client, offer, free_starts(offer)[3])["Location"]
    response = client.post(step, filled(client, step))
    assert response.status_code == 422
    assert f'value="{old.uid}"' in response.content.decode()
    token = response.context["form"]["form_token"].value()
    done = client.post(step, {**filled(client, step), "form_token": token, "replaces": str(old.uid)})
    assert done.status_code == 302
    old.refresh_from_db()
    assert old.status == Status.CANCELLED_BY_PATIENT


def test_a_new_patient_refused_is_led_to_the_code_of_the_practice(client, offer, alice):
    offer.audience = "known"
    offer.save()
    client.force_login(alice)
    step = hold(client, offer, free_starts(offer)[0])["Location"]
    response = client.post(step, filled(client, step))
    assert response.status_code == 422
    assert reverse("patients:link_file", args=[offer.agenda.practice.uid]) in response.content.decode()


def test_a_family_books_consecutive_hours_from_the_same_page(client, offer, alice):
    child = PatientFactory(first_name="Léo")
    GuardianshipFactory(user=alice, patient=child, level=Level.GRANTED)
    client.force_login(alice)
    starts = free_starts(offer)
    step = hold(client, offer, starts[0])["Location"]
    response = client.post(step, filled(client, step, also=[str(child.uid)]))
    assert response.status_code == 302
    visits = Appointment.objects.filter(status=Status.BOOKED).order_by("start_at")
    assert [(visit.start_at, visit.patient_id) for visit in visits] == [
        (starts[0], alice.patient.pk),
        (starts[1], child.pk),
    ]


def test_one_cannot_book_for_a_stranger_by_forging_the_form(client, offer, alice, charlie):
    client.force_login(alice)
    step = hold(client, offer, free_starts(offer)[0])["Location"]
    response = client.post(step, filled(client, step, patient=str(charlie.patient.uid)))
    assert response.status_code == 422
    assert not Appointment.objects.filter(status=Status.BOOKED).exists()


def test_anothers_hold_is_not_shown(client, offer, alice, client_of):
    step = hold(client, offer, free_starts(offer)[0])["Location"]
    assert client_of(alice).get(step).status_code == 404


def test_releasing_gives_the_hour_back(client, offer):
    start = free_starts(offer)[0]
    hold(client, offer, start)
    held = Appointment.objects.get()
    client.post(reverse("booking:release", args=[held.uid]))
    assert start in free_starts(offer)


@pytest.fixture
def client_of():
    from tests.strict import CheckedClient

    def signed_in(user):
        client = CheckedClient()
        client.force_login(user)
        return client

    return signed_in


def test_lists_show_own_and_relatives_visits_and_nothing_to_a_stranger(client_of, offer, alice, charlie):
    child = PatientFactory(first_name="Léo")
    GuardianshipFactory(user=alice, patient=child, level=Level.GRANTED)
    mine = book(alice, offer, free_starts(offer)[0])
    his = book(alice, offer, free_starts(offer)[0], patient=child.uid)
    page = client_of(alice).get(reverse("booking:appointments")).content.decode()
    assert str(mine.uid) in page
    assert str(his.uid) in page
    stranger = client_of(charlie)
    assert str(mine.uid) not in stranger.get(reverse("booking:appointments")).content.decode()
    for name in ("appointment", "move", "cancel", "slip", "calendar"):
        assert stranger.get(reverse(f"booking:{name}", args=[mine.uid])).status_code == 404


def test_a_concealed_visit_is_hidden_from_the_other_guardian_everywhere(client_of, offer, alice, charlie):
    child = PatientFactory(first_name="Léo")
    for user in (alice, charlie):
        GuardianshipFactory(user=user, patient=child, level=Level.GRANTED)
    hidden = book(alice, offer, free_starts(offer)[0], patient=child.uid, concealed=True)
    other = client_of(charlie)
    assert str(hidden.uid) not in other.get(reverse("booking:appointments")).content.decode()
    assert other.get(reverse("booking:appointment", args=[hidden.uid])).status_code == 404
    assert other.get("/api/v1/appointments").json()["count"] == 0
    assert other.get(f"/api/v1/appointments/{hidden.uid}").status_code == 404
    # Refusals keep the secret too: the limit counts what this guardian may see.
    assert book(charlie, offer, free_starts(offer)[0], patient=child.uid).status == Status.BOOKED


def test_cancelling_asks_first_and_never_acts_on_get(client_of, offer, alice):
    visit = book(alice, offer, free_starts(offer)[0])
    client = client_of(alice)
    address = reverse("booking:cancel", args=[visit.uid])
    page = client.get(address)
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED
    client.post(address, {"reason": "", "form_token": page.context["form"]["form_token"].value()})
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED_BY_PATIENT


def test_moving_on_the_page_keeps_the_old_hour_when_refused(client_of, offer, alice, charlie):
    starts = free_starts(offer)
    visit = book(alice, offer, starts[0])
    client = client_of(alice)
    address = reverse("booking:move", args=[visit.uid])
    token = client.get(address).context["form"]["form_token"].value()
    book(charlie, offer, starts[1])
    response = client.post(address, {"slot": value_of(offer, starts[1]), "form_token": token})
    assert response.status_code == 409
    visit.refresh_from_db()
    assert visit.start_at == starts[0]
    moved = client.post(address, {"slot": value_of(offer, starts[2]), "form_token": "another"})
    assert moved.status_code == 302
    visit.refresh_from_db()
    assert visit.start_at == starts[2]


def test_list_of_visits_takes_the_same_statements_for_one_and_three(
    client_of, offer, alice, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = client_of(alice), reverse("booking:appointments")
    client.get(address)
    counts = []
    for child in [None, PatientFactory(), PatientFactory()]:
        if child:
            GuardianshipFactory(user=alice, patient=child, level=Level.GRANTED)
        book(alice, offer, free_starts(offer)[0], patient=child.uid if child else None)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
    assert len(set(counts)) == 1, counts


def test_the_form_of_a_family_sent_twice_leads_to_the_visits_too(client, offer, alice):
    child = PatientFactory()
    GuardianshipFactory(user=alice, patient=child)
    client.force_login(alice)
    step = hold(client, offer, free_starts(offer)[0])["Location"]
    data = filled(client, step, also=[str(child.uid)])
    first, second = client.post(step, data), client.post(step, data)
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 2
    assert first["Location"].startswith(second["Location"])
