"""The free hours of a list: from the engine, each hour once, for the right people and modes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from booking.models import Listing
from booking.result_cards import common_days
from booking.search.hours import AgendaHours, hours_by_agenda
from booking.search.refresh import refresh_all
from practitioners.enums import Audience, BlockCause, Mode
from practitioners.models import Agenda, OnlineBlock
from tests.directory import NOW
from tests.factories import AbsenceFactory, AgendaReasonFactory, AppointmentFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
ELEVEN = datetime(2026, 11, 23, 10, tzinfo=UTC)


def read(*agendas, days=3, **wanted):
    loaded = Agenda.objects.select_related("practitioner__specialty", "location__place", "practice").filter(
        pk__in=[agenda.pk for agenda in agendas]
    )
    return hours_by_agenda(list(loaded), days=days, now=NOW, **wanted)


def test_each_hour_is_shown_once_for_the_first_reason_that_has_it(listed):
    agenda = listed("Claire Martin")
    longer = AgendaReasonFactory(agenda=agenda, duration_minutes=40, step_minutes=40, visit_reason__position=5)

    found = read(agenda)[agenda.pk]

    today = found.days[MONDAY]
    assert len({slot.start for slot in today}) == len(today) == 18
    assert {slot.offer.pk for slot in today} == {agenda.reasons.exclude(pk=longer.pk).get().pk}
    assert found.first.start == ELEVEN
    assert sorted(found.days) == [MONDAY + timedelta(days=n) for n in range(3)]


def test_taken_hours_are_left_out_and_a_full_window_looks_further(listed):
    agenda = listed("Claire Martin")
    AppointmentFactory(agenda=agenda, start_at=ELEVEN)
    other = listed("Ana Roux")
    AbsenceFactory(agenda=other, starts_on=MONDAY, span_days=5)

    found = read(agenda, other)

    assert found[agenda.pk].first.start == ELEVEN + timedelta(minutes=20)
    assert (found[other.pk].days, found[other.pk].first.start) == ({}, datetime(2026, 11, 28, 8, tzinfo=UTC))


def test_hours_of_known_patients_are_shown_only_when_there_are_no_others(listed):
    agenda = listed("Claire Martin", offer={"notice_minutes": 240})
    AgendaReasonFactory(agenda=agenda, audience=Audience.KNOWN, notice_minutes=0)
    assert read(agenda)[agenda.pk].first.start == ELEVEN + timedelta(hours=3)

    agenda.reasons.exclude(audience=Audience.KNOWN).delete()
    assert read(agenda)[agenda.pk].first.start == NOW
    assert read(agenda, new_patient=True) == {}


def test_mode_keeps_the_hours_of_that_mode(listed):
    agenda = listed("Claire Martin", video_link="https://visio.example/x")
    AgendaReasonFactory(agenda=agenda, modes=[Mode.VIDEO], notice_minutes=240)

    assert read(agenda, mode=Mode.VIDEO)[agenda.pk].first.start == ELEVEN + timedelta(hours=3)
    assert read(agenda, mode=Mode.HOME) == {}


def test_agenda_closed_online_has_no_hour_although_its_row_is_old(listed):
    agenda = listed("Claire Martin")
    OnlineBlock.objects.create(agenda=agenda, cause=BlockCause.OWNER)

    assert Listing.objects.get().bookable
    assert read(agenda) == {}


def test_first_hour_agrees_with_the_row_that_orders(listed):
    agendas = [listed(f"Person N{n}", offer={"notice_minutes": 700 * n + 1}) for n in range(4)]
    refresh_all(agenda.practitioner_id for agenda in agendas)

    found = read(*agendas)

    rows = dict(Listing.objects.values_list("agenda_id", "next_start"))
    assert {pk: hours.first.start for pk, hours in found.items()} == rows


def test_three_dates_are_the_first_with_an_hour_on_the_page():
    friday = MONDAY + timedelta(days=4)
    one = AgendaHours(days={friday: ["a"]})
    two = AgendaHours(days={MONDAY: ["a"], friday + timedelta(days=3): ["a"]})

    assert common_days([one, two], MONDAY) == [MONDAY, friday, friday + timedelta(days=3)]
    assert common_days([one], MONDAY) == [friday, friday + timedelta(days=1), friday + timedelta(days=2)]
    assert common_days([], MONDAY) == [MONDAY + timedelta(days=n) for n in range(3)]
