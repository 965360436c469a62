"""Who stands in for somebody: the visits, files and acts of their agendas, between their two dates, and nothing else."""

import re
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from booking.exceptions import Refusal
from booking.models import Appointment, CallerFile, Task
from booking.selectors.desk_agenda import desk_window
from booking.selectors.desk_slots import next_slots_across
from booking.selectors.files import file_page, with_counts
from booking.services.desk import (
    book_at_desk,
    book_series,
    cancel_at_desk,
    file_for_caller,
    hold_at_desk,
    move_at_desk,
    plan_series,
    undo_change,
)
from core import clock
from core.access import Actor, Space, may, scoped
from core.exceptions import DomainError, NotForYou
from notifications.models import Message
from notifications.registry import composer
from patients.models import PatientRecord
from patients.selectors.files import find_records
from practitioners.enums import Role
from practitioners.messages import COVER_LENT
from practitioners.models import Membership
from practitioners.services.cover import grant_cover
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, events
from tests.factories import AppointmentFactory, HoldFactory, MembershipFactory, RecordFactory, UserFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
ROLES = (Role.LOCUM, Role.COVER)
CALLER = {"birth_name": "Lambert", "first_name": "Odette", "birth_date": date(1951, 3, 12), "phone": "+33612345678"}


@pytest.fixture
def dates():
    """From today at midnight, in Paris, for three whole days."""
    start = clock.day_start(clock.today(PARIS), PARIS)
    return clock.instant(start), clock.instant(start) + timedelta(days=3)


def stand_in(desk, role, dates):
    """Nora, who stands in for dr martin between these instants and is nothing else in the practice."""
    member = MembershipFactory(
        user=UserFactory(), practice=desk.practice, role=role, starts_at=dates[0], ends_at=dates[1]
    )
    member.agendas.set([desk.agenda])
    return Actor(user_id=member.user_id, space=Space.PRACTICE, practice_id=desk.practice.pk, strong=True)


def visit_at(desk, start, agenda=None, **more):
    agenda = agenda or desk.agenda
    reason = agenda.reasons.get().visit_reason
    end = start + timedelta(minutes=20)
    return AppointmentFactory(agenda=agenda, visit_reason=reason, start_at=start, end_at=end, **more)


def free_start(desk, day):
    """Eleven o'clock of that day at the practice."""
    return clock.combine(clock.today(PARIS) + timedelta(days=day), time(11), PARIS)


@pytest.mark.parametrize("role", ROLES)
def test_visits_are_those_that_begin_within_the_dates(desk, dates, role):
    start, end = dates
    instant = timedelta(microseconds=1)
    before, first = visit_at(desk, start - timedelta(hours=1)), visit_at(desk, start)
    last, after = visit_at(desk, end - instant - timedelta(minutes=20)), visit_at(desk, end + timedelta(hours=1))
    elsewhere = visit_at(desk, start, agenda=desk.second)
    nora = stand_in(desk, role, dates)

    for action in ("read", "change", "restore"):
        assert set(scoped(nora, Appointment, action)) == {first, last}
    files = {row.pk for row in scoped(nora, PatientRecord, "work")}
    assert files == {first.record_id, last.record_id}
    assert not files & {before.record_id, after.record_id, elsewhere.record_id}


@pytest.mark.parametrize("role", ROLES)
def test_a_visit_at_the_very_end_is_not_theirs(desk, dates, role):
    visit_at(desk, dates[1])

    assert not scoped(stand_in(desk, role, dates), Appointment, "read").exists()


@pytest.mark.parametrize("role", ROLES)
def test_nothing_before_the_first_instant_and_nothing_from_the_last(desk, dates, role):
    visit = visit_at(desk, dates[0] + timedelta(hours=9))
    nora = stand_in(desk, role, dates)
    instant = timedelta(microseconds=1)
    seen = {}
    for name, moment in {
        "before": dates[0] - instant,
        "first": dates[0],
        "last": dates[1] - instant,
        "after": dates[1],
    }.items():
        with time_machine.travel(moment, tick=False):
            seen[name] = (may(nora, "read", visit), may(nora, "work", visit.record))

    nothing, everything = (False, False), (True, True)
    assert seen == {"before": nothing, "first": everything, "last": everything, "after": nothing}


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
def test_the_days_of_a_change_of_clocks_count_whole(desk, day):
    first = date.fromisoformat(day)
    start = clock.combine(first, time.min, PARIS)
    end = clock.combine(first + timedelta(days=2), time.min, PARIS)
    with time_machine.travel(start + timedelta(hours=6), tick=False):
        last = visit_at(desk, end - timedelta(minutes=30))
        after = visit_at(desk, end)
        nora = stand_in(desk, Role.LOCUM, (start, end))
        assert set(scoped(nora, Appointment, "read")) == {last}
        assert not may(nora, "read", after)


def test_the_first_day_of_a_cover_is_whole(desk):
    paul = Membership.objects.get(user=desk.users["paul"], practice=desk.practice)
    morning = visit_at(desk, clock.instant(clock.day_start(clock.today(PARIS), PARIS)))

    grant_cover(
        actor=desk.actor("martin"), colleague=paul.uid, agendas=[desk.agenda.uid], first_day=None,
        last_day=clock.today(PARIS),
    )  # fmt: skip

    assert may(desk.actor("paul"), "read", morning)


def test_a_colleague_who_covers_is_told_in_the_bell_and_by_email(desk):
    paul = Membership.objects.get(user=desk.users["paul"], practice=desk.practice)
    day = clock.today(PARIS)

    cover = grant_cover(
        actor=desk.actor("martin"), colleague=paul.uid, agendas=[desk.agenda.uid], first_day=day, last_day=day
    )

    rows = Message.objects.filter(kind=COVER_LENT).order_by("channel")
    assert [(row.channel, row.user_id) for row in rows] == [("bell", paul.user_id), ("email", paul.user_id)]
    for row in rows:
        said = composer(COVER_LENT)(row)
        assert desk.agenda.practitioner.display_name in said.subject + said.text
    cover.ends_at = clock.now()
    cover.save()
    assert [composer(COVER_LENT)(row) for row in rows] == [None, None]


@pytest.mark.parametrize("role", ROLES)
def test_a_caller_is_booked_moved_and_cancelled_inside_the_dates(desk, dates, role):
    nora = stand_in(desk, role, dates)
    file = file_for_caller(actor=nora, fields=CALLER)
    wish = {"record": file.uid, "agenda": desk.agenda.uid, "visit_reason": desk.offer.visit_reason.uid}

    visit = book_at_desk(actor=nora, start=free_start(desk, 1), **wish)
    move_at_desk(actor=nora, appointment=visit.uid, start=free_start(desk, 2))
    with pytest.raises(Refusal) as refused:
        move_at_desk(actor=nora, appointment=visit.uid, start=free_start(desk, 3))
    assert refused.value.code == "outside_your_dates"
    visit.refresh_from_db()
    assert visit.start_at == free_start(desk, 2)
    cancel_at_desk(actor=nora, appointment=visit.uid)
    for act in (book_at_desk, hold_at_desk):
        about = wish if act is book_at_desk else {"agenda": desk.agenda.uid}
        with pytest.raises(Refusal) as refused:
            act(actor=nora, start=free_start(desk, 3), **about)
        assert refused.value.code == "outside_your_dates"
    with pytest.raises(NotForYou):
        book_at_desk(actor=nora, start=free_start(desk, 1), **{**wish, "agenda": desk.second.uid})


def test_a_series_that_outlasts_the_dates_is_refused_whole(desk, dates):
    nora = stand_in(desk, Role.LOCUM, dates)
    file = file_for_caller(actor=nora, fields=CALLER)
    starts = [free_start(desk, day) for day in (1, 2, 3)]
    about = {"agenda": desk.agenda.uid, "visit_reason": desk.offer.visit_reason.uid, "starts": starts}

    planned = plan_series(actor=nora, **about)
    with pytest.raises(Refusal) as refused:
        book_series(actor=nora, record=file.uid, **about)

    assert [one.refusal for one in planned] == [None, None, "outside_your_dates"]
    assert refused.value.code == "series_conflicts"
    assert not Appointment.objects.filter(record=file).exists()


def test_going_back_to_a_time_outside_the_dates_is_refused(desk, dates):
    visit = visit_at(desk, free_start(desk, 5))
    change = move_at_desk(actor=desk.actor("martin"), appointment=visit.uid, start=free_start(desk, 1))

    with pytest.raises(Refusal) as refused:
        undo_change(actor=stand_in(desk, Role.LOCUM, dates), change=change.uid)

    visit.refresh_from_db()
    assert (refused.value.code, visit.start_at) == ("outside_your_dates", free_start(desk, 1))


def test_the_next_free_times_end_with_the_dates(desk, dates):
    nora = stand_in(desk, Role.LOCUM, dates)

    found = next_slots_across(nora, count=500)

    assert found
    assert max(slot.start for slot in found) < dates[1]
    assert max(slot.start for slot in next_slots_across(desk.actor("martin"), count=500)) > dates[1]


def test_time_kept_by_others_is_shown_within_the_dates(desk, dates):
    alive = {"expires_at": clock.now() + timedelta(minutes=5), "agenda": desk.agenda}
    for day in (1, 5):
        start = free_start(desk, day)
        HoldFactory(start_at=start, end_at=start + timedelta(minutes=20), **alive)
    today = clock.today(PARIS)

    def holds(actor):
        window = desk_window(actor, [desk.agenda], first_day=today, last_day=today + timedelta(days=6))
        return len(window.columns[0].holds)

    assert (holds(stand_in(desk, Role.COVER, dates)), holds(desk.actor("martin"))) == (1, 2)


def test_a_file_says_nothing_of_the_visits_outside_the_dates(desk, dates):
    inside = visit_at(desk, free_start(desk, 1))
    visit_at(desk, free_start(desk, 5), record=inside.record)
    visit_at(desk, dates[0] - timedelta(days=3), record=inside.record)
    nora = stand_in(desk, Role.LOCUM, dates)

    page = file_page(nora, inside.record.uid)

    assert (page.upcoming, page.past, page.absences) == ([inside], [], 0)
    assert [row[1:] for row in with_counts(nora, [inside.record])] == [(1, 1)]
    assert [row[1:] for row in with_counts(desk.actor("martin"), [inside.record])] == [(3, 2)]


@pytest.mark.parametrize(("role", "writes"), [(Role.LOCUM, True), (Role.COVER, False)])
def test_notes_of_a_file_are_read_and_written_by_a_locum_alone(desk, dates, role, writes):
    file = visit_at(desk, free_start(desk, 1)).record
    nora = stand_in(desk, role, dates)

    page = file_page(nora, file.uid)

    assert (page.may_write, page.may_keep) == (writes, False)
    assert (may(nora, "write", file), may(nora, "keep", file)) == (writes, False)


def test_a_caller_named_in_full_is_found_and_nobody_else(desk, dates):
    known = RecordFactory(
        practice=desk.practice,
        birth_name="Lambert",
        first_name="Odette",
        birth_date=date(1951, 3, 12),
        email="o@example.org",
    )
    nora = stand_in(desk, Role.LOCUM, dates)
    assert find_records(nora, "lambert") == []

    near = file_for_caller(actor=nora, fields={**CALLER, "first_name": "Odile"})
    undated = file_for_caller(actor=nora, fields={"birth_name": "Lambert", "first_name": "Odette"})
    same = file_for_caller(actor=nora, fields={**CALLER, "birth_name": "LAMBERT"})

    assert same == known
    assert len({near.pk, undated.pk, known.pk}) == 3
    assert len(events("booking.open_caller_file")) == 1
    assert set(find_records(nora, "lambert")) == {near, undated, known}


def test_a_call_of_a_former_replacement_opens_nothing_in_the_next(desk, dates):
    nora = stand_in(desk, Role.LOCUM, dates)
    file = file_for_caller(actor=nora, fields=CALLER)
    assert may(nora, "work", file)

    Membership.objects.filter(user_id=nora.user_id).update(starts_at=clock.now())
    CallerFile.objects.update(created_at=clock.now() - timedelta(days=30))

    assert not may(nora, "work", file)


def test_naming_people_is_counted(desk, dates, monkeypatch):
    monkeypatch.setattr("booking.services.desk.callers.PER_HOUR", 2)
    nora = stand_in(desk, Role.LOCUM, dates)

    for name in ("Un", "Deux"):
        file_for_caller(actor=nora, fields={**CALLER, "first_name": name})
    with pytest.raises(DomainError) as refused:
        file_for_caller(actor=nora, fields={**CALLER, "first_name": "Trois"})

    assert refused.value.code == "too_many_requests"


def test_tasks_of_visits_outside_the_dates_are_not_there(desk, dates):
    rows = [
        Task.objects.create(practice=desk.practice, kind="tell", appointment=visit_at(desk, free_start(desk, day)))
        for day in (1, 5)
    ]

    assert list(scoped(stand_in(desk, Role.LOCUM, dates), Task, "work")) == rows[:1]
    assert not scoped(stand_in(desk, Role.COVER, dates), Task, "work").exists()


def test_they_are_told_of_the_visits_of_their_dates_alone(desk, dates):
    nora = stand_in(desk, Role.LOCUM, dates)
    file = RecordFactory(practice=desk.practice)
    wish = {"record": file.uid, "agenda": desk.agenda.uid, "visit_reason": desk.offer.visit_reason.uid}

    inside, outside = (book_at_desk(actor=desk.actor("martin"), start=free_start(desk, day), **wish) for day in (1, 5))

    told = Message.objects.filter(user_id=nora.user_id).values_list("subject", flat=True)
    assert (f"appointment:{inside.pk}" in told, f"appointment:{outside.pk}" in told) == (True, False)


def test_news_that_waits_for_them_is_read_again_when_it_is_sent(desk, dates):
    nora = stand_in(desk, Role.LOCUM, dates)
    file = RecordFactory(practice=desk.practice)
    wish = {"record": file.uid, "agenda": desk.agenda.uid, "visit_reason": desk.offer.visit_reason.uid}
    visit = book_at_desk(actor=desk.actor("martin"), start=free_start(desk, 1), **wish)
    news = Message.objects.filter(user_id=nora.user_id, channel="bell").get()
    assert composer(news.kind)(news) is not None

    later = free_start(desk, 5)
    Appointment.objects.filter(pk=visit.pk).update(start_at=later, end_at=later + timedelta(minutes=20))

    assert composer(news.kind)(news) is None


@pytest.mark.parametrize("role", [Role.LOCUM, Role.ACCOUNTANT])
def test_no_page_offers_them_one_that_answers_not_found(desk, dates, role):
    nora = stand_in(desk, role, dates)
    desk.users["nora"] = Membership.objects.get(user_id=nora.user_id).user
    client = browser_of(desk, "nora")

    pages = "".join(client.get(page).text for page in ("/cabinet/", "/cabinet/reglages/"))
    offered = set(re.findall(r'href="(/cabinet/[^"#?]*)', pages))
    refused = [address for address in offered if client.get(address).status_code != 200]

    assert len(offered) > 4
    assert refused == []


def test_the_list_of_files_leads_nowhere_they_may_not_go(desk, dates):
    nora = stand_in(desk, Role.LOCUM, dates)
    desk.users["nora"] = Membership.objects.get(user_id=nora.user_id).user
    client = browser_of(desk, "nora")

    page = client.get("/cabinet/patients/").text

    assert "/cabinet/patients/doublons/" not in page
    assert client.get("/cabinet/patients/importer/").status_code == 404
    assert "/cabinet/patients/doublons/" in browser_of(desk, "martin").get("/cabinet/patients/").text
