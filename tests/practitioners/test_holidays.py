"""Public holidays differ by territory and never run out of years."""

from datetime import date

import pytest

from practitioners.holidays import TERRITORY_OF_DEPARTMENT, holiday_name, public_holidays

NATIONAL_2027 = {
    date(2027, 1, 1),
    date(2027, 3, 29),
    date(2027, 5, 1),
    date(2027, 5, 6),
    date(2027, 5, 8),
    date(2027, 5, 17),
    date(2027, 7, 14),
    date(2027, 8, 15),
    date(2027, 11, 1),
    date(2027, 11, 11),
    date(2027, 12, 25),
}
GOOD_FRIDAY_2027 = date(2027, 3, 26)


def year_2027(department):
    return public_holidays(department, date(2027, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize("department", ["93", "69", "2A", "75", "13"])
def test_holidays_of_a_metropolitan_department_are_the_national_ones(department):
    assert year_2027(department) == NATIONAL_2027


@pytest.mark.parametrize("department", ["57", "67", "68"])
def test_holidays_of_moselle_and_alsace_add_good_friday_and_the_day_after_christmas(department):
    assert year_2027(department) - NATIONAL_2027 == {GOOD_FRIDAY_2027, date(2027, 12, 26)}


@pytest.mark.parametrize(
    ("department", "day"),
    [
        ("971", date(2027, 5, 27)),
        ("972", date(2027, 5, 22)),
        ("973", date(2027, 6, 10)),
        ("974", date(2027, 12, 20)),
        ("976", date(2027, 4, 27)),
        ("977", date(2027, 10, 9)),
        ("978", date(2027, 5, 28)),
    ],
)
def test_abolition_of_slavery_has_its_own_day_in_each_territory(department, day):
    assert holiday_name(department, day) == "Abolition de l'esclavage"
    assert [other for other in ("93", *TERRITORY_OF_DEPARTMENT) if day in year_2027(other)] == [department]


@pytest.mark.parametrize(
    ("department", "own"),
    [
        ("975", set()),
        ("986", {date(2027, 4, 28), date(2027, 6, 29), date(2027, 7, 29)}),
        ("987", {date(2027, 3, 5), GOOD_FRIDAY_2027, date(2027, 11, 20)}),
        ("988", {date(2027, 9, 24)}),
    ],
)
def test_holidays_of_the_pacific_and_saint_pierre_follow_their_own_list(department, own):
    assert year_2027(department) - NATIONAL_2027 == own
    assert year_2027(department) >= NATIONAL_2027


def test_holidays_between_two_days_include_both_ends_and_cross_the_year():
    assert public_holidays("93", date(2026, 12, 25), date(2027, 1, 1)) == {date(2026, 12, 25), date(2027, 1, 1)}
    assert public_holidays("93", date(2026, 12, 26), date(2026, 12, 31)) == frozenset()
    assert public_holidays("93", date(2027, 1, 2), date(2027, 1, 1)) == frozenset()


@pytest.mark.parametrize("year", [2050, 2101, 2400])
def test_holidays_do_not_run_out_of_years(year):
    assert len(public_holidays("974", date(year, 1, 1), date(year, 12, 31))) in {11, 12}
    assert holiday_name("93", date(year, 7, 14)) == "Fête nationale"


def test_holiday_name_of_an_ordinary_day_is_empty():
    assert holiday_name("93", date(2027, 3, 30)) == ""
    assert holiday_name("93", GOOD_FRIDAY_2027) == ""
    assert holiday_name("67", GOOD_FRIDAY_2027) == "Vendredi saint"
