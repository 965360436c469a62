"""What the desk notes of visits: the table of statuses, marks of absence, closing a day, blocking the next minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from booking.desk_statuses import NEXT, StatusRefused, check_status
from booking.enums import ChangeKind, Status
from booking.exceptions import Refusal
from booking.models import Absence, Appointment, AppointmentChange, NoShowMark
from booking.selectors.availability import availability
from booking.services.desk import move_at_desk
from booking.services.desk_status import close_day, mark_arrived, mark_booked, mark_no_show, mark_seen, set_status
from booking.services.desk_status_block import block_minutes
from core import clock
from core.exceptions import NotForYou
from tests.booking.desk.browsing import browser_of
from tests.desk import events, everything_written, refreshed
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 24, 11, tzinfo=ZoneInfo("UTC"))
HOUR = timedelta(hours=1)
MOVED_BY_HAND = (Status.BOOKED, Status.ARRIVED, Status.SEEN, Status.NO_SHOW, Status.EXCUSED)
POSSIBLE = {
    ("booked", "arrived"), ("booked", "seen"), ("booked", "no_show"), ("booked", "excused"),
    ("arrived", "seen"), ("arrived", "booked"), ("arrived", "excused"),
    ("seen", "arrived"), ("seen", "booked"), ("seen", "no_show"), ("seen", "excused"),
    ("no_show", "booked"), ("no_show", "arrived"), ("no_show", "seen"), ("no_show", "excused"),
    ("excused", "booked"), ("excused", "no_show"),
}  # fmt: skip


@pytest.fixture
def noon(monkeypatch):
    """The present is a Tuesday at noon in Paris."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


def visit(desk: Any, *, ago: timedelta = HOUR, **more: Any) -> Appointment:
    start = NOON - ago
    return AppointmentFactory(agenda=desk.agenda, start_at=start, end_at=start + timedelta(minutes=20), **more)


def note(desk: Any, row: Appointment, status: str, name: str = "sophie", **more: Any) -> Appointment:
    return set_status(actor=desk.actor(name), appointment=row.uid, status=status, **more)


@pytest.mark.parametrize(("before", "after"), sorted(product(Status.values, Status.values)))
def test_statuses_follow_the_table(before, after):
    possible = (before, after) in POSSIBLE

    if possible:
        check_status(before, after, NOON - HOUR, PARIS, NOON)
    else:
        with pytest.raises(StatusRefused, match="status_not_possible"):
            check_status(before, after, NOON - HOUR, PARIS, NOON)
    assert (after in NEXT.get(before, ())) is possible


@pytest.mark.parametrize(
    ("after", "start", "code"),
    [
        ("arrived", timedelta(days=1), "status_too_early"),
        ("seen", timedelta(days=1), "status_too_early"),
        ("excused", timedelta(days=1), "status_too_early"),
        ("no_show", timedelta(minutes=1), "status_too_early"),
        ("arrived", timedelta(days=-1), "status_too_late"),
        ("arrived", timedelta(hours=3), ""),
        ("seen", timedelta(days=-1), ""),
        ("no_show", timedelta(0), ""),
    ],
)
def test_a_status_is_noted_in_its_time(after, start, code):
    if not code:
        assert check_status("booked", after, NOON + start, PARIS, NOON) is None
        return
    with pytest.raises(StatusRefused) as refused:
        check_status("booked", after, NOON + start, PARIS, NOON)
    assert (refused.value.code, refused.value.status) == (code, 422)


def test_arrival_notes_the_hour_and_leaves_a_trace(noon, desk):
    row = visit(desk)

    mark_arrived(actor=desk.actor("sophie"), appointment=row.uid)

    row.refresh_from_db()
    assert (row.status, row.arrived_at, row.revision) == ("arrived", NOON, 0)
    change = AppointmentChange.objects.get(appointment=row)
    assert (change.kind, change.before["status"], change.after["status"]) == (ChangeKind.STATUS, "booked", "arrived")
    assert change.by == desk.users["sophie"]
    (event,) = events("booking.set_status")
    assert (event.practice_id, event.facts) == (row.practice_id, {"status": "arrived", "before": "booked"})


def test_arrival_taken_back_forgets_the_hour(noon, desk):
    row = visit(desk)
    mark_arrived(actor=desk.actor("sophie"), appointment=row.uid)

    mark_booked(actor=desk.actor("sophie"), appointment=row.uid)

    row.refresh_from_db()
    assert (row.status, row.arrived_at) == ("booked", None)


def test_seen_keeps_the_hour_of_arrival(noon, desk):
    row = visit(desk)
    mark_arrived(actor=desk.actor("sophie"), appointment=row.uid)

    mark_seen(actor=desk.actor("sophie"), appointment=row.uid)

    row.refresh_from_db()
    assert (row.status, row.arrived_at) == ("seen", NOON)


def test_the_same_status_twice_writes_nothing(noon, desk):
    row = visit(desk)
    note(desk, row, "arrived")
    before = everything_written()

    note(desk, row, "arrived")

    assert everything_written() == before


def test_absence_leaves_a_mark_of_twelve_months(noon, desk):
    row = visit(desk)

    mark_no_show(actor=desk.actor("sophie"), appointment=row.uid)

    mark = NoShowMark.objects.get()
    assert (mark.appointment, mark.record, mark.author) == (row, row.record, desk.users["sophie"])
    assert mark.expires_at == NOON.replace(year=2027)


@pytest.mark.parametrize("after", ["booked", "arrived", "seen", "excused"])
def test_absence_taken_back_takes_its_mark_with_it(noon, desk, after):
    row = visit(desk)
    note(desk, row, "no_show")

    note(desk, row, after)

    assert NoShowMark.objects.count() == 0
    note(desk, row, "no_show") if after != "arrived" else None
    assert NoShowMark.objects.count() == (after != "arrived")


def test_excused_frees_the_time_and_comes_back_while_it_is_free(noon, desk):
    row = visit(desk)
    note(desk, row, "excused")
    assert refreshed() == [desk.agenda.practitioner_id]
    other = visit(desk)

    with pytest.raises(Refusal) as refused:
        note(desk, row, "booked")
    assert refused.value.code == "slot_taken"

    Appointment.objects.filter(pk=other.pk).update(status=Status.CANCELLED_BY_PATIENT)
    assert note(desk, row, "booked").status == "booked"


def test_stale_edit_is_refused_and_names_who_changed_the_visit(noon, desk):
    row = visit(desk, ago=-3 * HOUR)
    desk.users["anna"].display_name = "Anna"
    desk.users["anna"].save()
    move_at_desk(actor=desk.actor("anna"), appointment=row.uid, start=NOON + 4 * HOUR, tell_now=False)

    with pytest.raises(Refusal) as refused:
        note(desk, row, "arrived", expected_revision=0)

    assert (refused.value.code, refused.value.status) == ("changed_meanwhile", 409)
    assert refused.value.details["by"] == "Anna"
    row.refresh_from_db()
    assert row.status == "booked"


@pytest.mark.parametrize("name", ["paul", "lea", "diallo", "ended", "pending", "later"])
def test_nobody_else_notes_anything(noon, desk, name):
    row = visit(desk)

    with pytest.raises(NotForYou):
        note(desk, row, "arrived", name)


def test_unknown_words_are_refused(noon, desk):
    row = visit(desk)

    for word in ("", "held", "cancelled_by_practice", "nothing"):
        with pytest.raises(StatusRefused):
            note(desk, row, word)


def test_day_is_closed_in_one_act(noon, desk):
    seen, absent, excused = (visit(desk, ago=n * HOUR) for n in (3, 2, 1))
    outcomes = {seen.uid: "seen", absent.uid: "no_show", excused.uid: "excused"}

    done = close_day(actor=desk.actor("sophie"), outcomes=outcomes)

    assert (done.settled, done.passed_over) == (3, [])
    assert dict(Appointment.objects.values_list("uid", "status")) == outcomes
    assert NoShowMark.objects.get().appointment == absent
    assert AppointmentChange.objects.values("batch").distinct().count() == 1


def test_day_is_closed_whole_or_not_at_all(noon, desk):
    mine, early = visit(desk), visit(desk, ago=-HOUR)
    foreign = AppointmentFactory(agenda=desk.second, start_at=NOON - HOUR, end_at=NOON - HOUR / 2)

    with pytest.raises(StatusRefused, match="status_too_early"):
        close_day(actor=desk.actor("sophie"), outcomes={mine.uid: "seen", early.uid: "no_show"})
    for other in (foreign.uid, uuid4()):
        with pytest.raises(NotForYou):
            close_day(actor=desk.actor("sophie"), outcomes={mine.uid: "seen", other: "seen"})
    with pytest.raises(StatusRefused, match="status_not_possible"):
        close_day(actor=desk.actor("sophie"), outcomes={mine.uid: "booked"})
    mine.refresh_from_db()
    assert mine.status == "booked"


def test_visits_settled_meanwhile_are_passed_over(noon, desk):
    one, two = visit(desk), visit(desk, ago=2 * HOUR)
    note(desk, one, "no_show")

    done = close_day(actor=desk.actor("sophie"), outcomes={one.uid: "seen", two.uid: "seen"})

    assert (done.settled, done.passed_over) == (1, [one.uid])
    one.refresh_from_db()
    assert one.status == "no_show"


def test_thirty_minutes_are_blocked_from_now_on(noon, desk):
    offer = desk.offer
    offer.notice_minutes = 0
    offer.save()
    today = NOON.astimezone(PARIS).date()

    def starts() -> list[str]:
        found = availability([offer], first_day=today, days=1, now=NOON)
        return [f"{slot.start.astimezone(PARIS):%H:%M}" for _, slots in found.days for slot in slots][:3]

    assert starts()[0] == "12:00"
    absence = block_minutes(actor=desk.actor("sophie"), agenda=desk.agenda.uid)

    assert (f"{absence.start_time:%H:%M}", f"{absence.end_time:%H:%M}", absence.span_days) == ("12:00", "12:30", 0)
    assert starts()[0] == "12:40"
    assert [event.facts["minutes"] for event in events("booking.block_minutes")] == [30]
    assert refreshed() == [desk.agenda.practitioner_id]


@pytest.mark.parametrize(
    ("at", "minutes", "expected"),
    [
        (datetime(2026, 11, 24, 22, 50, tzinfo=ZoneInfo("UTC")), 30, ("23:50", "00:20", 1)),
        # The clocks go back at 3: half past two, and again half past two.
        (datetime(2026, 10, 25, 0, 50, tzinfo=ZoneInfo("UTC")), 30, ("02:50", "03:20", 0)),
        # They go forward at 2: an hour is skipped on the wall, not in time.
        (datetime(2027, 3, 28, 0, 50, tzinfo=ZoneInfo("UTC")), 30, ("01:50", "03:20", 0)),
    ],
)
def test_minutes_are_blocked_across_midnight_and_clock_changes(desk, monkeypatch, at, minutes, expected):
    monkeypatch.setattr(clock, "now", lambda: at)

    row = block_minutes(actor=desk.actor("sophie"), agenda=desk.agenda.uid, minutes=minutes)

    assert (f"{row.start_time:%H:%M}", f"{row.end_time:%H:%M}", row.span_days) == expected


def test_blocking_is_bounded_and_for_who_runs_the_agenda(noon, desk):
    for minutes in (0, 4, 241, 10_080):
        with pytest.raises(StatusRefused, match="minutes_out_of_range"):
            block_minutes(actor=desk.actor("sophie"), agenda=desk.agenda.uid, minutes=minutes)
    for name, agenda in (("sophie", desk.second), ("sophie", desk.elsewhere), ("ended", desk.agenda)):
        with pytest.raises(NotForYou):
            block_minutes(actor=desk.actor(name), agenda=agenda.uid)
    assert Absence.objects.count() == 0
    assert block_minutes(actor=desk.actor("lea"), agenda=desk.second.uid).agenda == desk.second


def test_forms_of_the_list_note_and_lead_back(desk):
    now = clock.now()
    row = AppointmentFactory(agenda=desk.agenda, start_at=now, end_at=now + HOUR)
    client = browser_of(desk, "sophie")

    done = client.post(
        f"/cabinet/agenda/statut/{row.uid}/", {"statut": "arrived", "revision": "0", "retour": "/cabinet/?vue=liste"}
    )
    away = [
        client.post(f"/cabinet/agenda/statut/{row.uid}/", {"statut": "no_show", "retour": retour})["Location"]
        for retour in ("https://bad.example/", "//bad.example", "/compte/", "-1", "2026-11-24")
    ]
    foreign = browser_of(desk, "diallo").post(f"/cabinet/agenda/statut/{row.uid}/", {"statut": "seen"})

    assert (done.status_code, done["Location"]) == (302, "/cabinet/?vue=liste")
    assert set(away) == {"/cabinet/"}
    assert foreign.status_code == 404
    row.refresh_from_db()
    assert row.status == "arrived"


def test_page_that_closes_the_day_settles_all_with_one_form(desk):
    yesterday = clock.now() - timedelta(days=1)
    rows = [
        AppointmentFactory(
            agenda=desk.agenda,
            start_at=yesterday + n * timedelta(seconds=20),
            end_at=yesterday + (n + 1) * timedelta(seconds=20),
        )
        for n in range(12)
    ]
    client = browser_of(desk, "sophie")
    address = f"/cabinet/agenda/cloturer/?jour={clock.local_date(rows[0].start_at, PARIS)}"

    page = client.get(address)
    shown = [row["visit"] for row in page.context["rows"]]
    fields = {f"visite-{row.uid}": "seen" for row in shown} | {
        f"visite-{shown[0].uid}": "",
        f"visite-{uuid4()}": "seen",
    }
    done = client.post(address, fields)

    assert page.content.decode().count("checked") == len(shown) > 0
    assert done.status_code == 302
    assert Appointment.objects.filter(status="seen").count() == len(shown) - 1
    assert [row["visit"] for row in client.get(address).context["rows"]] == [shown[0]]
