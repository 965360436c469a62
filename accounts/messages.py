"""Registers the messages of the account: letters by e-mail, and the two SMS (a code, a lost second factor).

A letter and a code carry what they say sealed, because a code must be nowhere else; it is erased once sent.
"""

from notifications import rendering
from notifications.models import Message
from notifications.registry import Envelope, kind

from . import letters

LETTER = "accounts.letter"
SMS_CODE = "accounts.code"
SMS_LOST_FACTOR = "accounts.lost_factor"


@kind(LETTER)
def compose_letter(message: Message) -> Envelope | None:
    """The letter named in the sealed part, to the address it was written for."""
    sealed = message.secrets
    address = message.address or (message.user.email if message.user else "")
    if not address or not letters.is_known(str(sealed.get("letter"))):
        return None
    letter = letters.write(sealed["letter"], sealed.get("facts", {}))
    return rendering.email(
        LETTER,
        {
            "letter": letter,
            "lines": [line for line in letter.lines if line],
            "url": rendering.absolute(letter.path) if letter.path else "",
        },
        to=address,
    )


@kind(SMS_CODE)
def compose_sms_code(message: Message) -> Envelope | None:
    sealed = message.secrets
    if not message.address or not sealed.get("code"):
        return None
    return rendering.sms(SMS_CODE, {"code": sealed["code"]}, to=message.address)


@kind(SMS_LOST_FACTOR)
def compose_lost_factor_sms(message: Message) -> Envelope | None:
    return rendering.sms(SMS_LOST_FACTOR, {}, to=message.address) if message.address else None
