"""What goes into the copy of one's data: a page that explains, everything in JSON, each record in FHIR, visits, files."""

from __future__ import annotations

from typing import Any

import structlog
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.personal import collected
from booking.models import Appointment
from booking.selectors.appointments import SHOWN
from carnet.crypto import ContentError
from carnet.enums import State
from carnet.models import Document, DocumentVersion
from carnet.record_keys import record_keys
from carnet.services.documents_personal import documents_of
from carnet.services.inspection import opener_of
from carnet.storage import MissingObject
from carnet.words import Words, open_words, safe_name
from core.access import Actor, Space, scoped
from custody.packing import Packed, packing
from custody.selectors.bundle import bundle_of
from custody.visits_ics import visits_file
from patients.models import Patient

logger = structlog.get_logger(__name__)


def fill(user: User) -> tuple[Packed, int]:
    """Writes everything this account may read into one sealed ZIP; the ZIP, and how many files of documents it holds."""
    reader = Actor(user_id=user.pk, space=Space.PATIENT, strong=True)
    # Whom one keeps a record for: a relative with an account of their own takes theirs away themselves.
    people = list(scoped(reader, Patient, "keep_documents").order_by("pk"))
    health = set(scoped(reader, Patient, "open_health").values_list("pk", flat=True))
    keys = record_keys({person.pk for person in people})
    missing: list[str] = []
    count = 0
    with packing() as packed:
        for number, person in enumerate(people, start=1):
            key = keys.get(person.pk)
            paths: dict[int, str] = {}
            rows = _documents(reader, person, key)
            for row, words in rows:
                placed = _put_all(packed, f"documents/{number}", row, words, key, missing=missing)
                count += len(placed)
                if placed:
                    paths[row.pk] = placed[0]
            if person.pk in health:
                packed.add_json(f"fhir/{number}.json", _checked(bundle_of(reader, person, rows, paths)))
        visits = scoped(reader, Appointment, "read").select_related(*SHOWN).order_by("start_at", "pk")
        packed.add(_("rendez-vous.ics"), [visits_file(visits.iterator(chunk_size=500))])
        packed.add_json("prendsoin.json", {**collected(user, proven=True), "files_left_out": missing})
        packed.add(_("LISEZ-MOI.txt"), [_explained(len(people), count, len(missing)).encode()])
    return packed, count


def _documents(reader: Actor, person: Patient, key: bytes | None) -> list[tuple[Document, Words]]:
    """With their words; the list of one record is held at once, its files never are."""
    if key is None:
        return []
    return [(row, open_words(key, row.uid, bytes(row.words))) for row in documents_of(reader, person)]


def _put_all(
    packed: Packed, folder: str, row: Document, words: Words, key: bytes | None, *, missing: list[str]
) -> list[str]:
    """The files of one document, the latest first, then the former ones; where they are in the ZIP."""
    versions = list(row.versions.all())
    if key is None or not versions:
        return []
    if row.state == State.REFUSED:
        missing.append(str(row.uid))
        return []
    paths = []
    for at, version in enumerate(versions):
        version.document = row
        place = f"{folder}/{row.dated_on:%Y-%m-%d}-{row.pk}-{f'v{version.number}-' if at else ''}"
        path = place + safe_name(words.file_name, version.media_type)
        if _put(packed, path, version, key):
            paths.append(path)
        else:
            missing.append(str(row.uid))
    return paths


def _put(packed: Packed, path: str, version: DocumentVersion, key: bytes) -> bool:
    """One file; False for one that does not open: a lost file stops nothing."""
    try:
        opener = opener_of(version, key)
        # A file that is not there or not whole is found out before its entry begins.
        opener.chunk(0)
        packed.add(path, opener.stream(), packed=False)
    except (ContentError, MissingObject):
        logger.exception("archive_without_a_file", document=version.document_id)
        return False
    return True


def _checked(bundle: dict[str, Any]) -> dict[str, Any]:
    """The Bundle, once the library of FHIR has read it. Raises ValidationError: a copy that lies is not handed over."""
    # Most of a second to import; only this function needs it. R4B keeps the shapes of R4 for every resource used here.
    from fhir.resources.R4B.bundle import Bundle  # noqa: PLC0415

    Bundle.model_validate(bundle)
    return bundle


def _explained(people: int, documents: int, missing: int) -> str:
    lines = [
        _("Copie de vos données Prendsoin"),
        "",
        _("prendsoin.json : tout ce que le site garde de vous et des personnes dont vous vous occupez."),
        _("fhir/ : chaque carnet au format FHIR R4 (Bundle), lisible par d’autres logiciels de santé."),
        _("documents/ : les fichiers d’origine, déchiffrés, une personne par dossier (%(people)d).")
        % {"people": people},
        _("rendez-vous.ics : les rendez-vous, pour un agenda."),
        "",
        _("Fichiers joints : %(documents)d.") % {"documents": documents},
    ]
    if missing:
        lines.append(
            _("Laissés de côté parce qu’illisibles ou dangereux : %(missing)d (files_left_out dans prendsoin.json).")
            % {"missing": missing}
        )
    lines.append(_("Ce fichier n’est plus protégé par le site : gardez-le à l’abri."))
    return "\n".join(lines) + "\n"
