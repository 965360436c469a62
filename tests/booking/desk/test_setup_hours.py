"""Writing hours on the set-up pages: nothing is saved that was not shown first, nothing that cannot be is shown."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from booking.models import Absence, OpeningHours
from core import clock
from practitioners.models import Agenda
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, everything_written, new_offer, statements
from tests.factories import AbsenceFactory, AppointmentFactory, OpeningHoursFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


def browser(desk, name="martin"):
    return browser_of(desk, name)


def window(**more):
    today = clock.now().date()
    return {
        "form_token": "token-1",
        "version": "",
        "frequency": "weekly",
        "weekdays": ["1", "2", "3", "4", "5", "6", "7"],
        "interval": "1",
        "starts_on": today.isoformat(),
        "ends_on": "",
        "start_time": "18:00",
        "end_time": "20:00",
        "accepts": "all",
        "released": "",
        **more,
    }


def shown(response):
    return response.context["weighed"].consequences


def send_twice(client, url, body):
    """Sees what would change, then saves what was seen."""
    first = client.post(url, body)
    assert first.status_code == 200, first.context["form"].errors
    return client.post(url, {**body, "seen": shown(first).seen})


def test_a_window_is_shown_first_and_written_when_it_comes_back(desk):
    client, url = browser(desk), reverse("desk:setup_opening_add", args=[desk.agenda.uid])
    before = everything_written()
    first = client.post(url, window())
    assert everything_written() == before
    (change,) = shown(first).reasons
    assert change.appearing > 0
    assert not change.vanish
    assert b"heures apparaissent" in first.content

    saved = client.post(url, {**window(), "seen": shown(first).seen})
    assert saved.status_code == 302
    made = OpeningHours.objects.get(agenda=desk.agenda, start_time=time(18))
    assert (made.end_time, made.accepts_all_reasons, made.weekdays) == (time(20), True, [1, 2, 3, 4, 5, 6, 7])


def test_sending_the_same_window_twice_opens_it_once(desk):
    client, url = browser(desk), reverse("desk:setup_opening_add", args=[desk.agenda.uid])
    seen = shown(client.post(url, window())).seen
    assert client.post(url, {**window(), "seen": seen}).status_code == 302
    # The window is there now, so that what is shown is no longer what was seen: a second sending shows, or replays.
    client.post(url, {**window(), "seen": seen})
    assert OpeningHours.objects.filter(agenda=desk.agenda, start_time=time(18)).count() == 1


def test_what_was_changed_since_it_was_shown_is_shown_again(desk):
    client, url = browser(desk), reverse("desk:setup_opening_add", args=[desk.agenda.uid])
    seen = shown(client.post(url, window())).seen
    response = client.post(url, {**window(end_time="21:00"), "seen": seen})
    assert response.status_code == 200
    assert response.context["weighed"].again
    assert not OpeningHours.objects.filter(start_time=time(18)).exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"end_time": "17:00"}, "end_time"),
        ({"end_time": "18:00"}, "end_time"),
        ({"start_time": "25:00"}, "start_time"),
        ({"starts_on": "1890-01-01"}, "starts_on"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
        ({"ends_on": "2001-01-01"}, "ends_on"),
        ({"interval": "0"}, "interval"),
        ({"interval": "1000"}, "interval"),
        ({"weekdays": ["9"]}, "weekdays"),
        ({"frequency": "hourly"}, "frequency"),
        ({"accepts": "some"}, "reasons"),
        ({"accepts": "some", "reasons": ["00000000-0000-0000-0000-000000000000"]}, "reasons"),
        ({"released": "7"}, "released"),
    ],
)
def test_hours_that_cannot_be_are_refused_without_effect(desk, more, field):
    client, url = browser(desk), reverse("desk:setup_opening_add", args=[desk.agenda.uid])
    before = everything_written()
    response = client.post(url, window(**more))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert everything_written() == before


def test_midnight_ends_a_day_and_a_night_may_end_on_the_next(desk):
    client, url = browser(desk), reverse("desk:setup_opening_add", args=[desk.agenda.uid])
    send_twice(client, url, window(start_time="20:00", end_time="24:00"))
    send_twice(client, url, window(form_token="token-2", start_time="22:00", end_time="02:00", next_day="on"))
    rows = OpeningHours.objects.filter(agenda=desk.agenda, span_days=1).order_by("start_time")
    assert [(row.start_time, row.end_time) for row in rows] == [(time(20), time(0)), (time(22), time(2))]


def test_visits_that_a_change_leaves_outside_are_listed_and_stay(desk):
    visit = AppointmentFactory(agenda=desk.agenda, start_at=_at(desk.agenda, 7, 16), end_at=_at(desk.agenda, 7, 16, 20))
    row = desk.agenda.opening_hours.get()
    client, url = browser(desk), reverse("desk:setup_opening", args=[row.uid])
    form = client.get(url).context["form"]
    body = _as_sent(form, end_time="12:00")
    response = client.post(url, body)
    assert [one.uid for one in shown(response).visits] == [visit.uid]
    assert visit.record.display_name.encode() in response.content
    assert sum(one.vanishing for one in shown(response).reasons) > 0
    assert client.post(url, {**body, "seen": shown(response).seen}).status_code == 302
    visit.refresh_from_db()
    assert visit.status == "booked"
    page = client.get(reverse("desk:setup_agenda", args=[desk.agenda.uid]))
    assert [one.uid for one in page.context["state"].flagged] == [visit.uid]


def test_one_date_and_the_dates_from_one_on_leave_the_series(desk):
    row = desk.agenda.opening_hours.get()
    client, url = browser(desk), reverse("desk:setup_opening", args=[row.uid])
    day = clock.now().date() + timedelta(days=10)
    assert send_twice(client, url, _as_sent(client.get(url).context["form"], scope="one", day=day, end_time="12:00"))
    row.refresh_from_db()
    assert row.excluded_on == [day]
    assert OpeningHours.objects.get(agenda=desk.agenda, frequency="once").starts_on == day

    later = day + timedelta(days=20)
    body = _as_sent(client.get(url).context["form"], scope="from", day=later, end_time="13:00", ends_on="")
    assert send_twice(client, url, body).status_code == 302
    row.refresh_from_db()
    assert row.ends_on == later - timedelta(days=1)
    assert OpeningHours.objects.get(agenda=desk.agenda, end_time=time(13)).starts_on == later


@pytest.mark.parametrize("scope", ["one", "from"])
def test_a_part_of_a_series_needs_a_date_of_it(desk, scope):
    row = desk.agenda.opening_hours.get()
    client, url = browser(desk), reverse("desk:setup_opening", args=[row.uid])
    form = client.get(url).context["form"]
    assert "day" in client.post(url, _as_sent(form, scope=scope, day="")).context["form"].errors
    long_ago = _as_sent(form, scope=scope, day=date(2019, 1, 1))
    response = client.post(url, long_ago)
    assert response.status_code == 422
    assert "day" in response.context["form"].errors


@pytest.mark.parametrize(("scope", "kept"), [("all", 0), ("one", 1), ("from", 1)])
def test_a_window_is_taken_away_whole_or_in_part(desk, scope, kept):
    row = desk.agenda.opening_hours.get()
    client, url = browser(desk), reverse("desk:setup_opening_remove", args=[row.uid])
    day = clock.now().date() + timedelta(days=10)
    version = client.get(url).context["form"]["version"].value()
    assert send_twice(client, url, {"version": version, "scope": scope, "day": day}).status_code == 302
    assert OpeningHours.objects.filter(agenda=desk.agenda).count() == kept
    if kept:
        row.refresh_from_db()
        assert (row.excluded_on, row.ends_on) == (([day], None) if scope == "one" else ([], day - timedelta(days=1)))


def test_a_stale_form_is_told_and_writes_nothing(desk):
    row = desk.agenda.opening_hours.get()
    client, url = browser(desk), reverse("desk:setup_opening", args=[row.uid])
    body = _as_sent(client.get(url).context["form"], end_time="12:00")
    seen = shown(client.post(url, body)).seen
    OpeningHours.objects.filter(pk=row.pk).update(end_time=time(16))
    for sent in (body, {**body, "seen": seen}):
        response = client.post(url, sent)
        assert response.status_code == 409
        assert response.context["form"]["end_time"].value() == time(16)
    row.refresh_from_db()
    assert row.end_time == time(16)


def absence(**more):
    day = clock.now().date() + timedelta(days=7)
    return {
        "form_token": "token-a",
        "version": "",
        "frequency": "once",
        "starts_on": day.isoformat(),
        "until": (day + timedelta(days=1)).isoformat(),
        "whole_days": "on",
        "label": "Congrès",
        **more,
    }


def test_an_absence_over_visits_asks_for_a_decision(desk):
    visit = AppointmentFactory(agenda=desk.agenda, start_at=_at(desk.agenda, 7, 10), end_at=_at(desk.agenda, 7, 10, 20))
    client, url = browser(desk), reverse("desk:setup_absence_add", args=[desk.agenda.uid])
    first = client.post(url, absence())
    assert [one.uid for one in shown(first).visits] == [visit.uid]
    assert first.context["asks"]
    undecided = client.post(url, {**absence(), "seen": shown(first).seen})
    assert undecided.status_code == 422
    assert "decision" in undecided.context["form"].errors
    assert not Absence.objects.filter(agenda=desk.agenda).exists()

    decided = client.post(url, {**absence(decision="keep"), "seen": shown(first).seen})
    assert decided.status_code == 302
    made = Absence.objects.get(agenda=desk.agenda)
    assert (made.span_days, made.start_time, made.label) == (2, time(0), "Congrès")
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_a_visit_booked_meanwhile_is_shown_before_the_absence_is_saved(desk):
    client, url = browser(desk), reverse("desk:setup_absence_add", args=[desk.agenda.uid])
    seen = shown(client.post(url, absence())).seen
    AppointmentFactory(agenda=desk.agenda, start_at=_at(desk.agenda, 7, 10), end_at=_at(desk.agenda, 7, 10, 20))
    response = client.post(url, {**absence(), "seen": seen})
    assert response.context["weighed"].again
    assert shown(response).visit_count == 1
    assert not Absence.objects.filter(agenda=desk.agenda).exists()


def test_fifteen_minutes_of_absence_hide_what_they_cover(desk):
    client, url = browser(desk), reverse("desk:setup_absence_add", args=[desk.agenda.uid])
    body = absence(until="", whole_days="", start_time="10:00", end_time="10:15")
    response = client.post(url, body)
    (change,) = shown(response).reasons
    assert (change.vanishing, change.appearing) == (1, 0)
    assert client.post(url, {**body, "seen": shown(response).seen}).status_code == 302


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"until": "2001-01-01"}, "until"),
        ({"until": "2190-01-01"}, "until"),
        ({"whole_days": ""}, "start_time"),
        ({"whole_days": "", "until": "", "start_time": "10:00", "end_time": "10:00"}, "end_time"),
        ({"whole_days": "", "until": "", "start_time": "10:00", "end_time": "09:00"}, "end_time"),
        ({"label": "\u0000"}, "label"),
    ],
)
def test_absences_that_cannot_be_are_refused(desk, more, field):
    client, url = browser(desk), reverse("desk:setup_absence_add", args=[desk.agenda.uid])
    response = client.post(url, absence(**more))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Absence.objects.filter(agenda=desk.agenda).exists()


def test_an_absence_is_changed_and_taken_back(desk):
    day = clock.now().date() + timedelta(days=3)
    row = AbsenceFactory(agenda=desk.agenda, starts_on=day, ends_on=day, label="Formation")
    client, url = browser(desk), reverse("desk:setup_absence", args=[row.uid])
    body = _as_sent(client.get(url).context["form"], until=day + timedelta(days=2))
    assert send_twice(client, url, body).status_code == 302
    row.refresh_from_db()
    assert (row.span_days, row.label) == (3, "Formation")
    remove = reverse("desk:setup_absence_remove", args=[row.uid])
    version = client.get(remove).context["form"]["version"].value()
    first = client.post(remove, {"version": version})
    assert shown(first).reasons[0].appearing > 0
    assert client.post(remove, {"version": version, "seen": shown(first).seen}).status_code == 302
    assert not Absence.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("name", ["setup_opening", "setup_opening_remove"])
def test_hours_of_others_are_like_none(desk, name):
    foreign = desk.elsewhere.opening_hours.get()
    assert browser(desk).get(reverse(f"desk:{name}", args=[foreign.uid])).status_code == 404
    assert browser(desk, "sophie").get(reverse("desk:setup_agenda", args=[desk.second.uid])).status_code == 404
    assert browser(desk, "lea").get(reverse("desk:setup_opening_add", args=[desk.second.uid])).status_code == 404


def test_showing_a_change_takes_the_same_statements_whatever_there_is(desk):
    client, url = browser(desk), reverse("desk:setup_opening_add", args=[desk.agenda.uid])
    client.post(url, window())
    AppointmentFactory(agenda=desk.agenda, start_at=_at(desk.agenda, 7, 20), end_at=_at(desk.agenda, 7, 20, 20))
    body = window(start_time="19:30", end_time="20:30")
    response, few = statements(lambda: client.post(url, body))
    assert shown(response).fitting_again == 1
    for days in (8, 9):
        new_offer(desk.agenda)
        OpeningHoursFactory(agenda=desk.agenda, start_time=time(6), end_time=time(7))
        AppointmentFactory(
            agenda=desk.agenda, start_at=_at(desk.agenda, days, 20), end_at=_at(desk.agenda, days, 20, 20)
        )
    response, many = statements(lambda: client.post(url, body))
    assert shown(response).fitting_again == 3
    assert few == many


def _at(agenda: Agenda, days: int, hour: int, minute: int = 0):
    zone = ZoneInfo(agenda.location.timezone)
    return clock.combine(clock.today(zone) + timedelta(days=days), time(hour, minute), zone)


def _as_sent(form, **more):
    """What a browser sends back of a form it was shown, with these changes."""
    values = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False or value == "":
            continue
        values[bound.html_name] = "on" if value is True else value
    return {**values, **more}


def test_an_absence_that_comes_back_keeps_its_length_when_changed(desk):
    day = clock.now().date() + timedelta(days=3)
    row = AbsenceFactory(
        agenda=desk.agenda, frequency="yearly", starts_on=day, ends_on=None, span_days=14, label="Vacances"
    )
    client, url = browser(desk), reverse("desk:setup_absence", args=[row.uid])
    form = client.get(url).context["form"]
    assert form["until"].value() == day + timedelta(days=13)

    assert send_twice(client, url, _as_sent(form, label="Congés")).status_code == 302

    row.refresh_from_db()
    assert (row.span_days, row.frequency, row.label) == (14, "yearly", "Congés")
