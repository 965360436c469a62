"""Who reads the runs of the national register and decides about those who left it: the platform's staff."""

from __future__ import annotations

from django.db.models import Q

from core.access import Actor, Space, rule
from practitioners.models import RegisterSnapshot, StrikeOff

NOBODY = Q(pk__in=[])


def _staff(actor: Actor) -> Q:
    return Q() if actor.space == Space.PLATFORM else NOBODY


@rule(RegisterSnapshot, "read")
def read_snapshot(actor: Actor) -> Q:
    return _staff(actor)


@rule(StrikeOff, "tell")
def tell_strike_off(actor: Actor) -> Q:
    return _staff(actor)
