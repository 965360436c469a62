"""SMS are counted as they are sent: 160 or 153 signs of the SMS alphabet, 70 or 67 of UCS-2."""

import pytest

from notifications.sms_text import Alphabet, sms_text


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("l’hôtel de Zoë, à 9\u00a0h\u00a040", "l'hotel de Zoe, à 9 h 40"),
        ("Bravo 🎉👍🏽 à mardi", "Bravo à mardi"),
        ("e\u0301te\u0301", "été"),
        ("n° 12", "no 12"),
        ("Łukasz", "Lukasz"),
    ],
)
def test_latin_text_stays_in_the_short_alphabet(text, sent):
    assert sms_text(text).text == sent
    assert sms_text(text).alphabet is Alphabet.GSM7


@pytest.mark.parametrize("name", ["محمد", "Дмитрий", "王小明", "שרה"])
def test_name_in_another_script_stays_readable(name):
    made = sms_text(f"{name}, rendez-vous à 9 h")

    assert (made.text, made.alphabet) == (f"{name}, rendez-vous à 9 h", Alphabet.UCS2)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 152, 2),  # 76 in each: the sign of two units is not cut, 153 holds 76 of them
        ("€" * 153, 3),
        ("م" * 70, 1),
        ("م" * 71, 2),
        ("م" * 134, 2),
        ("م" * 135, 3),
    ],
)
def test_parts_are_counted_as_they_are_paid(text, parts):
    assert sms_text(text).parts == parts


def test_sign_of_two_units_is_not_cut_in_ucs2():
    assert sms_text("م" + "𐐀" * 67).parts == 3
