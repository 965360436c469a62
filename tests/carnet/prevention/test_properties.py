"""What must hold for anybody, on any day, of every rule."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.prevention.engine import answer, answers, calling
from carnet.prevention.facts import FEMALE, MALE, UNKNOWN_SEX, Facts, State
from carnet.prevention.reach import reaches_on
from carnet.prevention.rules_fr import RULES, rules_on

DAYS = st.dates(date(2025, 5, 1), date(2026, 12, 31))
BIRTHS = st.one_of(
    st.dates(date(1920, 1, 1), date(2026, 12, 31)),
    st.sampled_from([date(2024, 2, 29), date(1996, 2, 29), date(1976, 2, 29), date(2008, 2, 29)]),
)
CODES = sorted({code for rule in RULES for code in rule.counted})
CONDITIONS = sorted({name for rule in RULES for name in (*rule.any_of, *rule.excludes)} | {"vaccine_book"})
CURRENT = [rule for rule in RULES if rule.is_in_force(date(2026, 11, 21))]
ORDER = {State.TOO_EARLY: 0, State.DUE: 1, State.OVERDUE: 2}


@st.composite
def people(draw):
    return Facts(
        draw(BIRTHS),
        draw(st.sampled_from([FEMALE, MALE, UNKNOWN_SEX])),
        acts=draw(st.dictionaries(st.sampled_from(CODES), st.lists(DAYS, max_size=4), max_size=6)),
        conditions=draw(st.dictionaries(st.sampled_from(CONDITIONS), st.booleans(), max_size=6)),
        declined=draw(st.dictionaries(st.sampled_from(CODES), DAYS, max_size=3)),
        term=draw(st.none() | DAYS),
    )


def with_act(facts, code, day):
    return Facts(
        facts.birth,
        facts.sex,
        {**facts.acts, code: [*facts.acts.get(code, ()), day]},
        facts.conditions,
        facts.declined,
        facts.term,
    )


@given(people(), DAYS)
def test_each_rule_in_force_answers_once(facts, on):
    found = [one.rule.code for one in answers(RULES, facts, on)]

    assert len(found) == len(set(found))
    assert set(found) == {rule.code for rule in RULES if rule.is_in_force(on)}


@given(people(), DAYS, st.sampled_from(CURRENT))
@settings(max_examples=400)
def test_what_was_just_done_is_not_due_and_not_due_again_before_the_day_announced(facts, on, rule):
    before = answer(rule, facts, on)
    if not before.calls:
        return
    done = with_act(facts, rule.code, on)
    after = answer(rule, done, on)

    assert not after.calls
    if after.next_on is not None:
        assert after.next_on > on
        eve = answer(rule, done, after.next_on - timedelta(days=1))
        assert not eve.calls
    else:
        assert not any(answer(rule, done, on + timedelta(days=n)).calls for n in (1, 30, 365, 3650))


@given(people(), DAYS, st.sampled_from(CURRENT), st.integers(1, 900))
@settings(max_examples=400)
def test_time_alone_never_goes_back(facts, on, rule, days):
    """Inside one window, with nothing new: too early, then due, then overdue."""
    first, second = answer(rule, facts, on), answer(rule, facts, on + timedelta(days=days))
    new_acts = any(on < day <= on + timedelta(days=days) for given in facts.acts.values() for day in given)
    same = first.window is not None and second.window is not None and first.window.opens == second.window.opens
    if same and not new_acts and first.state in ORDER and second.state in ORDER:
        assert ORDER[first.state] <= ORDER[second.state]


@given(people(), DAYS, st.sampled_from(CURRENT))
@settings(max_examples=400)
def test_refusal_silences_the_rule_and_its_questions(facts, on, rule):
    refused = Facts(facts.birth, facts.sex, facts.acts, facts.conditions, {rule.code: on}, facts.term)

    for days in (0, 1, 400, 4000):
        found = answer(rule, refused, on + timedelta(days=days))
        assert found.state not in (State.DUE, State.OVERDUE, State.UNKNOWN)


@given(people(), DAYS)
def test_what_is_told_is_due_and_may_be_told(facts, on):
    for found in calling(RULES, facts, on):
        assert found.calls
        assert found.rule.may_be_told
        assert found.rule.sex in (None, facts.sex)
        assert facts.birth <= on


@given(people(), DAYS)
def test_unknown_says_what_is_missing_and_nothing_else_does(facts, on):
    for found in answers(RULES, facts, on):
        assert bool(found.missing) == (found.state is State.UNKNOWN)


@given(people(), DAYS)
def test_somebody_whose_sex_is_not_known_is_never_called_for_a_rule_of_one_sex(facts, on):
    unsexed = Facts(facts.birth, UNKNOWN_SEX, facts.acts, facts.conditions, facts.declined, facts.term)

    assert not [one for one in answers(RULES, unsexed, on) if one.calls and one.rule.sex]


@given(people(), DAYS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_acts_change_nothing(facts, on, random):
    mixed = {}
    for code, days in facts.acts.items():
        twice = [*days, *days]
        random.shuffle(twice)
        mixed[code] = twice
    shuffled = Facts(facts.birth, facts.sex, mixed, facts.conditions, facts.declined, facts.term)

    assert answers(RULES, shuffled, on) == answers(RULES, facts, on)


@given(people(), DAYS)
def test_acts_to_come_count_for_nothing(facts, on):
    past = {code: [day for day in days if day <= on] for code, days in facts.acts.items()}
    pruned = Facts(facts.birth, facts.sex, past, facts.conditions, facts.declined, facts.term)

    assert answers(RULES, pruned, on) == answers(RULES, facts, on)


@given(st.dates(date(1925, 1, 1), date(2026, 11, 21)), st.sampled_from(CURRENT))
@settings(max_examples=300)
def test_window_of_a_call_holds_the_day_of_the_call(birth, rule):
    on = date(2026, 11, 21)
    found = answer(rule, Facts(birth, FEMALE), on)
    if found.calls:
        assert found.window.opens <= on
        assert found.window.closes is None or on < found.window.closes
        assert (found.state is State.OVERDUE) == (found.window.late is not None and on >= found.window.late)


@given(people(), DAYS)
@settings(max_examples=300)
def test_the_births_of_a_rule_leave_out_nobody_it_calls(facts, on):
    left = [one.rule for one in reaches_on(on) if one.first <= facts.birth <= one.last]

    assert [one.rule.code for one in calling(left, facts, on)] == [
        one.rule.code for one in calling(rules_on(on), facts, on)
    ]


def test_the_births_just_outside_of_a_rule_are_not_called():
    """At each bound of each rule, on an ordinary day, at the end of a month and on 29 February."""
    for on in (date(2026, 11, 22), date(2026, 8, 31), date(2028, 2, 29), date(2027, 3, 1)):
        for reach in reaches_on(on):
            outside = [reach.last + timedelta(days=days) for days in range(1, 9) if reach.last < on]
            if reach.first != date.min:
                outside += [reach.first - timedelta(days=days) for days in range(1, 9)]
            for birth in outside:
                facts = Facts(birth, reach.rule.sex or FEMALE, conditions=dict.fromkeys(reach.rule.any_of, True))
                assert not answer(reach.rule, facts, on).calls, (reach.rule.code, birth, on)
