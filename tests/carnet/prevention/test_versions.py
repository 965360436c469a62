"""Versions of a rule: what changes on the day a text changes, and never two at once."""

from datetime import date, timedelta
from itertools import combinations

import pytest

from carnet.prevention.facts import MALE
from carnet.prevention.rules_fr import CODES, RULES, rule_on, rules_on
from tests.carnet.prevention.people import state, states

DAY = timedelta(days=1)


@pytest.mark.parametrize("code", CODES)
def test_versions_of_a_rule_never_overlap(code):
    versions = [rule for rule in RULES if rule.code == code]

    for one, other in combinations(versions, 2):
        assert (one.valid_to and one.valid_to <= other.valid_from) or (
            other.valid_to and other.valid_to <= one.valid_from
        )


def test_hpv_is_open_to_twenty_six_from_the_day_of_the_text():
    birth = date(2002, 1, 1)
    change = date(2025, 12, 9)

    assert state("VAC-HPV-R", birth, change - DAY, sex=MALE) == "not_concerned"
    assert state("VAC-HPV-R", birth, change, sex=MALE) == "due"


def test_teeth_are_looked_at_every_year_from_april_2025():
    seven = date(2017, 10, 1)
    seen_at_six = {"dental-check": [date(2023, 11, 1)]}

    assert state("DENT-MT", seven, date(2025, 3, 31), acts=seen_at_six) == "done"
    assert state("DENT-MT", seven, date(2025, 4, 1), acts=seen_at_six) == "due"


def test_acwy_becomes_mandatory_on_1_january_2025():
    birth = date(2024, 6, 15)

    assert "VAC-MENACWY-I" not in states(birth, date(2024, 12, 31))
    assert states(birth, date(2025, 1, 1))["VAC-MENACWY-I"] == "due"
    assert "VAC-MENC" not in states(birth, date(2025, 1, 1))
    assert state("VAC-MENC", birth, date(2024, 12, 31)) == "overdue"


def test_flu_season_of_2025_was_prolonged_to_the_end_of_february():
    birth = date(1950, 1, 1)
    before = rule_on("VAC-FLU", date(2026, 1, 26))

    assert before.schedule.season_of(date(2026, 1, 26)) == (date(2025, 10, 14), date(2026, 2, 1))
    assert state("VAC-FLU", birth, date(2026, 2, 15)) == "due"
    assert state("VAC-FLU", birth, date(2026, 2, 28)) == "due"
    assert state("VAC-FLU", birth, date(2026, 3, 1)) == "too_early"


def test_no_rule_speaks_before_it_exists():
    assert rules_on(date(1990, 1, 1)) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code}-{rule.valid_from}")
def test_every_rule_cites_a_public_source_and_when_it_was_read(rule):
    assert rule.source.url.startswith("https://")
    assert rule.source.retrieved >= date(2026, 1, 1)
    assert str(rule.source.name)
    assert str(rule.title)
    assert str(rule.gist)
    assert rule.specialties
    assert rule.valid_to is None or rule.valid_from < rule.valid_to
