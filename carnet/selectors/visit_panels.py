"""What the page of a visit says of the record: the documents of the visit, who reads the record there, and what is joined."""

from __future__ import annotations

from django.db.models import Q

from booking.enums import OPEN
from booking.models import Appointment
from booking.registry import Panel
from carnet.models import Document, Grant
from carnet.models.prevention import CheckupForm
from carnet.selectors.documents import lines_of
from core import clock
from core.access import Actor, may, scoped
from patients.models import Patient

MOST = 20


def patient_panel(actor: Actor, visit: Appointment) -> Panel | None:
    """For the person's side. Titles are for a session that passed the second factor; the count is not."""
    person = _person(visit)
    if person is None or not may(actor, "read_documents", person):
        return None
    documents = scoped(actor, Document, "read").filter(patient=person, appointment=visit).order_by("-created_at", "-pk")
    shares: list[Grant] = []
    may_share = may(actor, "share_record", person)
    if may_share:
        to_them = Q(appointment=visit) | Q(practitioner_id=visit.performer_id) | Q(practice_id=visit.practice_id)
        live = Grant.objects.live(clock.now()).filter(to_them, patient=person)
        shares = list(live.order_by("document_id", "-ends_at", "pk")[:MOST])
    return Panel(
        "carnet/visit/patient.html",
        {
            "person": person,
            "visit": visit,
            "lines": lines_of(actor, documents[:MOST]) if actor.strong else [],
            "count": documents.count(),
            "may_share": may_share and visit.status in OPEN and visit.end_at > clock.now(),
            "whole": next((one for one in shares if one.document_id is None), None),
            "alone": sum(one.document_id is not None for one in shares),
            "checkup": scoped(actor, CheckupForm, "read").filter(patient=person, appointment=visit).first(),
        },
    )


def practice_panel(actor: Actor, visit: Appointment) -> Panel | None:
    """For the practice: what is open to me, what I sent for this visit, the questionnaire joined to it."""
    if visit.record is None or not may(actor, "work", visit.record):
        return None
    person = _person(visit)
    sent = scoped(actor, Document, "read").filter(
        depositor_id=actor.user_id, appointment=visit, removed_at__isnull=True
    )
    return Panel(
        "carnet/visit/practice.html",
        {
            "visit": visit,
            "person": person,
            "may_open": person is not None and may(actor, "read_documents", person),
            "sent": lines_of(actor, sent.order_by("-created_at", "-pk")[:MOST]),
            "checkup": scoped(actor, CheckupForm, "open").filter(appointment=visit).first(),
        },
    )


def _person(visit: Appointment) -> Patient | None:
    """Read by itself: the pages of visits do not fetch the person behind a file."""
    pk = visit.record.patient_id if visit.record is not None else None
    return Patient.objects.filter(pk=pk).first() if pk else None
