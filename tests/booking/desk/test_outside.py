"""Another program's calendar as busy time: what it says of time is kept, hostile files are survived."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from booking.models import Absence
from booking.outside_ics import Unreadable, read_busy
from booking.selectors.availability import availability
from booking.selectors.offers import find_offers
from booking.services.outside_calendar import CalendarRefused, forget_calendar, import_calendar, preview_calendar
from core import clock
from tests.booking.desk.browsing import browser_of
from tests.booking.desk.rescue_world import at, closed_day, visit_at
from tests.desk import desk, events, refreshed

__all__ = ["desk"]

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def ics(*bodies):
    rows = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for body in bodies:
        rows += ["BEGIN:VEVENT", *body, "END:VEVENT"]
    return "\r\n".join([*rows, "END:VCALENDAR", ""]).encode()


def busy(*bodies, now=NOW, content=None):
    found = read_busy(ics(*bodies) if content is None else content, zone=PARIS, now=now)
    return [(clock.instant(start), clock.instant(end)) for start, end in found.busy]


def code(*bodies, content=None):
    with pytest.raises(Unreadable) as refused:
        busy(*bodies, content=content)
    return refused.value.code


def utc(day, hour, minute=0, month=3):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:20260310T090000Z", "DTEND:20260310T100000Z"],
        ["DTSTART:20260310T100000", "DURATION:PT1H"],
        ["DTSTART;TZID=Europe/Paris:20260310T100000", "DTEND;TZID=Europe/Paris:20260310T110000"],
        ['DTSTART;TZID="Romance Standard Time":20260310T100000', "DURATION:PT60M"],
        ["DTSTART;TZID=/mozilla.org/20050126_1/Europe/Paris:20260310T100000", "DURATION:PT1H"],
        ["DTSTART:202603", " 10T090000Z", "DTEND:20260310T100000Z", "SUMMARY:Dentiste", "ATTACH:file:///etc/passwd"],
        ["RRULE:FREQ=DAILY;COUNT=1", "DTSTART:20260310T090000Z", "DTEND:20260310T100000Z"],
    ],
)
def test_one_hour_is_read_however_it_is_written(lines):
    assert busy(lines) == [(utc(10, 9), utc(10, 10))]


def test_free_cancelled_past_and_empty_events_make_nobody_busy():
    hour = ["DTSTART:20260310T090000Z", "DTEND:20260310T100000Z"]
    assert busy([*hour, "TRANSP:TRANSPARENT"], [*hour, "STATUS:CANCELLED"]) == []
    assert busy(["DTSTART:20260110T090000Z", "DTEND:20260110T100000Z"], ["DTSTART:20260310T090000Z"]) == []
    assert busy(["DTSTART:20290310T090000Z", "DTEND:20290310T100000Z"]) == []


def test_a_whole_day_and_one_under_way_are_cut_at_now():
    assert busy(["DTSTART;VALUE=DATE:20260310"]) == [(utc(9, 23), utc(10, 23))]
    assert busy(["DTSTART;VALUE=DATE:20260227", "DTEND;VALUE=DATE:20260303"]) == [(NOW, utc(2, 23))]


def test_a_series_keeps_its_wall_hour_over_the_change_of_clocks_and_its_exceptions():
    series = [
        "UID:a",
        "DTSTART;TZID=Europe/Paris:20260327T090000",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;UNTIL=20260401T235959Z",
        "EXDATE;TZID=Europe/Paris:20260328T090000",
    ]
    moved = ["UID:a", "RECURRENCE-ID;TZID=Europe/Paris:20260330T090000", "DTSTART:20260330T120000Z", "DURATION:PT30M"]
    starts = [start for start, _ in busy(series, moved)]
    assert starts == [utc(27, 8), utc(29, 7), utc(30, 12), utc(31, 7), utc(1, 7, month=4)]


def test_an_old_series_falls_on_the_days_it_always_did():
    old = ["DTSTART;TZID=Europe/Paris:20190107T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE"]
    fixed = [*old[:2], "RRULE:FREQ=WEEKLY;COUNT=400"]
    now = datetime(2026, 3, 1, tzinfo=UTC)
    mondays = [start.date() for start, _ in busy(old, now=now) if start.weekday() == 0][:3]
    assert {(day - datetime(2019, 1, 7, tzinfo=UTC).date()).days % 14 for day in mondays} == {0}
    assert len(busy(fixed, now=now)) == 400 - (now.date() - datetime(2019, 1, 7, tzinfo=UTC).date()).days // 7 - 1


def test_ranges_that_overlap_or_touch_are_one():
    rows = [["DTSTART:20260310T090000Z", f"DURATION:PT{minutes}M"] for minutes in (30, 60)]
    assert busy(*rows, ["DTSTART:20260310T100000Z", "DURATION:PT5M"]) == [(utc(10, 9), utc(10, 10, 5))]


def test_a_birthday_of_another_century_comes_back_this_year():
    assert busy(["DTSTART;VALUE=DATE:16040312", "RRULE:FREQ=YEARLY"])[0] == (utc(11, 23), utc(12, 23))


def repeated(rule, start="20200101T090000Z"):
    return [f"DTSTART:{start}", "DURATION:PT1H", f"RRULE:{rule}"]


HOUR = ["DTSTART:20260310T090000Z", "DTEND:20260310T100000Z"]
STANDARD = b"BEGIN:STANDARD\r\nDTSTART:00010101T000000\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n"
VTIMEZONE = b"BEGIN:VTIMEZONE\r\nTZID:Bomb\r\n" + STANDARD * 5_000 + b"END:VTIMEZONE\r\n"
HOSTILE = {
    "seconds": (ics(repeated("FREQ=SECONDLY")), "calendar_rule"),
    "minutes": (ics(repeated("FREQ=MINUTELY")), "calendar_rule"),
    "hours in a day": (ics(repeated("FREQ=DAILY;BYHOUR=1,2,3,4;BYMINUTE=1,2,3;BYSECOND=1,2,3")), "calendar_rule"),
    "never": (ics(*[repeated("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "19700101T000000")] * 2000), "calendar_too_slow"),
    "never, for years": (ics(repeated("FREQ=DAILY;COUNT=9;BYMONTH=2;BYMONTHDAY=30", "19700101T000000")), None),
    "never, counted": (ics(repeated("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5")), None),
    "never, yearly": (ics(repeated("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "19700101T000000")), None),
    "never, each second": (ics(repeated("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30")), "calendar_rule"),
    "never, a thousand times": (
        ics(*[repeated("FREQ=YEARLY;BYDAY=+54MO;BYSETPOS=300", "19700101T000000")] * 1_000),
        "calendar_too_slow",
    ),
    "never, counted a thousand times": (
        ics(*[repeated("FREQ=DAILY;COUNT=9;BYMONTH=2;BYMONTHDAY=30", "19700101T000000")] * 1_000),
        "calendar_too_slow",
    ),
    "a count too high": (ics(repeated("FREQ=DAILY;COUNT=999999")), "calendar_rule"),
    "a count of eighty digits": (ics(repeated(f"FREQ=DAILY;COUNT={'9' * 80}")), "calendar_rule"),
    "thousands of dates in lines": (
        ics([*HOUR, *["RDATE:20260401T090000Z"] * 6_000]),
        "calendar_too_many_dates",
    ),
    "thousands of exceptions": (ics([*HOUR, "EXDATE:" + ",".join(["20260401"] * 6_000)]), "calendar_too_many_dates"),
    "daily for ever": (ics(repeated("FREQ=DAILY")), "calendar_too_many_busy"),
    "many series": (ics(*[repeated("FREQ=DAILY")] * 2000), "calendar_too_many_dates"),
    "rule without sense": (ics(repeated("FREQ=WEEKLY;BYDAY=0MO")), "calendar_rule"),
    "rule of letters": (ics(repeated("COUNT=x;FREQ=DAILY")), "calendar_rule"),
    "interval zero": (ics(repeated("FREQ=DAILY;INTERVAL=0")), "calendar_rule"),
    "two rules": (ics([*repeated("FREQ=DAILY"), "RRULE:FREQ=WEEKLY"]), "calendar_rule"),
    "many dates": (ics([*HOUR, "RDATE:" + ",".join(["20260401T090000Z"] * 50_000)]), "calendar_too_many_dates"),
    "many events": (ics(*[["DTSTART:20260310"]] * 2001), "calendar_too_many_events"),
    "unknown zone": (ics(["DTSTART;TZID=Mars/Olympus:20260310T090000", "DURATION:PT1H"]), "calendar_zone"),
    "a path as zone": (ics(["DTSTART;TZID=../../etc/passwd:20260310T090000", "DURATION:PT1H"]), "calendar_zone"),
    "year one": (ics(["DTSTART:00010101T000000Z", "DURATION:PT1H"]), "calendar_date"),
    "year nine thousand": (ics(["DTSTART:99991231T235959Z", "DURATION:PT1H"]), "calendar_date"),
    "february the thirtieth": (ics(["DTSTART:20260230", "DURATION:PT1H"]), "calendar_date"),
    "no start": (ics(["DTEND:20260310T100000Z"]), "calendar_date"),
    "backwards": (ics(["DTSTART:20260310T100000Z", "DTEND:20260310T090000Z"]), "calendar_date"),
    "ten years long": (ics(["DTSTART:20260310", "DURATION:P3650D"]), "calendar_date"),
    "zone bomb": (ics(HOUR).replace(b"BEGIN:VEVENT", VTIMEZONE + b"BEGIN:VEVENT", 1), None),
    "an alarm with a start": (ics([*HOUR, "BEGIN:VALARM", "DTSTART:x", "ACTION:PROCEDURE", "END:VALARM"]), None),
    "too big": (ics(HOUR) + b" " * 1_000_001, "calendar_too_big"),
    "only lines": (b"BEGIN:VCALENDAR" + b"\n" * 100_000, "calendar_too_big"),
    "not a calendar": (b"PK\x03\x04" + bytes(range(256)) * 100, "calendar_not_ics"),
    "nothing": (b"", "calendar_not_ics"),
    "unfinished": (ics(HOUR)[:-20], "calendar_not_ics"),
    "deep": (b"BEGIN:VCALENDAR\n" + b"BEGIN:X\n" * 1000, "calendar_not_ics"),
    "crossed": (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT\n", "calendar_not_ics"),
    "one long line": (b"BEGIN:VCALENDAR\nX:" + b"a" * 900_000 + b"\nEND:VCALENDAR", None),
    "folded without end": (b"BEGIN:VCALENDAR" + b"\n a" * 50_000, "calendar_not_ics"),
    "NUL and wrong letters": (ics([*HOUR, "SUMMARY:\x00"]).replace(b"2.0", b"\xff\xfe\x00"), None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_or_read(name):
    content, expected = HOSTILE[name]
    try:
        busy(content=content)
    except Unreadable as refused:
        found = refused.code
    else:
        found = None
    assert found == expected


@given(st.binary(max_size=400), st.text(max_size=60), st.text(max_size=40))
def test_any_bytes_are_read_or_refused_by_code(raw, rule, start):
    rows = [f"DTSTART:{start}", f"RRULE:{rule}", "DURATION:PT1H"]
    for content in (raw, ics(rows), ics(["DTSTART:20260310T090000Z", f"RRULE:FREQ=DAILY;{rule}", f"RDATE:{start}"])):
        with suppress(Unreadable):
            assert len(read_busy(content, zone=PARIS, now=NOW).busy) <= 500


def tomorrow(hour, minutes=60):
    start = at(hour)
    return [f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DURATION:PT{minutes}M"]


def test_a_look_writes_nothing_and_names_the_visits_below(desk):
    visit_at(desk, at(9))
    seen = preview_calendar(
        actor=desk.actor("martin"), agenda=desk.agenda.uid, source="Clinique", content=ics(tomorrow(9), tomorrow(14))
    )
    assert (seen.events, len(seen.busy), seen.replaced, seen.visits) == (2, 2, 0, 1)
    assert Absence.objects.count() == 0


def test_a_second_upload_replaces_the_first_and_leaves_others(desk):
    actor, agenda = desk.actor("martin"), desk.agenda.uid
    own = Absence.objects.create(
        agenda=desk.agenda,
        frequency="once",
        starts_on=closed_day(),
        ends_on=closed_day(),
        start_time="16:00",
        end_time="17:00",
    )
    for source, hours in (("Clinique", (9, 14)), ("Maison", (11,)), ("Clinique", (15,))):
        seen = preview_calendar(actor=actor, agenda=agenda, source=source, content=ics(*map(tomorrow, hours)))
        import_calendar(actor=actor, agenda=agenda, source=source, busy=list(seen.busy))
    kept = Absence.objects.exclude(pk=own.pk).order_by("start_time")
    assert [(row.source, row.start_time.hour, row.label) for row in kept] == [("Maison", 11, ""), ("Clinique", 15, "")]
    offer = find_offers(desk.offer.visit_reason.uid, [desk.agenda.uid])[0]
    free = {slot.start for _, slots in availability([offer], first_day=closed_day(), days=1).days for slot in slots}
    assert at(9) in free
    assert not {at(11), at(15), at(15, 40), at(16)} & free
    assert refreshed()
    assert events("booking.import_calendar")[-1].facts["replaced"] == 2

    assert forget_calendar(actor=actor, agenda=agenda, source="Maison") == 1
    assert Absence.objects.filter(pk=own.pk).exists()


def test_a_night_and_the_hour_shown_twice_become_lawful_absences(desk):
    night = (clock.epoch_of(at(22)) + 30, clock.epoch_of(at(6, days=2)) + 1)
    fall = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    twice = (clock.epoch_of(fall), clock.epoch_of(fall) + 3600)
    count = import_calendar(actor=desk.actor("martin"), agenda=desk.agenda.uid, source="Nuit", busy=[night, twice])
    rows = list(Absence.objects.order_by("starts_on"))
    assert (count, rows[0].span_days, str(rows[0].start_time), str(rows[0].end_time)) == (2, 1, "22:00:00", "06:01:00")
    assert rows[1].end_time > rows[1].start_time


def test_the_names_share_one_bound_and_a_refusal_writes_nothing(desk):
    actor, first = desk.actor("martin"), clock.epoch_of(at(9))
    ranges = [(first + number * 7200, first + number * 7200 + 60) for number in range(300)]
    import_calendar(actor=actor, agenda=desk.agenda.uid, source="un", busy=ranges)
    with pytest.raises(CalendarRefused):
        import_calendar(actor=actor, agenda=desk.agenda.uid, source="deux", busy=ranges)
    assert Absence.objects.count() == 300


@pytest.mark.parametrize("stranger", ["diallo", "sophie", "lea", "ended", "alice"])
def test_only_who_writes_the_hours_reads_a_calendar_in(desk, stranger):
    for act in (
        lambda: preview_calendar(actor=desk.actor(stranger), agenda=desk.second.uid, source="x", content=ics(HOUR)),
        lambda: import_calendar(actor=desk.actor(stranger), agenda=desk.second.uid, source="x", busy=[]),
        lambda: forget_calendar(actor=desk.actor(stranger), agenda=desk.second.uid, source="x"),
    ):
        with pytest.raises(Http404):
            act()


def test_the_pages_look_confirm_and_take_back(desk):
    browser, page = browser_of(desk, "martin"), reverse("desk:feeds")
    token = browser.get(page).context["upload"]["form_token"].value()
    form = {"agenda": desk.agenda.uid, "source": "Clinique", "form_token": token}
    bad = browser.post(reverse("desk:feed_upload"), {**form, "file": SimpleUploadedFile("a.ics", b"nothing")})
    assert bad.status_code == 422
    shown = browser.post(reverse("desk:feed_upload"), {**form, "file": SimpleUploadedFile("a.ics", ics(tomorrow(9)))})
    assert (shown.status_code, Absence.objects.count()) == (200, 0)

    confirm = shown.context["confirm"]
    wish = {"form_token": confirm["form_token"].value(), "seen": confirm["seen"].value()}
    stranger = browser_of(desk, "diallo").post(reverse("desk:feed_confirm"), wish)
    forged = browser.post(
        reverse("desk:feed_confirm"), {**wish, "seen": wish["seen"][:-1] + "x", "form_token": "b" * 20}
    )
    assert (stranger.status_code, forged.status_code, Absence.objects.count()) == (302, 302, 0)
    for _ in range(2):
        assert browser.post(reverse("desk:feed_confirm"), wish).status_code == 302
    assert Absence.objects.get().source == "Clinique"
    assert browser.get(page).context["calendars"][0]["count"] == 1
    browser.post(reverse("desk:feed_forget"), {"agenda": desk.agenda.uid, "source": "Clinique"})
    assert Absence.objects.count() == 0
