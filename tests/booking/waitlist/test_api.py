"""The calls of the waitlist: joining, one's entries, and the two answers to a time that is kept."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.enums import WaitlistAnswer, WaitlistState
from booking.models import Appointment, WaitlistEntry
from booking.services.appointments import cancel_appointment
from tests.booking.conftest import actor_of, another_offer
from tests.booking.waitlist.conftest import at, book, join, live, person, work

pytestmark = pytest.mark.django_db

ENTRIES = "/api/v1/waitlist-entries"


def post(client, path, body=None, key=""):
    return client.post(
        path, body or {}, content_type="application/json", headers={"Idempotency-Key": key or str(uuid4())}
    )


def answer_path(offer, word):
    return f"/api/v1/waitlist-offers/{offer.uid}/{word}"


def wish(offer, **more):
    return {"visit_reason": str(offer.visit_reason.uid), "agendas": [str(offer.agenda.uid)], **more}


@pytest.fixture
def anne(client, offer):
    user = person("anne")
    client.force_login(user)
    return user


@pytest.fixture
def kept(offer, anne):
    """A time that is kept for Anne."""
    owner = person("owner")
    visit = book(owner, offer, at(3, 10))
    join(anne, offer)
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()
    (only,) = live()
    return only


def test_joining_gives_the_entry_with_its_address(client, offer, anne):
    body = wish(offer, windows=[{"weekday": 3, "start": "09:00", "end": "12:00"}], latest_on="2027-02-01")
    answer = post(client, ENTRIES, body)

    shown = answer.json()
    assert (answer.status_code, shown["state"], shown["ahead"], shown["offer"]) == (201, "waiting", 0, None)
    assert shown["windows"] == [{"weekday": 3, "start": "09:00", "end": "12:00"}]
    assert (shown["agendas"], shown["latest_on"]) == ([str(offer.agenda.uid)], "2027-02-01")
    assert client.get(f"{ENTRIES}/{shown['id']}").json() == shown
    assert client.get(ENTRIES).json()["results"] == [shown]


def test_joining_again_with_the_same_key_gives_the_same_entry(client, offer, anne):
    key = str(uuid4())
    first, again = (post(client, ENTRIES, wish(offer), key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert WaitlistEntry.objects.count() == 1

    other = post(client, ENTRIES, wish(offer, latest_on="2027-02-01"), key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")
    twice = post(client, ENTRIES, wish(offer))
    assert (twice.status_code, twice.json()["code"]) == (409, "waitlist_twice")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"agendas": []}, 400, "invalid"),
        ({"visit_reason": "x"}, 400, "invalid"),
        ({"windows": [{"weekday": 7, "start": "09:00", "end": "12:00"}]}, 400, "invalid"),
        ({"windows": [{"weekday": 1, "start": "12:00", "end": "09:00"}]}, 422, "waitlist_windows"),
        ({"earliest_on": "2027-02-02", "latest_on": "2027-02-01"}, 422, "waitlist_dates"),
        ({"visit_reason": str(uuid4())}, 404, "not_found"),
        ({"patient": str(uuid4())}, 404, "not_found"),
    ],
)
def test_a_body_that_does_not_hold_joins_nothing(client, offer, anne, change, status, code):
    answer = post(client, ENTRIES, {**wish(offer), **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not WaitlistEntry.objects.exists()


def test_accepting_books_the_time_once(client, anne, kept):
    key = str(uuid4())
    first, again = (post(client, answer_path(kept, "accept"), key=key) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert Appointment.objects.filter(status="booked", start_at=kept.start_at).count() == 1
    late = post(client, answer_path(kept, "decline"))
    assert (late.status_code, late.json()["code"]) == (409, "offer_over")


def test_declining_keeps_the_place_in_line(client, anne, kept):
    shown = client.get(ENTRIES).json()["results"][0]
    assert shown["offer"]["id"] == str(kept.uid)
    key = str(uuid4())
    first, again = (post(client, answer_path(kept, "decline"), key=key) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert (first.json()["id"], first.json()["state"], first.json()["offer"]) == (shown["id"], "waiting", None)
    late = post(client, answer_path(kept, "accept"))
    assert (late.status_code, late.json()["code"]) == (409, "offer_over")


def test_leaving_gives_the_time_back(client, anne, kept):
    entry = f"{ENTRIES}/{kept.entry.uid}"
    assert client.delete(entry).status_code == 204
    assert client.get(entry).json()["state"] == WaitlistState.LEFT
    assert live() == []


def test_what_is_of_somebody_else_is_not_there(client, kept):
    client.force_login(person("bruno"))
    entry = f"{ENTRIES}/{kept.entry.uid}"
    answers = [client.get(entry), client.delete(entry)]
    answers += [post(client, answer_path(kept, word)) for word in ("accept", "decline")]
    missing = client.get(f"{ENTRIES}/{uuid4()}")

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "not_found")] * 4
    assert answers[0].json().keys() == missing.json().keys()
    assert client.get(ENTRIES).json()["results"] == []
    kept.refresh_from_db()
    assert kept.answer == WaitlistAnswer.WAITING


def test_a_visitor_and_a_call_without_key_change_nothing(client, offer, anne, kept):
    for path in (ENTRIES, answer_path(kept, "accept")):
        answer = client.post(path, wish(offer), content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    client.logout()
    for path in (ENTRIES, answer_path(kept, "accept"), answer_path(kept, "decline")):
        assert post(client, path, wish(offer)).status_code in (401, 403)
    kept.refresh_from_db()
    assert kept.answer == WaitlistAnswer.WAITING


def test_three_entries_take_the_statements_of_one(client, offer, anne, kept):
    def count():
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(ENTRIES)
        return len(answer.json()["results"]), len(captured)

    count()
    one = count()
    for _ in range(2):
        post(client, ENTRIES, wish(another_offer(offer), windows=[{"weekday": 1, "start": "09:00", "end": "12:00"}]))
    three = count()
    assert (one[0], three[0]) == (1, 3)
    assert one[1] == three[1]
