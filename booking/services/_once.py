"""The idempotency claim of a booking verb: its result is always a visit."""

from typing import cast

from booking.models import Appointment
from core import idempotency
from core.access import Actor


def begin(actor: Actor, claim: idempotency.Claim | None) -> Appointment | None:
    """The visit that this very request made before, or None when the work is to be done now."""
    return cast(Appointment | None, idempotency.begin(actor, claim))
