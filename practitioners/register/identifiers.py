"""The national identifiers of a person, RPPS or ADELI, with their keys, also without the zero that a spreadsheet has eaten."""

from __future__ import annotations

import re
from collections.abc import Callable

from practitioners.register.refusals import LINES

ADELI_LENGTH = 9
# The digit sum of twice each digit.
_DOUBLED = {str(digit): (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[digit] for digit in range(10)}
_ADELI = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{7}")
# « 1000 2909 371 », and the apostrophe by which a spreadsheet keeps a number as text.
_IDLE = re.compile(r"[\s'’\"]+")


class Rejected(Exception):
    """A line is put aside; `code` is one of `refusals.LINES`."""

    def __init__(self, code: str, rpps: str = "") -> None:
        if code not in LINES:
            raise KeyError(code)
        super().__init__(code)
        self.code = code
        self.rpps = rpps


class Unlisted(Exception):
    """A line is understood, of somebody whom the directory does not list; `code` is one of `refusals.UNLISTED`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_rpps(digits: str) -> bool:
    """Eleven digits whose last one is the Luhn key."""
    if len(digits) != 11 or not (digits.isascii() and digits.isdigit()) or digits == "00000000000":
        return False
    return _holds(digits)


def is_adeli(number: str) -> bool:
    """Department, profession, order and a Luhn key, nine characters. The key of Corsican numbers (2A…) is not checked."""
    if _ADELI.fullmatch(number) is None or number == "000000000":
        return False
    return not number.isdigit() or _holds(number)


def _holds(digits: str) -> bool:
    """Whether the last of an odd number of digits is the Luhn key of the others."""
    return (sum(map(int, digits[::2])) + sum(_DOUBLED[digit] for digit in digits[1::2])) % 10 == 0


def number_of(id_type: str, identifier: str, national_id: str) -> str:
    """The RPPS of a line, eleven digits; of somebody who has none yet, the ADELI number, nine. Raises `Rejected`.

    « Identification nationale PP » is the type (8 RPPS, 0 ADELI) and the number; either may be empty or have lost its
    leading zero (« 759124159 » for « 0759124159 »), and the type may be missing. Blanks and quotes do not count.
    """
    identifier, national_id = bare(identifier), bare(national_id)
    if not identifier and not national_id:
        raise Rejected("identifier_missing")
    if id_type not in ("8", "0", ""):
        raise Rejected("identifier_type")
    if id_type == "0" or (not id_type and max(len(identifier), len(national_id) - 1) <= ADELI_LENGTH):
        return _one_number(_bare_adeli(identifier), _bare_adeli(national_id), is_adeli)
    whole = national_id[1:] if len(national_id) == 12 and national_id[0] == "8" else national_id
    return _one_number(identifier and identifier.zfill(11), whole and whole.zfill(11), is_rpps)


def number_within(line: str) -> str:
    """The number of a person in a line that cannot be read otherwise, so that they be spared; empty when there is none."""
    values = [bare(value.lstrip("\ufeff")) for value in line.split("|", 4)[:4]]
    for value in values:
        for candidate in (value, value[1:] if len(value) == 12 and value[0] == "8" else ""):
            if is_rpps(candidate):
                return candidate
    adeli = [_bare_adeli(value) for value in values[1:3]] if values[0] == "0" else []
    return next((number for number in adeli if is_adeli(number)), "")


def bare(number: str) -> str:
    """Without the blanks and quotes that a spreadsheet puts around or within."""
    return number if number.isalnum() else _IDLE.sub("", number)


def _bare_adeli(text: str) -> str:
    """Without the type that stands before it in the national identification, with the zeros it has lost."""
    number = text.upper().zfill(ADELI_LENGTH) if text else ""
    return number[1:] if len(number) == ADELI_LENGTH + 1 and number[0] == "0" else number


def _one_number(own: str, whole: str, holds: Callable[[str], bool]) -> str:
    if own and whole and own != whole:
        raise Rejected("identifiers_differ", own if holds(own) else "")
    number = own or whole
    if not holds(number):
        raise Rejected("identifier_wrong")
    return number
