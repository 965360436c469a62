"""What must hold for every agenda: the engine against a second writing of its rules, and against itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.slots import Slot, available_slots, first_slot, hidden_starts, next_slots, why_not
from tests.booking.engine import reference
from tests.booking.engine.builders import agenda, hours, visit
from tests.booking.engine.strategies import Question, questions


def free(question: Question, **changes) -> list[Slot]:
    calendar, reason, first_day, last_day, now = question._replace(**changes)
    return available_slots(calendar, reason, first_day=first_day, last_day=last_day, now=now)


def every_day(question: Question) -> list[date]:
    length = (question.last_day - question.first_day).days + 1
    return [question.first_day + timedelta(days=n) for n in range(length)]


def every_tick(question: Question) -> list[datetime]:
    return [tick for day in every_day(question) for tick in reference.ticks(day, question.calendar.zone)]


@given(questions())
def test_slots_are_those_of_the_rules_read_plainly(question):
    expected = [
        start
        for start in every_tick(question)
        if reference.offered(question.calendar, question.reason, start, question.now)
    ]
    assert [slot.start for slot in free(question)] == expected


@given(questions(tick=1))
def test_no_slot_overlaps_a_busy_range_nor_its_buffers(question):
    for slot in free(question):
        assert slot.end - slot.start == question.reason.duration
        for taken in question.calendar.busy:
            assert not reference.too_near(taken, question.reason, slot.start, slot.end)


@given(questions())
def test_each_slot_lies_inside_a_window(question):
    for slot in free(question):
        occurrences = reference.openings_at(question.calendar, slot.start)
        assert any(opens <= slot.start and slot.end <= closes for opens, closes, _, _ in occurrences)


@given(questions(tick=1), st.randoms(use_true_random=False))
def test_order_of_inputs_is_irrelevant(question, random):
    mixed = {name: list(getattr(question.calendar, name)) for name in ("openings", "closings", "busy")}
    for values in mixed.values():
        random.shuffle(values)
    assert free(question, calendar=replace(question.calendar, **mixed)) == free(question)


@given(questions(tick=1))
def test_day_by_day_equals_the_whole_range(question):
    one_by_one = [slot for day in every_day(question) for slot in free(question, first_day=day, last_day=day)]
    assert one_by_one == free(question)


@given(questions(tick=1))
def test_slots_ascend_and_show_each_label_once(question):
    slots = free(question)
    shown = [reference.wall(slot.start, question.calendar.zone) for slot in slots]
    assert slots == sorted(set(slots))
    assert len(shown) == len(set(shown))


@given(questions())
def test_why_not_agrees_with_available_slots(question):
    calendar, reason, *_, now = question
    starts = {slot.start for slot in free(question)}
    for start in every_tick(question):
        assert (why_not(calendar, reason, start, now=now) is None) is (start in starts)


@given(questions(tick=1))
def test_hidden_and_free_starts_make_up_the_grid(question):
    calendar, reason, first_day, last_day, now = question
    hidden = hidden_starts(calendar, reason, first_day=first_day, last_day=last_day, now=now)
    grid = {
        opens + n * reason.step
        for day in every_day(question)
        for opens, closes, _, _ in reference.openings_on(calendar, day)
        for n in range(int((closes - opens - reason.duration) / reason.step) + 1)
        if opens + reason.duration <= closes
    }
    on_days = {start for start in grid if first_day <= reference.wall(start, calendar.zone).date() <= last_day}
    assert sorted([slot for slot, _ in hidden] + free(question)) == [
        Slot(start, start + reason.duration) for start in sorted(on_days)
    ]
    for slot, rule in hidden:
        assert why_not(calendar, reason, slot.start, now=now) == rule


@given(questions(tick=1), st.integers(1, 8))
def test_first_slots_are_the_head_of_the_list(question, count):
    calendar, reason, first_day, _, now = question
    horizon = reference.wall(now, calendar.zone).date() + timedelta(days=reason.horizon_days)
    everything = free(question, last_day=max(horizon, first_day))
    assert first_slot(calendar, reason, from_day=first_day, now=now) == (min(everything) if everything else None)
    assert next_slots(calendar, reason, from_day=first_day, now=now, count=count) == everything[:count]


@given(questions(tick=1))
def test_first_slot_stops_at_the_last_day_asked(question):
    calendar, reason, first_day, last_day, now = question
    found = first_slot(calendar, reason, from_day=first_day, until_day=last_day, now=now)
    assert found == min(free(question), default=None)


# Offsets in hours, 15 January and 15 July, as published by the French state and the IANA tables.
OFFSETS = {
    "Europe/Paris": (1, 2),
    "Indian/Reunion": (4, 4),
    "Indian/Mayotte": (3, 3),
    "America/Guadeloupe": (-4, -4),
    "America/Martinique": (-4, -4),
    "America/St_Barthelemy": (-4, -4),
    "America/Marigot": (-4, -4),
    "America/Cayenne": (-3, -3),
    "America/Miquelon": (-3, -2),
    "Pacific/Noumea": (11, 11),
    "Pacific/Tahiti": (-10, -10),
    "Pacific/Marquesas": (-9.5, -9.5),
    "Pacific/Gambier": (-9, -9),
    "Pacific/Wallis": (12, 12),
}


@pytest.mark.parametrize("name", OFFSETS)
@pytest.mark.parametrize("season", [0, 1])
def test_case_11_nine_o_clock_has_the_offset_of_its_territory(name, season):
    day = (date(2026, 1, 15), date(2026, 7, 15))[season]
    [slot] = available_slots(
        agenda(hours("09:00", "09:30"), zone=ZoneInfo(name)),
        visit(30),
        first_day=day,
        last_day=day,
        now=datetime.combine(day, time(0), UTC) - timedelta(days=5),
    )
    assert slot.start == datetime.combine(day, time(9), UTC) - timedelta(hours=OFFSETS[name][season])
