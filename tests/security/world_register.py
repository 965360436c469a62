"""Somebody who left the national register, for the table of rights: the staff's decision is about them."""

from typing import Any
from uuid import UUID

from core import clock
from practitioners.models import RegisterSnapshot, StrikeOff


def register_targets(practitioner: Any) -> dict[str, dict[str, Any]]:
    """Keyword arguments of the addresses, by the name of the target."""
    snapshot = RegisterSnapshot.objects.create(file_name="a", file_stamp="202611210800")
    gone = StrikeOff.objects.create(practitioner=practitioner, snapshot=snapshot, found_on=clock.now().date())
    return {"a_strike_off": {"uid": gone.uid}, "missing_strike_off": {"uid": UUID(int=0)}}
