"""The calendar of dunning, by the hundred: what is done, in which order, and never more."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.dunning import CALENDAR, Unpaid, act_on, is_restricted, late_days, next_step
from billing.enums_books import DunningAct
from billing.late_interest import Owed, Rates, by_half_year, interest_of, owed_spans, parts_of, rate_of

DUE = date(2026, 3, 31)


def lived(facts, days, start=DUE, nights=None):
    """What the calendar does over the nights (all of them unless some are named): act → day after the due date."""
    done, left_out = {}, set()
    for night in nights if nights is not None else range(days + 1):
        today = start + timedelta(days=night)
        while (act := act_on(facts(done, frozenset(left_out)), today)) is not None:
            done[act.act] = today
            if not act.applies:
                left_out.add(act.act)
    return {str(act): (day - DUE).days for act, day in done.items() if act not in left_out}


def of(method="transfer", **more):
    return lambda done, left_out: Unpaid(DUE, 10_680, method, done, left_out, **more)


def test_every_step_comes_on_its_day():
    assert lived(of("sepa"), 60) == {
        "notice": 1,
        "retry": 5,
        "reminder": 10,
        "indemnity": 20,
        "formal": 30,
        "restrict": 45,
    }


def test_a_transfer_is_not_presented_again():
    assert "retry" not in lived(of("transfer"), 60)
    assert lived(of("transfer"), 60)["restrict"] == 45


@pytest.mark.parametrize("facts", [{"open_cents": 0}, {"open_cents": -500}, {"money_comes": True}])
def test_nothing_is_done_when_nothing_is_owed_or_money_is_on_its_way(facts):
    unpaid = Unpaid(**{"due_on": DUE, "open_cents": 10_680, **facts})

    assert act_on(unpaid, DUE + timedelta(days=90)) is None


def test_nothing_is_done_on_the_due_date():
    assert act_on(Unpaid(DUE, 1), DUE) is None
    assert [late_days(DUE, DUE + timedelta(days=n)) for n in (-3, 0, 1)] == [0, 0, 1]


def test_a_hold_moves_what_follows():
    until = DUE + timedelta(days=40)

    assert lived(of(held_until=until), 90) == {
        "notice": 40,
        "reminder": 43,
        "indemnity": 48,
        "formal": 55,
        "restrict": 65,
    }


def test_after_a_long_stop_the_letters_keep_their_distance():
    found = lived(of(), 0, nights=range(200, 260))

    assert found == {"notice": 200, "reminder": 203, "indemnity": 208, "formal": 215, "restrict": 225}


@settings(max_examples=200, deadline=None)
@given(st.sets(st.integers(0, 400), max_size=60), st.sampled_from(["transfer", "sepa", "card"]))
def test_whatever_nights_it_runs_steps_keep_their_order_and_their_days(nights, method):
    found = lived(of(method), 0, nights=sorted(nights))
    order = [str(step.act) for step in CALENDAR]

    assert [act for act in order if act in found] == list(found)
    assert all(found[str(step.act)] >= step.day for step in CALENDAR if str(step.act) in found)
    if "restrict" in found:
        assert found["restrict"] - found["formal"] >= 10


def test_the_next_step_is_told_with_its_day():
    step, day = next_step(Unpaid(DUE, 100, "sepa", {DunningAct.NOTICE: DUE + timedelta(days=1)}))

    assert (step.act, day) == (DunningAct.RETRY, date(2026, 4, 5))
    assert next_step(Unpaid(DUE, 100, taken={step.act: DUE for step in CALENDAR})) is None


def test_only_a_step_really_taken_restricts():
    taken = {DunningAct.RESTRICT: DUE}

    assert is_restricted(taken)
    assert not is_restricted(taken, frozenset({DunningAct.RESTRICT}))
    assert not is_restricted({DunningAct.FORMAL: DUE})


def test_interest_runs_from_the_day_after_and_rounds_half_up():
    assert interest_of([Owed(10_680, DUE, DUE)], 1_215) == 0
    assert interest_of([Owed(10_680, DUE, DUE + timedelta(days=30))], 1_215) == 107
    assert interest_of([Owed(36_500, DUE, DUE + timedelta(days=1))], 50) == 1
    assert (rate_of(215, 262), rate_of(215, 500)) == (1_215, 1_500)


def test_interest_follows_what_was_open_day_by_day():
    def day(count):
        return DUE + timedelta(days=count)

    paid = [(day(10), 5_680), (day(-3), 1_000), (day(40), 4_000)]

    spans = list(owed_spans(10_680, paid, DUE, day(50)))

    assert [(span.cents, span.days) for span in spans] == [(9_680, 10), (4_000, 30)]
    assert interest_of(spans, 1_215) == round((9_680 * 10 + 4_000 * 30) * 0.1215 / 365)
    assert list(owed_spans(10_680, [(DUE, 10_680)], DUE, day(50))) == []
    assert list(owed_spans(10_680, [], day(50), day(50))) == []
    whole = interest_of(owed_spans(10_680, paid, DUE, day(20)), 1_215)
    assert abs(whole - sum(interest_of(owed_spans(10_680, paid, day(n), day(n + 1)), 1_215) for n in range(20))) <= 10


RATES = Rates({(2025, 2): 215, (2026, 1): 315, (2026, 2): 315, (2027, 1): 415}, {(2025, 2): 276, (2026, 1): 500})


def test_interest_of_each_half_year_is_reckoned_at_its_own_rate():
    spans = [Owed(36_500, date(2025, 12, 30), date(2026, 2, 1)), Owed(10_000, date(2026, 2, 1), date(2027, 1, 3))]

    parts = parts_of(spans, RATES)

    # Three times the legal rate of 5 % is above the ECB's plus ten points; it holds until another is published.
    assert [(part.rate_bp, part.after, part.until) for part in parts] == [
        (1_215, date(2025, 12, 30), date(2025, 12, 31)),
        (1_500, date(2025, 12, 31), date(2027, 1, 3)),
    ]
    assert parts[0].cents == 12  # one day of 365 € at 12.15 %: 12.15 cents
    assert parts[1].cents == round((36_500 * 32 + 10_000 * 336) * 0.15 / 365)
    assert [(span.cents, span.days) for span in parts[1].spans] == [(36_500, 32), (10_000, 336)]
    assert (RATES.on(date(2020, 1, 1)), RATES.on(date(2031, 1, 1))) == (1_215, 1_500)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 1_000), st.integers(1, 900), st.integers(1, 10**6))
def test_parts_of_any_delay_hold_each_day_once(start, length, cents):
    after = date(2025, 1, 1) + timedelta(days=start)
    span = Owed(cents, after, after + timedelta(days=length))

    pieces = list(by_half_year(span))
    parts = parts_of([span], RATES)

    assert (pieces[0].after, pieces[-1].until) == (span.after, span.until)
    assert all(left.until == right.after for left, right in pairwise(pieces))
    assert all((piece.until.month, piece.until.day) in {(6, 30), (12, 31)} for piece in pieces[:-1])
    assert sum(one.days for part in parts for one in part.spans) == length
