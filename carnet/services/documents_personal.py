"""What the documents hand over when a person asks for their data: words, shares, and who read what."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.registry import exports
from carnet.models import AccessBlock, Document, DocumentVersion, Grant
from carnet.record_keys import record_keys
from carnet.selectors.journal import journal_of
from carnet.selectors.sharing import RECIPIENTS, recipient_name
from carnet.words import open_words
from core.access import Actor, Space, scoped
from patients.models import Patient

MOST_ACCESSES = 5_000


@exports("documents", proven=True)
def export_documents(user_id: int) -> list[dict[str, Any]]:
    """Each record that the account keeps: its documents' words, to whom it is open, and who did what there.

    A relative with an account of their own takes theirs away themselves.
    """
    reader = Actor(user_id=user_id, space=Space.PATIENT, strong=True)
    people = list(scoped(reader, Patient, "keep_documents").order_by("pk"))
    keys = record_keys({person.pk for person in people})
    return [
        {
            "patient": str(person.uid),
            "documents": _documents(reader, person, keys[person.pk]) if person.pk in keys else [],
            "shares": _shares(person),
            "kept_out": _blocks(person),
            "accesses": _accesses(reader, person),
        }
        for person in people
    ]


def documents_of(reader: Actor, person: Patient) -> QuerySet[Document]:
    """Everything of one record that this account reads or keeps, the bin included; versions latest first."""
    mine = Q(pk__in=scoped(reader, Document, "read").values("pk")) | Q(
        pk__in=scoped(reader, Document, "change").values("pk")
    )
    versions = Prefetch("versions", DocumentVersion.objects.order_by("-number"))
    return Document.objects.filter(mine, patient=person).prefetch_related(versions).order_by("dated_on", "pk")


def _documents(reader: Actor, person: Patient, key: bytes) -> list[dict[str, Any]]:
    content = []
    for document in documents_of(reader, person):
        words = open_words(key, document.uid, bytes(document.words))
        content.append(
            {
                "id": str(document.uid),
                "kind": document.kind,
                "date": document.dated_on.isoformat(),
                "title": words.title,
                "author": words.author,
                "note": words.note,
                "file_name": words.file_name,
                "from": document.origin,
                "state": document.state,
                "hidden": document.hidden,
                "confidential": document.confidential,
                "in_the_bin": document.removed_at is not None,
                "sizes": [version.size for version in document.versions.all()],
                "added_at": document.created_at.isoformat(),
            }
        )
    return content


def _shares(person: Patient) -> list[dict[str, Any]]:
    rows = Grant.objects.filter(patient=person).select_related("document", *RECIPIENTS)
    return [
        {
            "id": str(row.uid),
            "document": str(row.document.uid) if row.document else None,
            "to": recipient_name(row),
            "level": row.level,
            "from": row.starts_at.isoformat(),
            "to_date": row.ends_at.isoformat(),
            "taken_back_at": row.revoked_at.isoformat() if row.revoked_at else None,
        }
        for row in rows.order_by("pk")
    ]


def _accesses(reader: Actor, person: Patient) -> list[dict[str, Any]]:
    _person, lines = journal_of(reader, person.uid, size=MOST_ACCESSES)
    return [
        {"at": line.at.isoformat(), "who": line.who, "as": line.as_what, "did": str(line.deed), "why": str(line.why)}
        for line in lines
    ]


def _blocks(person: Patient) -> list[dict[str, Any]]:
    rows = AccessBlock.objects.filter(patient=person).select_related("practitioner").order_by("pk")
    return [{"practitioner": row.practitioner.display_name, "since": row.created_at.isoformat()} for row in rows]
