"""Phone numbers as they are dialled in France: digits alone, so that any part of a number finds its file."""

from __future__ import annotations

import re

import phonenumbers

# Country codes whose numbers are dialled with a leading zero: mainland, Réunion and Mayotte, Guadeloupe, Guyane, Martinique.
_FRENCH_CODES = (33, 262, 590, 594, 596)
_KEY_LENGTH = 40
_PREFIX = re.compile(rf"^(?:\+|00)(?:{'|'.join(str(code) for code in _FRENCH_CODES)})")


def phone_key(phone: object, landline: object = "") -> str:
    """Both numbers as dialled, « 0612345678 0148972014 »; empty for none. What `PatientRecord.phone_key` holds."""
    return " ".join(key for key in (_dialled(phone), _dialled(landline)) if key)[:_KEY_LENGTH]


def typed_digits(text: str) -> str:
    """The digits of a number or a part of one as somebody types it: « +33 6 12 » is 0612, « (0)6 12 » too."""
    signs = re.sub(r"[^\d+]", "", text)
    bare = _PREFIX.sub("", signs)
    if bare != signs:
        return "0" + bare.removeprefix("0")
    return re.sub(r"\D", "", signs)


def parsed_phone(text: str) -> str | None:
    """The E.164 form of a number typed the French way or with its country code; None when it is no number."""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(number: str) -> bool:
    """Whether a message reaches this E.164 number: a mobile, or a kind that cannot be told from one."""
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return phonenumbers.number_type(phonenumbers.parse(number)) in kinds


def _dialled(number: object) -> str:
    text = str(number or "")
    if not text:
        return ""
    try:
        parsed = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return typed_digits(text)
    if parsed.country_code in _FRENCH_CODES:
        return f"0{parsed.national_number}"
    return f"{parsed.country_code}{parsed.national_number}"
