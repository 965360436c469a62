"""Reads a phone number as people write it in France, overseas included."""

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumberFormat, PhoneNumberType

# A number written without its country is tried in each of these; 0692… is Réunion, 0690… Guadeloupe.
REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT", "PM", "BL", "MF", "NC", "PF", "WF")
RECEIVES_SMS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
FRENCH_DIGITS = 10
# Numbers that Arcep keeps for fiction: nobody has them, so only the demo knows them.
FICTION_PREFIX = "63998"


class PhoneRefused(ValueError):
    """The text is not a number a code can be sent to; `message` is for the person who typed it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def read_mobile(text: str) -> str:
    """The number in E.164. Raises PhoneRefused when it does not exist or cannot receive an SMS."""
    number = _parse(text)
    if number is None:
        raise PhoneRefused("invalid_phone", _why(text))
    if phonenumbers.number_type(number) not in RECEIVES_SMS and not _is_fiction(number):
        raise PhoneRefused(
            "not_mobile", _("Ce numéro est une ligne fixe : il ne reçoit pas de SMS. Indiquez un mobile.")
        )
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _parse(text: str) -> phonenumbers.PhoneNumber | None:
    for region in REGIONS:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return None
        if phonenumbers.is_valid_number(number) or _is_fiction(number):
            return number
    return None


def _is_fiction(number: phonenumbers.PhoneNumber) -> bool:
    national = str(number.national_number)
    return (
        settings.DEMO
        and number.country_code == 33
        and national.startswith(FICTION_PREFIX)
        and len(national) == FRENCH_DIGITS - 1
    )


def _why(text: str) -> str:
    digits = sum(char.isdigit() for char in text)
    if not text.strip().startswith(("+", "00")):
        if digits < FRENCH_DIGITS:
            return _("Il manque un chiffre : un numéro français en compte 10.")
        if digits > FRENCH_DIGITS:
            return _("Il y a un chiffre de trop : un numéro français en compte 10.")
    return _("Ce numéro n’existe pas. Écrivez-le ainsi : 06 12 34 56 78, ou avec son pays : +32 470 12 34 56.")
