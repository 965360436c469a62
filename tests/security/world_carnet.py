"""What somebody may ask for in the pages of documents, for the table of rights: alice's, shared with Dr Martin in person."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from carnet.enums import Origin
from carnet.models import AccessBlock, Grant
from carnet.services.deposit import place_document
from core import clock
from core.access import Actor, Space


def document_targets(
    person: Any, users: dict[str, Any], agenda: Any, other: Any, file: Any
) -> dict[str, dict[str, Any]]:
    """Keyword arguments of the addresses, by the name of the target."""
    now = clock.now()
    martin = agenda.practitioner
    with transaction.atomic():
        mine = _note(Actor(user_id=person.user_id, space=Space.PATIENT), person, Origin.PATIENT)
        sent = _note(
            Actor(user_id=users["martin"].pk, space=Space.PRACTICE, practice_id=agenda.practice_id),
            person,
            Origin.PRACTICE,
            author_practice_id=agenda.practice_id,
        )
    share = {"patient": person, "starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=30)}
    grant = Grant.objects.create(practitioner=martin, **share)
    block = AccessBlock.objects.create(patient=person, practitioner=other.practitioner)
    return {
        "alice_record": {"patient": person.uid},
        "missing_record": {"patient": UUID(int=0)},
        "alice_document": {"uid": mine.uid},
        "martin_document": {"uid": sent.uid},
        "alice_page": {"uid": mine.uid, "number": 1},
        "missing_page": {"uid": UUID(int=0), "number": 1},
        "alice_note_file": {"record": file.uid},
        "missing_note_file": {"record": UUID(int=0)},
        "alice_api_file": {"uid": file.uid},
        "alice_grant": {"uid": grant.uid},
        "alice_block": {"uid": block.uid},
        "block_diallo": {"patient": person.uid, "practitioner": other.practitioner.uid},
        "missing_block": {"patient": UUID(int=0), "practitioner": other.practitioner.uid},
    }


def _note(actor: Actor, person: Any, origin: Origin, **more: Any) -> Any:
    return place_document(
        actor, person, None, kind="other", title="Note", author="", note="À jeun.", dated_on=None, origin=origin, **more
    )


# Bodies that are right in form.
DOCUMENT_BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("carnet:document", "POST"): {"title": "Note", "kind": "other", "dated_on": "05/01/2026"},
    ("records:send", "POST"): {"title": "Note", "kind": "other", "note": "À jeun."},
}
