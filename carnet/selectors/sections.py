"""The parts of a record that somebody may open: the tabs over its pages."""

from __future__ import annotations

from core.access import Actor, may
from patients.models import Patient

DOCUMENTS, HEALTH, PREVENTION, SHARES, JOURNAL = "documents", "health", "prevention", "shares", "journal"


def sections_of(actor: Actor, person: Patient) -> list[str]:
    """In the order of the tabs. Who helps without reading has no documents; who reads for somebody shares nothing."""
    found = [DOCUMENTS] if may(actor, "read_documents", person) else []
    found += [HEALTH, PREVENTION] if may(actor, "open_health", person) else []
    return found + ([SHARES, JOURNAL] if may(actor, "share_record", person) else [])
