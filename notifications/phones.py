"""What a phone number can receive, known before anything is sent to it."""

from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType

# Plans in which a mobile cannot be told from a landline count as mobiles: a provider will say.
_RECEIVES = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_FRANCE = 33
_NATIONAL_DIGITS = 9


class NumberKind(StrEnum):
    """`MOBILE` receives SMS; `LANDLINE` exists and does not; `INVALID` is nobody's number."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    INVALID = "bad_number"


def classify(number: str) -> NumberKind:
    """The kind of a number in E.164, mainland and overseas France included (+262, +590, +594, +596, +508, +687, +689)."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return NumberKind.INVALID
    if phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) != number:
        return NumberKind.INVALID
    if _is_french_mobile(parsed):
        return NumberKind.MOBILE
    if not phonenumbers.is_valid_number(parsed):
        return NumberKind.INVALID
    return NumberKind.MOBILE if phonenumbers.number_type(parsed) in _RECEIVES else NumberKind.LANDLINE


def _is_french_mobile(number: phonenumbers.PhoneNumber) -> bool:
    """06 and 07, whatever the block: Arcep opens new ones before lists know of them, and keeps 06 39 98 for fiction."""
    national = str(number.national_number)
    return (
        number.country_code == _FRANCE
        and national.startswith(("6", "7"))
        and len(national) == _NATIONAL_DIGITS
        and not number.italian_leading_zero
    )
