"""Told once, when the staff decides so, to who has a visit with somebody that the national register states no more.

Neutral on purpose: why somebody leaves the register is not known and not for the site to guess.
"""

from __future__ import annotations

from booking.messages_news import news, visit_told
from notifications.models import Message
from notifications.registry import Envelope, kind

STRUCK_OFF = "booking.struck_off"


@kind(STRUCK_OFF, falls_back=True)
def struck_off(message: Message) -> Envelope | None:
    """To the accounts by e-mail and SMS; without an account to the contact in the file, then without any name.

    Nothing when the person came back to the register meanwhile. A reason kept discreet leaves out who and where.
    """
    visit = visit_told(message)
    if visit is None or visit.performer.struck_off_on is None:
        return None
    return news(message, visit, {})
