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
from carnet.models import Document
from carnet.record_keys import record_keys
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
    people = list(scoped(reader, Patient, "read_documents").order_by("pk"))
    health = set(scoped(reader, Patient, "open_health").values_list("pk", flat=True))
    keys = record_keys({person.pk for person in people})
    missing: list[str] = []
    count = 0
    with packing() as packed:
        for number, person in enumerate(people, start=1):
            key = keys.get(person.pk)
            paths, rows = {}, _documents(reader, person, key)
            for row, words in rows:
                if path := _put(packed, f"documents/{number}", row, words, key, missing):
                    paths[row.pk] = path
            count += len(paths)
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
    rows = scoped(reader, Document, "read").filter(patient=person).prefetch_related("versions")
    return [(row, open_words(key, row.uid, bytes(row.words))) for row in rows.order_by("dated_on", "pk")]


def _put(packed: Packed, folder: str, row: Document, words: Words, key: bytes | None, missing: list[str]) -> str | None:
    """The file of one document, or its absence in the list of what was left out: a lost file stops nothing."""
    version = next(iter(row.versions.all()), None)
    if version is None or key is None:
        return None
    if row.state == "refused":
        missing.append(str(row.uid))
        return None
    version.document = row
    path = f"{folder}/{row.dated_on:%Y-%m-%d}-{row.pk}-{safe_name(words.file_name, version.media_type)}"
    try:
        opener = opener_of(version, key)
        # A file that is not there or not whole is found out before its entry begins.
        opener.chunk(0)
        packed.add(path, opener.stream(), packed=False)
    except (ContentError, MissingObject):
        logger.exception("archive_without_a_file", document=row.pk)
        missing.append(str(row.uid))
        return None
    return path


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
