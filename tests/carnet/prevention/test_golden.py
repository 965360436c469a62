"""One example, worked by hand, for each rule: the day before, the day itself, the end."""

from datetime import date, timedelta

import pytest

from carnet.prevention.facts import FEMALE, MALE, Facts
from carnet.prevention.rules_fr import CODES
from tests.carnet.prevention.people import codes_in, said, state, states

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
CALLING = {"due", "overdue"}


def test_woman_of_fifty_has_both_screenings_and_her_checkup():
    found = states(date(1976, 11, 21), TODAY, sex=FEMALE)

    assert (found["DEP-SEIN"], found["DEP-COLON"], found["MBP-45"]) == ("due", "due", "due")
    yesterday = states(date(1976, 11, 21), TODAY - DAY, sex=FEMALE)
    assert (yesterday["DEP-SEIN"], yesterday["DEP-COLON"], yesterday["MBP-45"]) == ("too_early", "too_early", "due")


def test_child_of_twelve_months_has_three_boosters_and_an_exam():
    acts = {
        "dtp": [date(2026, 1, 21), date(2026, 3, 21), date(2026, 10, 21)],
        "pnc": [date(2026, 1, 21), date(2026, 3, 21), date(2026, 10, 21)],
        "menb": [date(2026, 2, 21), date(2026, 4, 21)],
        "menacwy": [date(2026, 5, 21)],
    }
    birth = date(2025, 11, 21)

    assert codes_in(CALLING, birth, TODAY, acts=acts) == {"VAC-ROR", "VAC-MENB", "VAC-MENACWY-I", "ENF-09"}
    assert not codes_in(CALLING, birth, TODAY - DAY, acts=acts) & {"VAC-ROR", "VAC-MENB", "VAC-MENACWY-I", "ENF-09"}


def test_man_of_twenty_six_has_hpv_until_his_birthday():
    birth = date(1999, 11, 22)

    assert state("VAC-HPV-R", birth, TODAY, sex=MALE) == "due"
    assert state("VAC-HPV-R", birth, TODAY + DAY, sex=MALE) == "not_concerned"


# Code, birth, day of the first call, the day after the last one (None: it never ends by itself), what must be known.
WINDOWS = [
    ("VAC-HEX", date(2026, 1, 10), date(2026, 3, 10), None, {}),
    ("VAC-PNC", date(2026, 1, 10), date(2026, 3, 10), None, {}),
    ("VAC-MENB", date(2026, 1, 10), date(2026, 4, 10), None, {}),
    ("VAC-MENACWY-I", date(2025, 3, 15), date(2025, 9, 15), None, {}),
    ("VAC-MENC", date(2024, 3, 15), date(2024, 8, 15), None, {}),
    ("VAC-ROR", date(2025, 3, 15), date(2026, 3, 15), None, {}),
    ("VAC-ROTA", date(2026, 1, 10), date(2026, 3, 10), date(2026, 9, 10), {}),
    ("VAC-MEN-2-4-ACWY", date(2023, 6, 1), date(2025, 6, 1), date(2028, 6, 1), {"conditions": {"vaccine_book": True}}),
    ("VAC-MEN-2-4-B", date(2023, 6, 1), date(2025, 6, 1), date(2028, 6, 1), {"conditions": {"vaccine_book": True}}),
    ("VAC-VRS-NN", date(2026, 5, 10), date(2026, 9, 1), date(2027, 1, 10), {}),
    ("VAC-DTP-6", date(2020, 3, 17), date(2026, 3, 17), date(2031, 3, 17), {"conditions": {"vaccine_book": True}}),
    ("VAC-DTP-11", date(2014, 3, 17), date(2025, 3, 17), date(2039, 3, 17), {"conditions": {"vaccine_book": True}}),
    ("VAC-DTP-A", date(2001, 3, 17), date(2026, 3, 17), None, {}),
    ("VAC-ROR-A", date(2007, 3, 17), date(2025, 3, 17), None, {"conditions": {"vaccine_book": True}}),
    ("VAC-HEPB-R", date(2014, 3, 17), date(2020, 3, 17), date(2030, 3, 17), {"conditions": {"vaccine_book": True}}),
    ("VAC-HPV", date(2014, 3, 17), date(2025, 3, 17), date(2029, 3, 17), {}),
    ("VAC-HPV-R", date(2011, 3, 17), date(2026, 3, 17), date(2038, 3, 17), {}),
    ("VAC-MENACWY-A", date(2014, 3, 17), date(2025, 3, 17), date(2039, 3, 17), {}),
    ("VAC-MENB-A", date(2011, 3, 17), date(2026, 3, 17), date(2036, 3, 17), {}),
    ("VAC-PNEUMO-S", date(1961, 3, 17), date(2026, 3, 17), None, {}),
    ("VAC-PNEUMO-R", date(1990, 3, 17), date(2018, 1, 1), date(2055, 3, 17), {"conditions": {"diabetes": True}}),
    ("VAC-ZONA", date(1961, 3, 17), date(2026, 3, 17), None, {}),
    (
        "VAC-ZONA-I",
        date(2008, 3, 17),
        date(2026, 3, 17),
        date(2073, 3, 17),
        {"conditions": {"immunocompromised": True}},
    ),
    ("VAC-VRS-S", date(1951, 3, 17), date(2026, 3, 17), None, {}),
    ("VAC-VRS-R", date(1961, 3, 17), date(2026, 3, 17), date(2036, 3, 17), {"conditions": {"chronic_lung": True}}),
    (
        "VAC-PREG-COQ",
        date(1995, 1, 1),
        date(2026, 10, 20),
        date(2027, 2, 16),
        {"sex": FEMALE, "term": date(2027, 3, 16)},
    ),
    ("VAC-PREG-VRS", date(1995, 1, 1), date(2027, 1, 12), date(2027, 2, 1), {"sex": FEMALE, "term": date(2027, 3, 16)}),
    ("VAC-FLU", date(1950, 1, 1), date(2024, 10, 15), date(2025, 2, 1), {}),
    ("VAC-FLU-R", date(1990, 1, 1), date(2024, 10, 15), date(2025, 2, 1), {"conditions": {"obesity": True}}),
    ("VAC-FLU-E", date(2018, 1, 1), date(2024, 10, 15), date(2025, 2, 1), {}),
    ("VAC-COVID", date(1957, 1, 1), date(2024, 10, 15), date(2025, 2, 1), {}),
    ("VAC-COVID-80", date(1940, 1, 1), date(2024, 10, 15), date(2025, 2, 1), {}),
    ("VAC-COVID-R", date(1990, 1, 1), date(2024, 10, 15), date(2025, 2, 1), {"conditions": {"dementia": True}}),
    ("DEP-SEIN", date(1976, 3, 17), date(2026, 3, 17), date(2051, 3, 17), {"sex": FEMALE}),
    ("DEP-COLON", date(1976, 3, 17), date(2026, 3, 17), date(2051, 3, 17), {}),
    ("DEP-COL-25", date(2001, 3, 17), date(2026, 3, 17), date(2031, 3, 17), {"sex": FEMALE}),
    ("DEP-COL-30", date(1996, 3, 17), date(2026, 3, 17), date(2062, 3, 17), {"sex": FEMALE}),
    ("DEP-IST", date(2011, 3, 17), date(2026, 3, 17), date(2037, 3, 17), {}),
    ("DEP-VIH", date(2011, 3, 17), date(2026, 3, 17), date(2082, 3, 17), {}),
    ("DENT-MT", date(2023, 3, 17), date(2026, 3, 17), date(2048, 3, 17), {}),
    ("MBP-18", date(2008, 3, 17), date(2026, 3, 17), date(2034, 3, 17), {}),
    ("MBP-45", date(1981, 3, 17), date(2026, 3, 17), date(2032, 3, 17), {}),
    ("MBP-60", date(1966, 3, 17), date(2026, 3, 17), date(2032, 3, 17), {}),
    ("MBP-70", date(1956, 3, 17), date(2026, 3, 17), date(2032, 3, 17), {}),
    ("MAT-EPP", date(1995, 1, 1), date(2026, 9, 29), date(2027, 3, 16), {"sex": FEMALE, "term": date(2027, 3, 16)}),
    ("DENT-GRO", date(1995, 1, 1), date(2026, 9, 29), date(2027, 9, 15), {"sex": FEMALE, "term": date(2027, 3, 16)}),
    ("MAT-EPN", date(1995, 1, 1), date(2027, 4, 6), date(2027, 5, 11), {"sex": FEMALE, "term": date(2027, 3, 16)}),
    *[
        (f"ENF-{number:02d}", date(2025, 3, 15), opens, closes, {})
        for number, opens, closes in [
            (1, date(2025, 3, 15), date(2025, 3, 23)),
            (2, date(2025, 3, 23), date(2025, 4, 15)),
            (3, date(2025, 5, 15), date(2025, 6, 15)),
            (4, date(2025, 6, 15), date(2025, 7, 15)),
            (5, date(2025, 7, 15), date(2025, 8, 15)),
            (6, date(2025, 8, 15), date(2025, 11, 15)),
            (7, date(2025, 11, 15), date(2026, 2, 15)),
            (8, date(2026, 2, 15), date(2026, 3, 15)),
            (9, date(2026, 3, 15), date(2026, 7, 15)),
            (10, date(2026, 7, 15), date(2027, 2, 15)),
            (11, date(2027, 2, 15), date(2027, 6, 15)),
            (12, date(2027, 6, 15), date(2027, 11, 15)),
            (13, date(2027, 11, 15), date(2028, 3, 15)),
            (14, date(2028, 3, 15), date(2029, 3, 15)),
            (15, date(2029, 3, 15), date(2030, 3, 15)),
            (16, date(2030, 3, 15), date(2031, 3, 15)),
            (17, date(2031, 3, 15), date(2032, 3, 15)),
            (18, date(2033, 3, 15), date(2035, 3, 15)),
            (19, date(2036, 3, 15), date(2039, 3, 15)),
            (20, date(2040, 3, 15), date(2042, 3, 15)),
        ]
    ],
]


def calls(code, birth, on, known):
    found = said(Facts(birth, **known), on).get(code)
    return found is not None and found.calls


@pytest.mark.parametrize(("code", "birth", "opens", "closes", "known"), WINDOWS, ids=[row[0] for row in WINDOWS])
def test_rule_calls_from_its_first_day_to_its_last(code, birth, opens, closes, known):
    assert calls(code, birth, opens, known)
    assert not calls(code, birth, opens - DAY, known)
    if closes is not None:
        assert calls(code, birth, closes - DAY, known)
        assert not calls(code, birth, closes, known)


def test_every_rule_has_its_example():
    assert {row[0] for row in WINDOWS} == set(CODES)
    assert len([code for code in CODES if code.startswith("ENF-")]) == 20


# Code, birth, what was done, a day on which that silences the rule, the day on which it calls again (None: never).
AFTERWARDS = [
    ("DEP-SEIN", date(1970, 3, 17), {"mammography": [date(2025, 6, 10)]}, TODAY, date(2027, 6, 10), {"sex": FEMALE}),
    ("DEP-COLON", date(1970, 3, 17), {"fit": [date(2025, 6, 10)]}, TODAY, date(2027, 6, 10), {}),
    ("DEP-COL-25", date(1999, 3, 17), {"cytology": [date(2026, 6, 10)]}, TODAY, date(2027, 6, 10), {"sex": FEMALE}),
    (
        "DEP-COL-25",
        date(1999, 3, 17),
        {"cytology": [date(2024, 6, 9), date(2025, 6, 10)]},
        TODAY,
        date(2028, 6, 10),
        {"sex": FEMALE},
    ),
    ("DEP-COL-30", date(1996, 3, 17), {"cytology": [date(2025, 6, 10)]}, TODAY, date(2028, 6, 10), {"sex": FEMALE}),
    ("DEP-COL-30", date(1987, 5, 4), {"hpv-test": [date(2022, 5, 4)]}, TODAY, date(2027, 5, 4), {"sex": FEMALE}),
    ("VAC-DTP-A", date(1961, 3, 17), {"dtp": [date(2026, 4, 1)]}, TODAY, date(2036, 3, 17), {}),
    ("VAC-DTP-A", date(1982, 3, 17), {"dtp": [date(2023, 4, 1)]}, TODAY, date(2047, 3, 17), {}),
    ("VAC-FLU", date(1950, 3, 17), {"flu": [date(2026, 10, 20)]}, TODAY, date(2027, 10, 15), {}),
    ("VAC-COVID", date(1956, 3, 17), {"covid": [date(2026, 7, 20)]}, TODAY, date(2027, 1, 20), {}),
    ("VAC-HPV-R", date(2005, 3, 17), {"hpv-vaccine": [date(2026, 10, 1)]}, TODAY, date(2026, 12, 1), {}),
    ("VAC-HPV-R", date(2008, 3, 17), {"hpv-vaccine": [date(2020, 10, 1), date(2021, 4, 1)]}, TODAY, None, {}),
    ("VAC-MENACWY-I", date(2025, 3, 15), {"menacwy": [date(2026, 4, 1)]}, date(2026, 10, 1), None, {}),
    ("VAC-ZONA", date(1960, 3, 17), {"zona": [date(2026, 10, 1)]}, TODAY, date(2026, 12, 1), {}),
    ("DENT-MT", date(2016, 3, 17), {"dental-check": [date(2026, 5, 1)]}, TODAY, date(2027, 3, 17), {}),
    ("MBP-45", date(1979, 3, 17), {"MBP-45": [date(2025, 5, 1)]}, TODAY, None, {}),
    ("ENF-17", date(2020, 3, 17), {"child-exam": [date(2026, 5, 1)]}, TODAY, None, {}),
]


@pytest.mark.parametrize(("code", "birth", "acts", "silent", "again", "known"), AFTERWARDS)
def test_what_is_done_silences_until_the_next_window(code, birth, acts, silent, again, known):
    assert state(code, birth, silent, acts=acts, **known) == "done"
    if again is None:
        assert all(
            not calls(code, birth, silent + timedelta(days=n), {"acts": acts, **known}) for n in range(0, 4000, 7)
        )
    else:
        assert calls(code, birth, again, {"acts": acts, **known})
        assert not calls(code, birth, again - DAY, {"acts": acts, **known})


def test_dose_of_ror_before_twelve_months_does_not_count():
    birth = date(2024, 3, 15)
    acts = {"ror": [date(2024, 12, 1), date(2025, 4, 1)]}

    assert state("VAC-ROR", birth, TODAY, acts=acts) == "overdue"
    assert state("VAC-ROR", birth, TODAY, acts={"ror": [*acts["ror"], date(2025, 8, 1)]}) == "done"


def test_born_before_1980_are_not_asked_about_ror():
    assert state("VAC-ROR-A", date(1979, 12, 31), TODAY) == "not_concerned"
    assert state("VAC-ROR-A", date(1980, 1, 1), TODAY) == "unknown"


def test_woman_without_cervix_is_not_concerned():
    assert state("DEP-COL-30", date(1980, 1, 1), TODAY, sex=FEMALE, conditions={"no_cervix": True}) == "not_concerned"
    assert state("DEP-COL-30", date(1980, 1, 1), TODAY, sex=FEMALE, conditions={"no_cervix": False}) == "overdue"
