"""The accesses that stood out, for the platform's staff: which professional, where and why; no patient is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from carnet.enums import AlertKind
from carnet.models import AccessAlert
from core import clock
from core.access import Actor, scoped
from practitioners.models import Practice, Practitioner

SHOWN = 200
LATELY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Alert:
    """`who` is the professional as everybody knows them; empty for an account that is none any more."""

    at: datetime
    kind: str
    label: str
    who: str
    practice: str

    @property
    def is_many(self) -> bool:
        return self.kind == AlertKind.MANY


def recent_alerts(actor: Actor) -> list[Alert]:
    """Latest first, three statements."""
    rows = list(
        scoped(actor, AccessAlert, "read")
        .filter(created_at__gt=clock.now() - LATELY)
        .order_by("-created_at", "-pk")[:SHOWN]
    )
    carers = {one.user_id: one for one in Practitioner.objects.filter(user_id__in={row.user_id for row in rows})}
    practices = dict(Practice.objects.filter(pk__in={row.practice_id for row in rows}).values_list("pk", "name"))
    return [
        Alert(
            at=row.created_at,
            kind=row.kind,
            label=row.get_kind_display(),
            who=carers[row.user_id].display_name if row.user_id in carers else "",
            practice=practices.get(row.practice_id or 0, ""),
        )
        for row in rows
    ]
