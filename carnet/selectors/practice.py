"""The practice's side: whose record is open to me, and the file to which I send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q

from carnet.models import Document, Grant
from carnet.selectors.documents import Line, Paged, lines_of, paged
from core import clock
from core.access import Actor, get_or_404, may, scoped
from patients.majority import PARIS
from patients.models import Patient, PatientRecord

MOST = 200


@dataclass(frozen=True, slots=True)
class SharedRecord:
    person: Patient
    until: date | None
    documents: int


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A record as a professional opens it: what is shared and what they sent. `may_add`: the share says so;
    `may_read_profile`: the whole record is shared, the health profile with it."""

    person: Patient
    part: Paged
    may_add: bool
    may_read_profile: bool
    file: PatientRecord | None

    @property
    def lines(self) -> list[Line]:
        return self.part.lines


def shared_with_me(actor: Actor) -> list[SharedRecord]:
    """The people whose record, or a document of it, is open to the actor now; two statements."""
    people = list(scoped(actor, Patient, "read_documents").order_by("birth_name", "first_name", "pk")[:MOST])
    ends = Grant.objects.live(clock.now()).filter(patient__in=people)
    mine = Q(practitioner__user_id=actor.user_id) | Q(practice_id=actor.practice_id)
    mine |= Q(appointment__performer__user_id=actor.user_id)
    last = dict(ends.filter(mine).values_list("patient_id").annotate(end=Max("ends_at")))
    counts: dict[int, int] = {}
    documents = scoped(actor, Document, "read").filter(patient__in=people, removed_at__isnull=True)
    for patient_id in documents.values_list("patient_id", flat=True):
        counts[patient_id] = counts.get(patient_id, 0) + 1
    return [SharedRecord(one, _last_day(last.get(one.pk)), counts.get(one.pk, 0)) for one in people]


def _last_day(end: datetime | None) -> date | None:
    return clock.local_date(end - timedelta(seconds=1), PARIS) if end else None


def opened_record(actor: Actor, person: Patient, page: int | None = None) -> OpenRecord:
    """One page of it, or all; after `open_record` of the services wrote the access down."""
    rows = scoped(actor, Document, "read").filter(patient=person).order_by("-dated_on", "-pk")
    file = scoped(actor, PatientRecord, "work").filter(patient=person).first()
    return OpenRecord(
        person, paged(actor, rows, page), may(actor, "add_shared", person), may(actor, "read_health", person), file
    )


def person_to_vaccinate(actor: Actor, uid: UUID) -> Patient:
    """The person whose book one may add doses to. Raises NotForYou."""
    return get_or_404(actor, Patient, "add_shared", uid=uid)


def file_to_send(actor: Actor, record: UUID) -> PatientRecord:
    """The file of the practice to whose person one sends. Raises NotForYou."""
    found = get_or_404(actor, PatientRecord, "work", uid=record)
    return PatientRecord.objects.select_related("patient").get(pk=found.pk)


def sent_by_me(actor: Actor, person: Patient | None) -> list[Line]:
    """What the actor sent to one person, latest first."""
    if person is None:
        return []
    rows = scoped(actor, Document, "read").filter(patient=person, depositor_id=actor.user_id)
    return lines_of(actor, rows.order_by("-created_at", "-pk"))
