"""IBANs: checked as people type them, and shown only by their last four characters. Pure.

The whole number is read by the code that writes the bank's file, and by nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

# Countries of the SEPA schemes (European Payments Council, list EPC409-09), and those of them outside of the EEA.
_EEA = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IS IE IT LV LI LT LU MT NL NO PL PT RO SK SI ES SE"
_BESIDE = "AD AL CH GB GI MC MD ME MK RS SM VA"
SEPA_COUNTRIES = frozenset(f"{_EEA} {_BESIDE}".split())
BESIDE_EEA = frozenset(_BESIDE.split())
_BLANKS = re.compile(r"[\s.\-\u00a0\u202f\u200b\u200e\u200f\ufeff]")
_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_DIGITS_OF_FRANCE = 27


@dataclass(frozen=True, slots=True)
class Iban:
    """A valid IBAN of a SEPA country. `bic` is empty when the bank is unknown. Its repr shows no number."""

    number: str = field(repr=False)
    bic: str = ""

    @property
    def country(self) -> str:
        return self.number[:2]

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def key(self) -> str:
        """Tells whether two accounts are one without keeping either: a keyed digest."""
        return salted_hmac("billing.iban", self.number, algorithm="sha256").hexdigest()


class IbanProblem(ValueError):
    """Why a text is no account to debit: `iban_malformed`, `iban_checksum`, `iban_country`. It never quotes the text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_iban(text: str) -> Iban:
    """The account that somebody typed, blanks and dashes left out. Raises IbanProblem."""
    from schwifty import IBAN  # noqa: PLC0415  (reads its registry of banks when imported)
    from schwifty.exceptions import SchwiftyException  # noqa: PLC0415

    number = _BLANKS.sub("", text[:200]).upper().removeprefix("IBAN")
    if not _SHAPE.fullmatch(number):
        raise IbanProblem("iban_malformed")
    if number[:2] not in SEPA_COUNTRIES:
        raise IbanProblem("iban_country")
    if int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 != 1:
        raise IbanProblem("iban_checksum")
    try:
        found = IBAN(number)
        found.validate(validate_bban=number[:2] in {"FR", "MC"})
    except SchwiftyException:
        raise IbanProblem("iban_checksum" if len(number) == _DIGITS_OF_FRANCE else "iban_malformed") from None
    try:
        bic = str(found.bic or "")
    except SchwiftyException:
        bic = ""
    return Iban(number, bic)


def same_account(key: str, other: str) -> bool:
    """Whether two keys of `Iban.key` name one account."""
    return hmac.compare_digest(key, other)


def masked(country: str, last4: str) -> str:
    """What pages, letters and logs show of an account: « FR•• •••• 2606 »."""
    return f"{country}•• •••• {last4}"


def digest(content: bytes) -> str:
    """The name of a file by what it holds: the same file twice is one."""
    return hashlib.sha256(content).hexdigest()
