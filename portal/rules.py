"""Who keeps the information pages: the platform's staff at work, nobody else. Reading what is published asks for no right."""

from __future__ import annotations

from django.db.models import Q

from core.access import Actor, Space, rule
from portal.models import HealthPage


@rule(HealthPage, "manage")
def manage_page(actor: Actor) -> Q:
    if actor.space != Space.PLATFORM or actor.user_id is None:
        return Q(pk__in=[])
    return Q()
