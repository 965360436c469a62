"""What one may do with one's own data, for the page « Mes données »."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from carnet.models import Document, PatientKey
from core import clock
from core.access import Actor, get_or_404, scoped
from custody.models import ArchiveState, DataArchive
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class MyData:
    """`archive` is the copy that waits or is ready; `records` are those one may erase."""

    archive: DataArchive | None
    records: list[Patient]


def copies_of(actor: Actor) -> QuerySet[DataArchive]:
    """The copy that waits or is ready: at most one."""
    return scoped(actor, DataArchive, "read").filter(expires_at__gt=clock.now()).order_by("pk")


def my_data(actor: Actor) -> MyData:
    found = copies_of(actor).first()
    return MyData(found, list(scoped(actor, Patient, "keep_documents").order_by("pk")))


def is_ready(archive: DataArchive | None) -> bool:
    return archive is not None and archive.state == ArchiveState.READY


@dataclass(frozen=True, slots=True)
class RecordToErase:
    person: Patient
    documents: int
    has_key: bool


def record_to_erase(actor: Actor, patient: object) -> RecordToErase:
    """Raises NotForYou for a record that is not one's to erase."""
    person = get_or_404(actor, Patient, "keep_documents", uid=patient)
    documents = Document.objects.filter(patient=person).count()
    return RecordToErase(person, documents, PatientKey.objects.filter(patient_id=person.pk).exists())
