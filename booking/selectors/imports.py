"""The files that a practice brought in, newest first."""

from __future__ import annotations

from uuid import UUID

from booking.models import ImportRun
from core.access import Actor, get_or_404, scoped
from practitioners.models import Practice

SHOWN = 20


def recent_imports(actor: Actor) -> list[ImportRun]:
    """What was read and written lately; never the content of a file. Raises NotForYou for who keeps no files here."""
    get_or_404(actor, Practice, "shape", pk=actor.practice_id)
    return list(scoped(actor, ImportRun, "work").defer("content").select_related("created_by").order_by("-pk")[:SHOWN])


def import_run(actor: Actor, uid: UUID) -> ImportRun:
    """One file's report. Raises NotForYou."""
    found = get_or_404(actor, ImportRun, "work", uid=uid)
    return ImportRun.objects.defer("content").get(pk=found.pk)
