"""The directory stays true: every write that matters, and time alone, change its rows; a rollback does not (case 51)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import ListedWord, Listing
from booking.recurrence import Frequency
from booking.search.refresh import refresh_all, refresh_listings, stale_practitioners
from booking.selectors.offers import find_offers
from booking.services import _news
from booking.services.absences import add_absence, remove_absence
from booking.services.appointments import Wish, book_appointment, cancel_appointment, reschedule_appointment
from booking.services.holds import hold_slot
from booking.services.opening import change_opening
from booking.tasks import refresh_stale_listings
from config.schedule import BEAT_SCHEDULE
from core import clock, jobs
from core.access import Actor, Space
from core.models import Job
from practitioners.enums import Audience, BlockCause
from practitioners.models import OnlineBlock
from practitioners.services.offers import change_offer
from tests.directory import NOW
from tests.factories import (
    AgendaReasonFactory,
    HoldFactory,
    MembershipFactory,
    OpeningHoursFactory,
    PatientFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ELEVEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STEP = timedelta(minutes=20)


def next_start():
    return Listing.objects.get().next_start


def run_jobs() -> list[str]:
    """What the relay does after the commit."""
    done = []
    for job in Job.objects.filter(state="pending").order_by("pk"):
        outcome = jobs.run(job.pk)
        assert outcome is not None, job.kind
        assert outcome.error is None, outcome.error
        done.append(job.kind)
    return done


@pytest.fixture
def agenda(listed):
    return listed("Claire Martin")


@pytest.fixture
def offer(agenda):
    return find_offers(agenda.reasons.get().visit_reason.uid, [agenda.uid])[0]


@pytest.fixture
def owner(agenda):
    member = MembershipFactory(practice=agenda.practice)
    return Actor(user_id=member.user_id, space=Space.PRACTICE, practice_id=agenda.practice_id, strong=True)


@pytest.fixture
def alice():
    user = UserFactory()
    PatientFactory(user=user)
    return Actor(user_id=user.pk, space=Space.PATIENT, session="a" * 64, ip="127.0.0.1")


def book(actor, offer, start=ELEVEN):
    return book_appointment(
        actor=actor, agenda=offer.agenda.uid, visit_reason=offer.visit_reason.uid, start=start, wish=Wish()
    )


def test_booking_moves_the_next_start_at_commit_and_not_before(alice, offer):
    assert next_start() == ELEVEN

    book(alice, offer)

    assert next_start() == ELEVEN
    assert "booking.refresh_listings" in run_jobs()
    assert next_start() == ELEVEN + STEP


def test_cancelling_and_moving_bring_it_back(alice, agenda):
    agenda.reasons.update(change_until_minutes=0)
    offer = find_offers(agenda.reasons.get().visit_reason.uid)[0]
    visit = book(alice, offer)
    run_jobs()

    reschedule_appointment(actor=alice, appointment=visit.uid, start=ELEVEN + 5 * STEP)
    run_jobs()
    assert next_start() == ELEVEN

    reschedule_appointment(actor=alice, appointment=visit.uid, start=ELEVEN)
    run_jobs()
    assert next_start() == ELEVEN + STEP

    cancel_appointment(actor=alice, appointment=visit.uid, reason="")
    run_jobs()
    assert next_start() == ELEVEN


def test_rollback_leaves_the_row_and_queues_nothing(alice, offer, monkeypatch):
    queue = _news.refresh_listings

    def queue_then_fail(*performers):
        queue(*performers)
        raise ZeroDivisionError

    monkeypatch.setattr(_news, "refresh_listings", queue_then_fail)
    with pytest.raises(ZeroDivisionError):
        book(alice, offer)

    assert run_jobs() == []
    assert next_start() == ELEVEN


def test_absence_and_its_end_move_the_next_start(owner, agenda):
    absence = add_absence(
        actor=owner,
        agenda=agenda.uid,
        fields={
            "frequency": Frequency.ONCE,
            "starts_on": date(2026, 11, 23),
            "start_time": time(0),
            "end_time": time(0),
            "span_days": 2,
        },
    )
    assert next_start() == ELEVEN
    run_jobs()
    assert next_start() == datetime(2026, 11, 25, 8, tzinfo=UTC)

    remove_absence(actor=owner, absence=absence.uid)
    run_jobs()
    assert next_start() == ELEVEN


def test_opening_hours_move_the_next_start(owner, agenda):
    change_opening(actor=owner, opening=agenda.opening_hours.get().uid, changes={"start_time": time(14)})
    run_jobs()

    assert next_start() == datetime(2026, 11, 23, 13, tzinfo=UTC)


def test_reason_moves_the_next_start(owner, agenda):
    change_offer(
        actor=owner,
        visit_reason=agenda.reasons.get().visit_reason.uid,
        agenda=agenda.uid,
        changes={"notice_minutes": 26 * 60},
    )
    run_jobs()

    assert next_start() == datetime(2026, 11, 24, 11, tzinfo=UTC)


@pytest.mark.parametrize("cause", [BlockCause.OWNER, BlockCause.BILLING])
def test_block_closes_the_row_and_its_end_opens_it(agenda, cause):
    block = OnlineBlock.objects.create(agenda=agenda, cause=cause)
    refresh_all([agenda.practitioner_id])
    row = Listing.objects.get()
    assert (row.bookable, row.next_start, row.modes, row.new_patients) == (False, None, [], False)

    block.closed_at = clock.now()
    block.save()
    refresh_all([agenda.practitioner_id])
    assert Listing.objects.get().next_start == ELEVEN


def test_holiday_is_passed_over(agenda):
    agenda.opening_hours.update(open_on_holidays=False)
    with time_machine.travel(datetime(2026, 12, 25, 8, tzinfo=UTC), tick=False):
        refresh_all([agenda.practitioner_id])

    assert next_start() == datetime(2026, 12, 26, 8, tzinfo=UTC)


def test_full_horizon_leaves_no_next_start(agenda):
    agenda.opening_hours.all().delete()
    refresh_all([agenda.practitioner_id])

    row = Listing.objects.get()
    assert (row.next_start, row.bookable) == (None, True)


def test_hours_of_known_patients_are_not_announced_to_all(agenda):
    agenda.reasons.update(notice_minutes=240)
    AgendaReasonFactory(agenda=agenda, audience=Audience.KNOWN, notice_minutes=0)
    refresh_all([agenda.practitioner_id])
    assert next_start() == datetime(2026, 11, 23, 13, tzinfo=UTC)

    agenda.reasons.exclude(audience=Audience.KNOWN).delete()
    refresh_all([agenda.practitioner_id])
    row = Listing.objects.get()
    assert (row.next_start, row.new_patients, row.bookable) == (NOW, False, True)


def test_row_grows_stale_when_the_notice_of_its_start_begins(agenda):
    assert Listing.objects.get().stale_at == NOW + timedelta(seconds=30)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert stale_practitioners(clock.now()) == [agenda.practitioner_id]
        refresh_stale_listings()
        row = Listing.objects.get()
        assert (row.next_start, row.stale_at) == (ELEVEN + STEP, ELEVEN + STEP - timedelta(hours=1))
        assert stale_practitioners(clock.now()) == []


def test_row_grows_stale_at_midnight_of_its_place_at_the_latest(agenda):
    agenda.opening_hours.update(starts_on=date(2026, 12, 24))
    refresh_all([agenda.practitioner_id])

    assert Listing.objects.get().stale_at == datetime(2026, 11, 23, 23, tzinfo=UTC)


def test_row_heals_after_a_lost_job(agenda, offer, alice):
    agenda.opening_hours.update(starts_on=date(2026, 11, 25))
    refresh_all([agenda.practitioner_id])
    first = datetime(2026, 11, 25, 8, tzinfo=UTC)
    book(alice, offer, first)
    assert Job.objects.filter(kind="booking.refresh_listings").delete()[0] == 1
    assert next_start() == first

    # Within the first minute the job may still be on its way.
    assert stale_practitioners(clock.now() + timedelta(seconds=50)) == []
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        refresh_stale_listings()
        assert next_start() == first + STEP
        assert stale_practitioners(clock.now()) == []


def test_row_grows_stale_when_a_hold_expires(agenda, offer, alice):
    hold_slot(actor=alice, agenda=agenda.uid, visit_reason=offer.visit_reason.uid, start=ELEVEN)
    HoldFactory(agenda=agenda, start_at=ELEVEN + STEP, expires_at=NOW + timedelta(minutes=4))
    refresh_all([agenda.practitioner_id])
    assert next_start() == ELEVEN + 2 * STEP
    assert Listing.objects.get().stale_at == NOW + timedelta(minutes=4)

    with time_machine.travel(NOW + timedelta(minutes=4), tick=False):
        refresh_stale_listings()
    assert next_start() == ELEVEN + STEP


def test_row_of_a_window_that_opens_late_is_looked_at_often(agenda):
    agenda.opening_hours.update(starts_on=date(2026, 12, 24))
    OpeningHoursFactory(agenda=agenda, start_time=time(18), end_time=time(19), released_minutes=60)
    refresh_all([agenda.practitioner_id])

    assert Listing.objects.get().stale_at == NOW + timedelta(minutes=15)


def test_stale_rows_are_queued_every_minute():
    entry = next(one for one in BEAT_SCHEDULE.values() if one.get("args") == ["booking.refresh_stale_listings"])
    assert (entry["task"], entry["schedule"]) == ("core.tick", timedelta(minutes=1))


def test_unpublished_practitioner_leaves_the_directory(agenda):
    agenda.practitioner.verification = "controlled"
    agenda.practitioner.save()

    assert refresh_listings([agenda.practitioner_id]) == 0
    assert (Listing.objects.count(), ListedWord.objects.count()) == (0, 0)


def test_second_agenda_ends_being_alone(listed, agenda):
    assert Listing.objects.get().alone
    listed(practitioner=agenda.practitioner, km=3)

    assert list(Listing.objects.values_list("alone", flat=True)) == [False, False]


def test_statements_do_not_depend_on_how_many(listed):
    first = listed("Claire Martin")
    with CaptureQueriesContext(connection) as one:
        refresh_listings([first.practitioner_id])
    others = [listed(f"Person N{n}").practitioner_id for n in range(3)]
    with CaptureQueriesContext(connection) as four:
        refresh_listings([first.practitioner_id, *others])

    assert len(one) == len(four) == 15
