"""The address by which a practice lets one patient choose an hour for a reason that is not open to everybody.

Nothing is kept: the address bears one agenda, one reason and the moment it was made, signed with the site's secret
(ADR 23). Whoever holds it books that reason there for thirty days, by every other rule of online booking.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing

SALT = "booking.invitation"
LIFE = timedelta(days=30)
LONGEST = 200


def invitation_to(agenda: UUID, visit_reason: UUID) -> str:
    """A token for a reason of an agenda, good for `LIFE` from now on."""
    return signing.TimestampSigner(salt=SALT).sign(f"{agenda.hex}.{visit_reason.hex}")


def invites_to(token: str) -> tuple[UUID, UUID] | None:
    """The agenda and the reason of a token; None for one that is forged, altered or too old."""
    if len(token) > LONGEST:
        return None
    try:
        agenda, reason = signing.TimestampSigner(salt=SALT).unsign(token, max_age=LIFE).split(".")
        return UUID(agenda), UUID(reason)
    except (signing.BadSignature, ValueError):
        return None


def is_invited(token: str, agenda: UUID, visit_reason: UUID) -> bool:
    """Whether a token opens this reason of this agenda."""
    return bool(token) and invites_to(token) == (agenda, visit_reason)
