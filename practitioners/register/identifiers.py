"""The national identifiers of a person: RPPS with its key, also without the zero that a spreadsheet has eaten."""

from __future__ import annotations

from practitioners.register.refusals import LINES

# The digit sum of twice each digit.
_DOUBLED = {str(digit): (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[digit] for digit in range(10)}


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
    return (sum(map(int, digits[::2])) + sum(_DOUBLED[digit] for digit in digits[1::2])) % 10 == 0


def rpps_of(id_type: str, identifier: str, national_id: str) -> str:
    """The RPPS of a line, eleven digits. Raises `Unlisted("adeli")` for an ADELI number, `Rejected` otherwise.

    « Identification nationale PP » is the type (8 RPPS, 0 ADELI) and the number; either may be empty or have lost its
    leading zero (« 759124159 » for « 0759124159 »), and the type may be missing.
    """
    if not identifier and not national_id:
        raise Rejected("identifier_missing")
    if id_type not in ("8", "0", ""):
        raise Rejected("identifier_type")
    if id_type == "0" or (not id_type and max(len(identifier), len(national_id) - 1) <= 9):
        raise Unlisted("adeli")
    own = identifier.zfill(11) if identifier else ""
    whole = national_id[1:] if len(national_id) == 12 and national_id[0] == "8" else national_id.zfill(11)
    if own and national_id and own != whole:
        raise Rejected("identifiers_differ", own if is_rpps(own) else "")
    number = own or whole
    if not is_rpps(number):
        raise Rejected("identifier_wrong")
    return number


def rpps_within(line: str) -> str:
    """The first RPPS in a line that cannot be read otherwise, so that its person be spared; empty when there is none."""
    for value in line.split("|", 4)[:4]:
        digits = value.strip().lstrip("\ufeff")
        for candidate in (digits, digits[1:] if len(digits) == 12 and digits[0] == "8" else ""):
            if is_rpps(candidate):
                return candidate
    return ""
