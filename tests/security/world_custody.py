"""What somebody may ask for in « Mes données », for the table of rights: alice's copy and agreement, and what is not there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from carnet.models import Grant
from core import clock
from custody.models import DataArchive


def custody_targets(person: Any, practitioner: Any) -> dict[str, dict[str, Any]]:
    """Keyword arguments of the addresses, by the name of the target."""
    now = clock.now()
    archive = DataArchive.objects.create(
        user=person.user,
        state="ready",
        object_name="a" * 32,
        size=1,
        created_at=now,
        expires_at=now + timedelta(hours=20),
    )
    share = {"patient": person, "starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=30)}
    grant = Grant.objects.create(practitioner=practitioner, text_version="2026-11-22", **share)
    return {
        "alice_archive": {"uid": archive.uid},
        "alice_agreement": {"purpose": "sharing", "key": str(grant.uid)},
        "missing_agreement": {"purpose": "sharing", "key": str(UUID(int=0))},
        "unknown_purpose": {"purpose": "everything", "key": "1"},
    }
