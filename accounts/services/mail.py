"""Writes letters and codes down for the relay; nothing is sent while a page is being answered."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import translation

from accounts import letters
from accounts.messages import LETTER, SMS_CODE, SMS_LOST_FACTOR
from core import clock
from notifications.enums import ChannelName
from notifications.services import notify

# A code that arrives after its ten minutes is only confusing.
CODE_LIFE = timedelta(minutes=10)
_PLAIN = (str, int, float, bool)


def send_letter(
    *, name: str, address: str, facts: Mapping[str, Any], language: str, user_id: int | None = None
) -> None:
    """Writes one letter to one address. Raises LookupError when no letter has this name.

    Of `facts` only plain values and instants are kept, sealed, until the letter is sent.
    """
    if not letters.is_known(name):
        raise LookupError(f"No letter named {name}")
    plain = _plain(facts)
    with translation.override(language):
        notify(
            kind=LETTER,
            channel=ChannelName.EMAIL,
            subject=f"accounts.{name}:{uuid4()}",
            user_id=user_id,
            address=address,
            sealed={"letter": name, "facts": plain},
            expires_at=clock.now() + CODE_LIFE if "code" in plain else None,
        )


def send_sms_code(*, phone: str, code: str, language: str) -> None:
    with translation.override(language):
        notify(
            kind=SMS_CODE,
            channel=ChannelName.SMS,
            subject=f"accounts.code:{uuid4()}",
            address=phone,
            sealed={"code": code},
            expires_at=clock.now() + CODE_LIFE,
        )


def send_lost_factor_sms(*, phone: str, language: str) -> None:
    with translation.override(language):
        notify(
            kind=SMS_LOST_FACTOR,
            channel=ChannelName.SMS,
            subject=f"accounts.lost_factor:{uuid4()}",
            address=phone,
        )


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in facts.items():
        if isinstance(value, datetime):
            kept[key] = value.isoformat()
        elif isinstance(value, _PLAIN):
            kept[key] = value
    return kept
