"""What a change would do before it is written: the pure engine on the calendar as it would be, and nothing written."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from booking.hours import HoursRefused
from booking.models import Absence, OpeningHours
from booking.selectors.setup import agenda_to_set_up
from booking.selectors.setup_drafts import (
    Draft,
    Scope,
    changed_opening,
    new_absence,
    new_openings,
    removed_opening,
)
from booking.selectors.setup_visits import Misfit, flagged_visits
from booking.selectors.what_if import what_if
from core import clock
from practitioners.models import AgendaReason
from tests.desk import desk, everything_written, new_offer
from tests.factories import AbsenceFactory, AppointmentFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 9)
ZONE = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def on_a_monday():
    with time_machine.travel(clock.combine(TODAY, time(7), ZONE), tick=False):
        yield


def weigh(desk, draft):
    return what_if(desk.actor("martin"), agenda_to_set_up(desk.actor("martin"), desk.agenda.uid), draft)


def offers(desk):
    return {offer.visit_reason.uid: offer.pk for offer in desk.agenda.reasons.select_related("visit_reason")}


def visit(desk, day, hour, **more):
    start = clock.combine(day, time(hour), ZONE)
    return AppointmentFactory(agenda=desk.agenda, start_at=start, end_at=start + timedelta(minutes=20), **more)


def window(**more):
    return {
        "starts_on": TODAY,
        "weekdays": [2],
        "start_time": time(18),
        "end_time": time(19),
        "frequency": "weekly",
        **more,
    }


def test_each_day_is_counted_with_its_first_examples(desk):
    shown = weigh(desk, new_openings(window(), offers=offers(desk)))
    (change,) = shown.reasons
    assert [day.day for day in change.appear] == [TODAY + timedelta(days=1 + 7 * week) for week in range(6)]
    assert {day.count for day in change.appear} == {3}
    assert [f"{start.astimezone(ZONE):%H:%M}" for start in change.appear[0].examples] == ["18:00", "18:20", "18:40"]
    assert (change.appearing, change.vanishing, shown.visit_count) == (18, 0, 0)


def test_a_window_for_some_reasons_opens_those_alone(desk):
    other = new_offer(desk.agenda)
    shown = weigh(desk, new_openings(window(reasons=[other.visit_reason.uid]), offers=offers(desk)))
    assert [change.reason for change in shown.reasons] == [other.visit_reason.name]
    assert shown.reasons[0].appearing == 18


def test_the_draft_says_what_the_services_would_refuse(desk):
    row = desk.agenda.opening_hours.get()
    for wrong, code in (
        ({"end_time": time(18)}, "hours_empty"),
        ({"end_time": time(17)}, "hours_reversed"),
        ({"span_days": 7}, "span_out_of_range"),
        ({"interval": 500}, "interval_too_long"),
        ({"released_minutes": 0}, "released_out_of_range"),
    ):
        with pytest.raises(HoursRefused) as refused:
            new_openings(window(**wrong), offers={})
        assert refused.value.code == code
    with pytest.raises(HoursRefused):
        removed_opening(row, scope=Scope.ONE, day=date(2019, 1, 1))


def test_what_is_drafted_is_what_saving_then_gives(desk):
    """The draft against the rows: after the rows are written, another look at the same draft finds nothing to change."""
    row = desk.agenda.opening_hours.get()
    day = TODAY + timedelta(days=3)
    fields = {"start_time": time(9), "end_time": time(12), "span_days": 0}
    draft = changed_opening(row, fields, scope=Scope.ONE, day=day, offers=offers(desk))
    change = weigh(desk, draft).reasons[0]
    assert [one.day for one in change.vanish] == [day]
    assert change.vanishing == 15
    assert change.appearing == 0


def test_nothing_is_written(desk):
    before = everything_written(), OpeningHours.objects.count(), Absence.objects.count()
    weigh(desk, removed_opening(desk.agenda.opening_hours.get(), scope=Scope.ALL, day=None))
    weigh(
        desk,
        new_absence(
            {"starts_on": TODAY, "start_time": time(0), "end_time": time(0), "span_days": 3, "frequency": "once"}
        ),
    )
    assert (everything_written(), OpeningHours.objects.count(), Absence.objects.count()) == before


def test_an_absence_touches_visits_and_hides_slots(desk):
    inside, outside = visit(desk, TODAY + timedelta(days=1), 10), visit(desk, TODAY + timedelta(days=2), 10)
    fields = {"starts_on": TODAY + timedelta(days=1), "start_time": time(0), "end_time": time(0), "span_days": 1}
    shown = weigh(desk, new_absence({**fields, "frequency": "once"}))
    assert [(one.uid, one.misfit) for one in shown.visits] == [(inside.uid, Misfit.ABSENCE)]
    assert outside.uid not in {one.uid for one in shown.visits}
    assert shown.under_absence
    assert shown.reasons[0].vanishing == 23


def test_visits_already_outside_are_not_told_again_and_may_fit_again(desk):
    late = visit(desk, TODAY + timedelta(days=1), 18)
    shown = weigh(desk, new_openings(window(), offers=offers(desk)))
    assert (shown.visit_count, shown.fitting_again) == (0, 1)
    row = desk.agenda.opening_hours.get()
    shown = weigh(desk, removed_opening(row, scope=Scope.FROM, day=TODAY + timedelta(days=20)))
    assert late.uid not in {one.uid for one in shown.visits}


def test_an_offer_is_weighed_with_its_quota(desk):
    offer = desk.offer
    visit(desk, TODAY + timedelta(days=1), 10, visit_reason=offer.visit_reason)
    wished = AgendaReason.objects.select_related("visit_reason").get(pk=offer.pk)
    wished.daily_quota = 1
    (change,) = weigh(desk, Draft(offer=wished)).reasons
    assert [day.day for day in change.vanish] == [TODAY + timedelta(days=1)]
    wished.daily_quota, wished.online = None, False
    (change,) = weigh(desk, Draft(offer=wished)).reasons
    assert len(change.vanish) == 43


def test_flags_name_absences_before_hours(desk):
    day = TODAY + timedelta(days=1)
    both, late = visit(desk, day, 10), visit(desk, day, 20)
    AbsenceFactory(agenda=desk.agenda, starts_on=day, ends_on=day, start_time=time(9), end_time=time(12), span_days=0)
    visit(desk, day, 14)
    found = flagged_visits(desk.actor("martin"), [agenda_to_set_up(desk.actor("martin"), desk.agenda.uid)])
    assert [(one.uid, one.misfit) for one in found[desk.agenda.pk]] == [
        (both.uid, Misfit.ABSENCE),
        (late.uid, Misfit.OUTSIDE),
    ]


def test_a_holiday_closes_what_is_not_opened_on_purpose(desk):
    shown = weigh(desk, new_openings(window(weekdays=[3]), offers=offers(desk)))
    # The first Wednesday is 11 November.
    assert date(2026, 11, 11) not in [day.day for day in shown.reasons[0].appear]
    shown = weigh(desk, new_openings(window(weekdays=[3], open_on_holidays=True), offers=offers(desk)))
    assert shown.reasons[0].appear[0].day == date(2026, 11, 11)
