"""Who has to do with a copy of one's data: its own account, in the patient's space, and nobody else."""

from __future__ import annotations

from django.db.models import Q

from core.access import Actor, Space, rule
from custody.models import DataArchive


@rule(DataArchive, "read")
def read_archive(actor: Actor) -> Q:
    if actor.space != Space.PATIENT or actor.user_id is None:
        return Q(pk__in=[])
    return Q(user_id=actor.user_id)
