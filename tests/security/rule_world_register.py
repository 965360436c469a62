"""A run of the national register and somebody who left it: no practice's, and so the platform's staff's alone."""

from typing import Any

from core import clock
from practitioners.models import Practitioner, RegisterSnapshot, StrikeOff


def add_register(world: Any) -> None:
    snapshot = RegisterSnapshot.objects.create(file_name="a", file_stamp="202611210800")
    person = Practitioner.objects.order_by("pk").first()
    gone = StrikeOff.objects.create(practitioner=person, snapshot=snapshot, found_on=clock.now().date())
    world.add(a_snapshot=snapshot)
    world.add(a_strike_off=gone)
