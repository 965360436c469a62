"""Case 25: a series is put whole or not at all, and every session that does not fit is listed with other times."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import Http404

from booking.exceptions import Refusal
from booking.models import Appointment
from booking.selectors.desk_slots import next_slots_across
from booking.services.desk import book_series, plan_series, sessions_every
from core.idempotency import Claim
from tests.booking.conftest import refusal_code
from tests.booking.desk.browsing import browser_of
from tests.booking.desk.desk_acts import at_hour, caller, put
from tests.desk import statements
from tests.factories import AbsenceFactory, AgendaReasonFactory, BookableAgendaFactory

pytestmark = pytest.mark.django_db


def weekly(desk, count=10):
    return sessions_every(desk.offer, at_hour(desk.agenda, 10), count=count, every_days=7)


def book(desk, starts, **more):
    record = more.pop("record", None) or caller(desk)
    return book_series(
        actor=desk.actor("sophie"),
        record=record.uid,
        agenda=desk.agenda.uid,
        visit_reason=desk.offer.visit_reason.uid,
        starts=starts,
        **more,
    )


def test_dates_that_no_calendar_holds_are_refused_before_anything_is_worked_out(desk):
    ends = [datetime(9999, 12, 31, 23, 50, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)]
    for start in ends:
        assert refusal_code(lambda start=start: book(desk, [at_hour(desk.agenda, 10), start])) == "start_out_of_reach"
    page = browser_of(desk, "sophie").get(
        "/cabinet/rendez-vous/serie/", {"fiche": caller(desk).uid, "le": "9999-12-31", "heure": "23:50"}
    )
    assert (page.status_code, page.context["refusal"].code) == (422, "start_out_of_reach")


def test_ten_sessions_are_put_at_the_same_hour_and_tied(desk):
    visits = book(desk, weekly(desk))
    assert len({visit.series for visit in visits}) == 1
    zone = desk.agenda.location.timezone
    assert {visit.start_at.astimezone(ZoneInfo(zone)).time().isoformat() for visit in visits} == {"10:00:00"}


def test_case_25_each_conflict_is_listed_and_nothing_is_put_until_all_is_clear(desk):
    starts = weekly(desk)
    put(desk, starts[2])
    AbsenceFactory(agenda=desk.agenda, starts_on=starts[6].date())
    with pytest.raises(Refusal) as refused:
        book(desk, starts)
    assert refused.value.code == "series_conflicts"
    sessions = refused.value.details["sessions"]
    codes = [session["code"] for session in sessions]
    assert codes == [None, None, "slot_taken", None, None, None, "outside_hours", None, None, None]
    assert sessions[2]["alternatives"][0] == (starts[2] + timedelta(minutes=20)).isoformat()
    assert Appointment.objects.count() == 1
    chosen = [
        start if code is None else datetime.fromisoformat(session["alternatives"][0])
        for start, code, session in zip(starts, codes, sessions, strict=True)
    ]
    assert len(book(desk, chosen)) == 10


def test_sessions_that_overlap_each_other_are_a_conflict_too(desk):
    start = at_hour(desk.agenda, 10)
    planned = plan_series(
        actor=desk.actor("sophie"),
        agenda=desk.agenda.uid,
        visit_reason=desk.offer.visit_reason.uid,
        starts=[start, start + timedelta(minutes=10)],
    )
    assert [session.refusal for session in planned] == [None, "slot_taken"]
    assert refusal_code(lambda: book(desk, [start, start + timedelta(minutes=10)])) == "series_conflicts"
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(("count", "every"), [(1, 7), (31, 7), (10, 0), (10, 400)])
def test_a_series_of_no_sense_is_refused(desk, count, every):
    def asked():
        return sessions_every(desk.offer, at_hour(desk.agenda, 10), count=count, every_days=every)

    assert refusal_code(asked) == "series_size"


def test_the_same_series_asked_twice_is_put_once(desk):
    claim, record, starts = Claim("k", "POST desk:series", "h"), caller(desk), weekly(desk, 3)
    assert book(desk, starts, record=record, claim=claim) == book(desk, starts, record=record, claim=claim)
    assert Appointment.objects.count() == 3


def test_a_series_at_an_agenda_one_does_not_run_is_not_found(desk):
    with pytest.raises(Http404):
        plan_series(
            actor=desk.actor("sophie"),
            agenda=desk.second.uid,
            visit_reason=desk.second.reasons.get().visit_reason.uid,
            starts=[at_hour(desk.agenda, 10), at_hour(desk.agenda, 11)],
        )


def test_the_next_free_times_over_all_agendas_come_in_order_with_a_fixed_number_of_statements(desk):
    actor, reason = desk.actor("martin"), desk.offer.visit_reason
    alone, one = statements(lambda: next_slots_across(actor, visit_reasons=[reason.uid]))
    for _ in range(4):
        agenda = BookableAgendaFactory(practice=desk.practice)
        AgendaReasonFactory(agenda=agenda, visit_reason=reason, online=False)
    found, five = statements(lambda: next_slots_across(actor, visit_reasons=[reason.uid], count=6))
    assert (one, five) == (4, 4)
    assert len(alone) == 4
    assert [slot.start for slot in found] == sorted(slot.start for slot in found)
    assert len({slot.offer.agenda_id for slot in found[:5]}) == 5
    assert next_slots_across(desk.actor("diallo"), visit_reasons=[reason.uid]) == []


def test_the_desk_sees_times_that_notice_and_horizon_hide_from_the_public(desk):
    offer = desk.offer
    offer.notice_minutes, offer.horizon_days = 60 * 24 * 365, 1
    offer.save()
    wanted = at_hour(desk.agenda, 10, days=30)
    slots = next_slots_across(desk.actor("sophie"), agendas=[desk.agenda.uid], from_=wanted)
    assert slots[0].start == wanted
