"""Who waits for nothing any more, and why: looked at from time to time, and when something ends."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from booking.enums import CANCELLED, OPEN, Status, WaitlistAnswer, WaitlistEnd, WaitlistState
from booking.models import WaitlistEntry, WaitlistOffer
from booking.selectors.waitlist_people import zone_of
from core import clock
from core.access import Actor, Space, scoped
from patients.models import Patient, PatientRecord
from practitioners.models import AgendaReason

AT_MOST = 500


def why_over(entry: WaitlistEntry, *, now: datetime) -> WaitlistEnd | None:
    """Why a waiting person has nothing to wait for any more; None as long as she has."""
    people = [person for person in (entry.patient, entry.record) if person is not None]
    if any(person.deceased_on is not None for person in people):
        return WaitlistEnd.DECEASED
    if _is_forgotten(entry):
        return WaitlistEnd.FORGOTTEN
    if _is_blocked(entry):
        return WaitlistEnd.BLOCKED
    if entry.latest_on is not None and entry.latest_on < clock.today(zone_of(entry)):
        return WaitlistEnd.TOO_LATE
    if not _offered_to().filter(agenda__waitlist_entries=entry, visit_reason=entry.visit_reason_id).exists():
        return WaitlistEnd.NOT_OFFERED
    return _end_of_visit(entry, now)


def entries_to_end(*, now: datetime) -> list[int]:
    """Entries that may be over by what a statement can tell; each is looked at again before it ends."""
    today = now.date()
    blocked = PatientRecord.objects.filter(
        practice=OuterRef("practice"), patient=OuterRef("patient"), blocked_at__isnull=False, merged_into__isnull=True
    )
    offered = _offered_to().filter(agenda__waitlist_entries=OuterRef("pk"), visit_reason=OuterRef("visit_reason"))
    over = (
        Q(patient__deceased_on__isnull=False)
        | Q(record__deceased_on__isnull=False)
        | Q(record__blocked_at__isnull=False)
        | Q(patient__removed_at__isnull=False)
        | Q(user__is_active=False)
        | Q(latest_on__lt=today)
        | Q(Exists(blocked))
        | ~Q(Exists(offered))
        | (Q(appointment__isnull=False) & ~Q(appointment__status__in=OPEN))
        | Q(appointment__start_at__lte=now)
    )
    rows: QuerySet[WaitlistEntry] = WaitlistEntry.objects.filter(over, state=WaitlistState.WAITING)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_MOST])


def _offered_to() -> QuerySet[AgendaReason]:
    return AgendaReason.objects.filter(visit_reason__archived_at__isnull=True)


def _is_forgotten(entry: WaitlistEntry) -> bool:
    """The account or the identity is gone, or who joined may not act for the person any more."""
    if entry.user_id is None:
        return entry.patient is not None and entry.patient.removed_at is not None and entry.record is None
    if entry.user is None or not entry.user.is_active:
        return True
    acting = Actor(user_id=entry.user_id, space=Space.PATIENT)
    return entry.patient_id is not None and not scoped(acting, Patient, "read").filter(pk=entry.patient_id).exists()


def _is_blocked(entry: WaitlistEntry) -> bool:
    if entry.record is not None and entry.record.blocked_at is not None:
        return True
    rows = PatientRecord.objects.filter(practice=entry.practice_id, merged_into__isnull=True, blocked_at__isnull=False)
    return entry.patient_id is not None and rows.filter(patient=entry.patient_id).exists()


def _end_of_visit(entry: WaitlistEntry, now: datetime) -> WaitlistEnd | None:
    """The visit the person wanted earlier has taken place; or she gave it up, and has no time to answer for."""
    visit = entry.appointment
    if visit is None:
        return None
    if visit.status in CANCELLED:
        asked = WaitlistOffer.objects.filter(entry=entry, answer=WaitlistAnswer.WAITING).exists()
        gave_up = visit.status == Status.CANCELLED_BY_PATIENT and not asked
        return WaitlistEnd.VISIT_CANCELLED if gave_up else None
    return WaitlistEnd.VISIT_OVER if visit.status != Status.BOOKED or visit.start_at <= now else None
