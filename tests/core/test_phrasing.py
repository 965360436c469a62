"""How dates, hours, amounts, distances and phone numbers are said, in both languages."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import translation

from core import phrasing

NB = "\u00a0"
PARIS = "Europe/Paris"
NOVEMBER = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _french_autumn():
    with translation.override("fr"), time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        yield


def test_instant_is_said_on_the_clock_of_the_place():
    assert phrasing.when_text(NOVEMBER, PARIS) == f"mardi 24 novembre à 9{NB}h{NB}40"
    assert phrasing.when_text(NOVEMBER, "Indian/Reunion") == f"mardi 24 novembre à 12{NB}h{NB}40"


def test_instant_near_midnight_falls_on_the_date_of_the_place():
    assert (
        phrasing.when_text(datetime(2026, 11, 24, 22, tzinfo=UTC), "Indian/Reunion") == f"mercredi 25 novembre à 2{NB}h"
    )


def test_instant_is_said_in_english():
    with translation.override("en"):
        assert phrasing.when_text(NOVEMBER, PARIS) == "Tuesday 24 November at 9:40"


def test_naive_instant_is_refused():
    with pytest.raises(ValueError, match="naive"):
        phrasing.when_text(datetime(2026, 11, 24, 8, 40), PARIS)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("utc_hour", "plain", "padded", "dense"),
    [((8, 40), f"9{NB}h{NB}40", f"9{NB}h{NB}40", "09:40"), ((14, 0), f"15{NB}h", f"15{NB}h{NB}00", "15:00")],
)
def test_hour_takes_the_form_of_its_place(utc_hour, plain, padded, dense):
    moment = datetime(2026, 11, 24, *utc_hour, tzinfo=UTC)
    assert phrasing.hour_text(moment, PARIS) == plain
    assert phrasing.hour_text(moment, PARIS, padded=True) == padded
    assert phrasing.hour_text(moment, PARIS, dense=True) == dense


def test_first_of_the_month_and_the_year_when_it_is_another_one():
    assert phrasing.day_text(date(2026, 12, 1)) == "mardi 1er décembre"
    assert phrasing.day_text(date(2027, 5, 4)) == "mardi 4 mai 2027"
    assert phrasing.day_text(date(2026, 11, 24), weekday=False, short=True) == "24 nov."
    assert phrasing.day_text(date(2026, 11, 24), year=True) == "mardi 24 novembre 2026"
    with translation.override("en"):
        assert phrasing.day_text(date(2026, 12, 1)) == "Tuesday 1 December"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 11, 24), date(2026, 11, 30), "du 24 au 30 novembre"),
        (date(2026, 11, 30), date(2026, 12, 6), "du 30 novembre au 6 décembre"),
        (date(2026, 12, 1), date(2026, 12, 7), "du 1er au 7 décembre"),
        (date(2026, 12, 28), date(2027, 1, 3), "du 28 décembre au 3 janvier 2027"),
        (date(2026, 11, 24), date(2026, 11, 24), "le 24 novembre"),
    ],
)
def test_range_says_the_month_once(first, last, said):
    assert phrasing.range_text(first, last) == said


@pytest.mark.parametrize(
    ("cents", "said", "short"),
    [
        (3000, f"30,00{NB}€", f"30{NB}€"),
        (170880, f"1{NB}708,80{NB}€", f"1{NB}708,80{NB}€"),
        (-550, f"-5,50{NB}€", f"-5,50{NB}€"),
        (0, f"0,00{NB}€", f"0{NB}€"),
    ],
)
def test_amount_is_said_from_cents(cents, said, short):
    assert phrasing.price_text(cents) == said
    assert phrasing.price_text(cents, short=True) == short


def test_amount_is_said_in_english():
    with translation.override("en"):
        assert phrasing.price_text(170880) == "€1,708.80"


@pytest.mark.parametrize(
    ("kilometres", "said"),
    [
        (0.04, f"moins de 100{NB}m"),
        (0.58, f"600{NB}m"),
        (0.949, f"950{NB}m"),
        (0.97, f"1,0{NB}km"),
        (1.36, f"1,4{NB}km"),
        (9.96, f"10{NB}km"),
        (23.4, f"23{NB}km"),
    ],
)
def test_distance_is_as_exact_as_it_is_useful(kilometres, said):
    assert phrasing.distance_text(kilometres) == said


@pytest.mark.parametrize(
    ("number", "said", "link"),
    [
        ("+33148972014", "01 48 97 20 14", "tel:+33148972014"),
        ("01 48 97 20 14", "01 48 97 20 14", "tel:+33148972014"),
        ("+262262901234", "02 62 90 12 34", "tel:+262262901234"),
        ("+3225551234", "+32 2 555 12 34", "tel:+3225551234"),
        ("", "", ""),
        (None, "", ""),
        ("secrétariat", "secrétariat", ""),
    ],
)
def test_phone_is_said_in_pairs_and_called_by_its_link(number, said, link):
    assert phrasing.phone_text(number) == said.replace(" ", NB)
    assert phrasing.phone_link(number) == link


@pytest.mark.parametrize(
    ("length", "said"),
    [(20, f"20{NB}min"), (60, f"1{NB}h"), (75, f"1{NB}h{NB}15"), (timedelta(minutes=65), f"1{NB}h{NB}05")],
)
def test_duration_is_said_in_hours_from_an_hour(length, said):
    assert phrasing.duration_text(length) == said


def test_countdown_never_goes_below_zero():
    assert phrasing.countdown_text(580) == f"9{NB}min{NB}40"
    assert phrasing.countdown_text(40) == f"40{NB}s"
    assert phrasing.countdown_text(-3) == f"0{NB}s"


@pytest.mark.parametrize(
    ("name", "letters"), [("Dr Claire Martin", "CM"), ("Camille Roche", "CR"), ("Maison", "M"), ("", "")]
)
def test_initials_leave_the_title_out(name, letters):
    assert phrasing.initials(name) == letters


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Alice", "d’Alice"),
        ("Bruno", "de Bruno"),
        ("Émile", "d’Émile"),
        ("Œdipe", "d’Œdipe"),
        ("Yves", "d’Yves"),
        ("Yann", "de Yann"),
        ("Henri", "de Henri"),
        ("", ""),
    ],
)
def test_a_name_is_elided_as_one_says_it(name, said):
    with translation.override("fr"):
        assert phrasing.of_name(name) == said
    with translation.override("en"):
        assert phrasing.of_name(name) == name


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 octets"),
        (999, "999 octets"),
        (1000, "1 ko"),
        (1_450, "1,4 ko"),
        (240_000, "240 ko"),
        (999_600, "1 Mo"),
        (1_400_000, "1,4 Mo"),
        (20_000_000, "20 Mo"),
    ],
)
def test_a_size_is_said_in_the_units_people_know(size, said):
    assert phrasing.size_text(size) == said.replace(" ", NB)
