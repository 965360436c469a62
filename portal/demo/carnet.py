"""Documents of the demo: Alice's papers, one of them shared with Dr Martin and one sent by him."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta

from fpdf import FPDF

from accounts.models import User
from booking.enums import Status
from booking.models import Appointment
from carnet.crypto import ContentMac, Sealer, new_key
from carnet.enums import Origin
from carnet.services.deposit import examined, place_document
from carnet.services.sharing import create_grant
from carnet.storage import store
from carnet.uploads import SealedUpload
from core import clock
from core.access import Actor, Space
from patients.majority import PARIS
from patients.models import Patient, PatientRecord
from patients.services.records import ensure_record
from practitioners.models import Practitioner

PAPERS = (
    ("biology", "Prise de sang", "Laboratoire des Lilas", 19),
    ("prescription", "Ordonnance de lévothyroxine", "Dr Claire Martin", 40),
    ("imaging", "Radio du poignet", "Centre d’imagerie Porte des Lilas", 153),
    ("certificate", "Certificat de sport", "Dr Claire Martin", 80),
)


def fill_documents() -> None:
    """Written through the services, as Alice and Dr Martin would; within the caller's transaction."""
    alice = User.objects.get(email="alice@prendsoin.example")
    person = Patient.objects.get(user=alice)
    actor = Actor(user_id=alice.pk, space=Space.PATIENT, strong=True)
    today = clock.today(PARIS)
    first = None
    for kind, title, author, days in PAPERS:
        found = examined(_received(title, author))
        document = place_document(
            actor,
            person,
            found,
            kind=kind,
            title=title,
            author=author,
            note="",
            dated_on=today - timedelta(days=days),
            origin=Origin.PATIENT,
        )
        found.upload.keep()
        first = first or document
    martin = Practitioner.objects.filter(user__email="dr.martin@prendsoin.example").first()
    if martin is None or martin.user_id is None or first is None:
        return
    create_grant(actor=actor, patient=person.uid, document=first.uid, practitioner=martin.uid)
    visit = _seen(actor, person, martin)
    if visit is not None:
        sender = Actor(user_id=martin.user_id, space=Space.PRACTICE, practice_id=visit.practice_id, strong=True)
        place_document(
            sender,
            person,
            None,
            kind="consultation",
            title="Après votre visite",
            author=martin.display_name,
            note="Refaites la prise de sang dans trois mois, à jeun.",
            dated_on=clock.local_date(visit.start_at, PARIS),
            origin=Origin.PRACTICE,
            author_practice_id=visit.practice_id,
            appointment=visit,
        )


def _seen(actor: Actor, person: Patient, performer: Practitioner) -> Appointment | None:
    """The latest visit of the past that this practitioner held becomes this person's: their visits begin with one."""
    past = Appointment.objects.filter(performer=performer, status=Status.SEEN, end_at__lt=clock.now())
    visit = past.order_by("-start_at", "-pk").first()
    if visit is None:
        return None
    visit.record = ensure_record(actor=actor, practice_id=visit.practice_id, patient=person)
    PatientRecord.objects.filter(pk=visit.record.pk).update(known_since=visit.start_at)
    visit.booked_by_id = person.user_id
    visit.save(update_fields=["record", "booked_by"])
    return visit


def _received(title: str, author: str) -> SealedUpload:
    """A paper of one page, sealed as an upload is."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("Helvetica", size=18)
    paper.cell(0, 12, title.replace("’", "'"), new_x="LMARGIN", new_y="NEXT")
    paper.set_font("Helvetica", size=12)
    paper.cell(0, 8, author.replace("’", "'"), new_x="LMARGIN", new_y="NEXT")
    paper.cell(0, 8, "Document fictif de démonstration.", new_x="LMARGIN", new_y="NEXT")
    content = bytes(paper.output())
    name, key, mac = os.urandom(16), new_key(), ContentMac()
    mac.update(content)
    sealer = Sealer(key, name)
    with store().writer(name.hex()) as file:
        file.write(sealer.header + sealer.update(content) + sealer.finish())
    return SealedUpload(f"{uuid.uuid4().hex[:8]}.pdf", key, name.hex(), len(content), mac, too_big=False)
