"""What became of each message, on the visit; and each morning those whom none reached, once, until somebody calls."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from booking.enums import Status, TaskKind
from booking.models import Task
from booking.selectors.receipts import count_unreached, unreached_calls
from booking.services.todo import TaskRefused, add_task, finish_task
from booking.services.unreached import JOB, list_unreached
from core import clock
from core.models import Job
from notifications.models import Message
from notifications.services import notify
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, events, statements
from tests.factories import AppointmentFactory, RecordFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

# A Tuesday, 7:30 in Paris.
MORNING = datetime(2026, 11, 10, 6, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def visit_of(desk, *, agenda=None, days=3, **more):
    agenda = agenda or desk.agenda
    named = {"first_name": f"Odile{days}", "birth_name": "Nonjointe"}
    record = RecordFactory(practice=agenda.practice, email="lea@prendsoin.example", phone="+33639980001", **named)
    start = clock.now() + timedelta(days=days, minutes=30 * Task.objects.count())
    return AppointmentFactory(
        agenda=agenda, record=record, start_at=start, end_at=start + timedelta(minutes=20), **more
    )


def message(visit, *, kind="booking.confirmed", channel="email", occasion="", age=timedelta(hours=9), **fields):
    """One message about the visit's present time, in that state."""
    address = "lea@prendsoin.example" if channel == "email" else "+33639980001"
    notify(
        kind=kind,
        channel=channel,
        subject=f"appointment:{visit.pk}",
        revision=visit.revision,
        occasion=occasion,
        address=address,
    )
    row = Message.objects.latest("pk")
    state = fields.pop("state", "dead")
    ended = {"finished_at": clock.now() - age, "address": None} if state not in ("pending", "sending") else {}
    Message.objects.filter(pk=row.pk).update(**{"state": state, **ended, **fields})
    return Message.objects.get(pk=row.pk)


def listed():
    list_unreached()
    return list(Task.objects.filter(kind=TaskKind.UNREACHED).values_list("appointment_id", "revision"))


def test_who_got_nothing_is_listed_once_and_after_the_call_no_more(desk):
    visit = visit_of(desk)
    message(visit)

    assert listed() == [(visit.pk, 0)]
    assert listed() == [(visit.pk, 0)]
    (call,) = unreached_calls(desk.actor("sophie"))
    assert (call.visit, call.task.record_id) == (visit, visit.record_id)
    finish_task(actor=desk.actor("sophie"), task=call.task.uid)
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        assert listed() == [(visit.pk, 0)]
    assert unreached_calls(desk.actor("sophie")) == []
    assert [event.facts["visits"] for event in events("booking.list_unreached")] == [1]


@pytest.mark.parametrize(
    ("fields", "is_listed"),
    [
        ({"state": "dead"}, True),
        ({"state": "sent", "receipt": "undelivered"}, True),
        ({"state": "expired", "attempts": 2}, True),
        ({"state": "expired", "last_error": "provider_down"}, True),
        ({"state": "expired", "attempts": 1}, False),
        ({"state": "sent", "receipt": "delivered"}, False),
        ({"state": "sent"}, False),
        ({"state": "cancelled", "last_error": "not_wanted"}, False),
        ({"state": "pending"}, False),
        ({"state": "dead", "age": timedelta(days=6)}, False),
    ],
)
def test_what_counts_as_not_reached(desk, fields, is_listed):
    visit = visit_of(desk)
    message(visit, **fields)

    assert (listed() == [(visit.pk, 0)]) is is_listed


@pytest.mark.parametrize(
    ("other", "is_listed"),
    [
        ({"channel": "sms", "state": "sent"}, False),
        ({"channel": "sms", "state": "pending"}, False),
        ({"channel": "sms", "state": "dead"}, True),
        ({"kind": "booking.reminder", "occasion": "d7-1500", "state": "sent", "age": timedelta(hours=2)}, False),
        ({"kind": "booking.reminder", "occasion": "d7-1500", "state": "sent", "age": timedelta(hours=20)}, True),
        ({"kind": "booking.reminder", "occasion": "d1-1500", "state": "pending"}, True),
    ],
)
def test_another_way_or_a_later_message_reaches_the_person(desk, other, is_listed):
    visit = visit_of(desk)
    message(visit)
    message(visit, **other)

    assert (listed() == [(visit.pk, 0)]) is is_listed


def test_only_visits_to_come_and_never_those_the_patient_cancelled(desk):
    for one in (
        visit_of(desk, days=-1),
        visit_of(desk, days=4, status=Status.CANCELLED_BY_PATIENT),
        visit_of(desk, days=5, status=Status.SEEN),
    ):
        message(one)
    cancelled = visit_of(desk, days=6, status=Status.CANCELLED_BY_PRACTICE)
    message(cancelled, kind="booking.cancelled")

    assert listed() == [(cancelled.pk, 0)]


def test_a_message_to_the_team_or_about_an_older_time_says_nothing_of_the_patient(desk):
    visit = visit_of(desk, revision=2)
    team = message(visit, kind="booking.practice_booked")
    Message.objects.filter(pk=team.pk).update(practice_id=visit.practice_id)
    old = message(visit, kind="booking.moved")
    Message.objects.filter(pk=old.pk).update(revision=1)

    assert listed() == []


def test_a_visit_moved_since_leaves_the_list(desk):
    visit = visit_of(desk)
    message(visit)
    assert listed()

    visit.revision = 1
    visit.save()

    assert count_unreached(desk.actor("martin")) == 0
    assert unreached_calls(desk.actor("martin")) == []


def test_the_list_is_made_by_day_on_the_clock_of_the_place(desk):
    visit = visit_of(desk)
    message(visit)
    with time_machine.travel(MORNING - timedelta(hours=2), tick=False):
        assert listed() == []
    assert listed() == [(visit.pk, 0)]


def test_a_long_list_is_made_in_chunks(desk, monkeypatch):
    monkeypatch.setattr("booking.services.unreached.CHUNK", 2)
    visits = [visit_of(desk, days=3 + number) for number in range(3)]
    for visit in visits:
        message(visit)

    list_unreached()
    assert Task.objects.count() == 2
    job = Job.objects.get(kind=JOB)
    list_unreached(**job.payload)

    assert set(Task.objects.values_list("appointment_id", flat=True)) == {visit.pk for visit in visits}


def test_the_page_shows_whom_to_call_and_why_to_who_runs_the_agenda(desk):
    visit, other = visit_of(desk), visit_of(desk, agenda=desk.second, days=4)
    message(visit, channel="sms", last_error="landline")
    message(other)
    listed()

    page = browser_of(desk, "sophie").get("/cabinet/non-joints/").content.decode()

    assert visit.record.display_name in page
    assert other.record.display_name not in page
    assert "06 39 98 00 01" in page.replace("\xa0", " ")
    assert "numéro fixe" in page
    assert "1 patient" in browser_of(desk, "sophie").get("/cabinet/taches/").content.decode()
    task = Task.objects.get(appointment=visit)
    answer = browser_of(desk, "sophie").post(f"/cabinet/taches/{task.uid}/fait/", {"retour": "/cabinet/non-joints/"})
    assert answer["Location"] == "/cabinet/non-joints/"
    assert visit.record.display_name not in browser_of(desk, "sophie").get("/cabinet/non-joints/").content.decode()


def test_such_a_call_is_never_written_by_hand(desk):
    with pytest.raises(TaskRefused) as refused:
        add_task(actor=desk.actor("martin"), fields={"kind": "unreached", "about": "x"})
    assert refused.value.code == "task_kind"


def test_the_visit_s_panel_tells_what_became_of_each_message(desk):
    visit = visit_of(desk)
    message(visit, state="sent", receipt="delivered")
    message(visit, channel="sms", last_error="bad_number")
    message(visit, kind="booking.reminder", occasion="d1-1500", state="pending")
    message(visit, kind="booking.reminder", occasion="d2-1500", state="cancelled", last_error="replanned")
    team = message(visit, kind="booking.practice_booked", state="sent")
    Message.objects.filter(pk=team.pk).update(practice_id=visit.practice_id)

    page = browser_of(desk, "martin").get(f"/cabinet/rendez-vous/{visit.uid}/").content.decode().replace("\xa0", " ")
    section = page.partition('aria-labelledby="messages"')[2].partition("</section>")[0]

    assert section.count("<li>") == 3
    assert "Confirmation par e-mail" in section
    assert "Remis lundi 9 novembre à 22 h 30" in section
    assert "numéro impossible" in section
    assert "Partira" in section


def test_the_page_takes_as_many_statements_for_three_as_for_one(desk):
    counts, browser = [], browser_of(desk, "martin")
    for number in range(3):
        message(visit_of(desk, days=3 + number))
        list_unreached()
        counts.append(statements(lambda: browser.get("/cabinet/non-joints/"))[1])

    assert counts[0] == counts[2]
