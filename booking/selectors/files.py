"""What the page of a patient's file shows: visits, absences, the family, and what may be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import Count, Q

from booking.models import Appointment, NoShowMark
from booking.models.appointment import AppointmentQuerySet
from booking.selectors.desk_referral import Sent, referrals_of
from core import clock
from core.access import Actor, get_or_404, may, scoped
from patients.models import PatientRecord
from patients.selectors.duplicates import possible_duplicates

SHOWN = ("agenda__location", "performer", "no_show_mark__author__practitioner", "no_show_mark__withdrawn_by")
PAST_SHOWN = 30
FAMILY_SHOWN = 12


@dataclass(frozen=True, slots=True)
class FilePage:
    """One file: `family` shares its number or address; `same` may be the same person's; `sent` is booked elsewhere."""

    record: PatientRecord
    upcoming: list[Appointment]
    past: list[Appointment]
    has_more: bool
    family: list[PatientRecord]
    same: list[PatientRecord]
    absences: int
    may_revive: bool
    may_write: bool
    may_keep: bool
    sent: list[Sent]


def file_page(actor: Actor, uid: UUID, action: str = "work") -> FilePage:
    """The file with all its page shows, in a fixed number of statements. Raises NotForYou.

    `action` is what the actor comes for. Visits are those of the agendas that the actor runs; marks that are withdrawn or
    over are shown but do not count.
    """
    record = get_or_404(actor, PatientRecord, action, uid=uid)
    record = PatientRecord.objects.select_related("patient__user", "blocked_by__practitioner", "practice").get(
        pk=record.pk
    )
    now = clock.now()
    visits = _visits(actor, record)
    past = list(visits.past(now)[: PAST_SHOWN + 1])
    may_keep = may(actor, "keep", record)
    return FilePage(
        record=record,
        upcoming=list(visits.upcoming(now)),
        past=past[:PAST_SHOWN],
        has_more=len(past) > PAST_SHOWN,
        family=family_of(actor, record),
        same=possible_duplicates(actor, _identity(record), exclude=record.pk),
        absences=live_marks(record.pk) if may_keep else 0,
        may_revive=record.deceased_on is not None and may(actor, "revive", record),
        may_write=may_keep or may(actor, "write", record),
        may_keep=may_keep,
        sent=referrals_of(actor, record),
    )


def family_of(actor: Actor, record: PatientRecord) -> list[PatientRecord]:
    """Other files of the practice with the same address or number: a family, never one person by that alone."""
    same = Q(pk__in=[])
    if record.email:
        same |= Q(email__iexact=record.email)
    for field in ("phone", "landline"):
        if number := getattr(record, field):
            same |= Q(phone=number) | Q(landline=number)
    found = scoped(actor, PatientRecord, "work").filter(same).exclude(pk=record.pk).order_by("birth_date", "pk")
    return list(found[:FAMILY_SHOWN])


def live_marks(record_id: int) -> int:
    """How many absences count against the file today, at this practice alone."""
    return NoShowMark.objects.filter(record=record_id, withdrawn_at__isnull=True, expires_at__gt=clock.now()).count()


def mark_of(visit: Appointment) -> NoShowMark | None:
    """The mark on a visit that its patient sees, until it ends."""
    found = NoShowMark.objects.filter(appointment=visit.pk, expires_at__gt=clock.now())
    return found.select_related("author__practitioner").first()


def with_counts(actor: Actor, files: Iterable[PatientRecord]) -> list[tuple[PatientRecord, int, int]]:
    """Each file with how many visits the actor may read hang on it, and how many of them are to come. One statement."""
    keys = [file.pk for file in files]
    mine = scoped(actor, Appointment, "read")
    coming = cast(AppointmentQuerySet, mine.filter(record__in=keys)).upcoming(clock.now()).order_by()
    rows = (
        scoped(actor, PatientRecord, "work")
        .filter(pk__in=keys)
        .annotate(
            visits=Count("appointments", filter=Q(appointments__in=mine.filter(record__in=keys))),
            coming=Count("appointments", filter=Q(appointments__in=coming)),
        )
    )
    by_pk = {row.pk: row for row in rows}
    return [(by_pk[key], by_pk[key].visits, by_pk[key].coming) for key in keys if key in by_pk]


def overlapping_visits(actor: Actor, record: PatientRecord) -> list[Appointment]:
    """Visits to come of one file that lie across one another, as a merge may leave: somebody must choose."""
    coming = list(_visits(actor, record).upcoming(clock.now()))
    pairs = [(one, other) for one in coming for other in coming if one.pk < other.pk]
    across = [pair for pair in pairs if pair[0].start_at < pair[1].end_at and pair[1].start_at < pair[0].end_at]
    keys = {visit.pk for pair in across for visit in pair}
    return [visit for visit in coming if visit.pk in keys]


def _visits(actor: Actor, record: PatientRecord) -> AppointmentQuerySet:
    mine = scoped(actor, Appointment, "read").filter(record=record.pk).select_related(*SHOWN)
    return cast(AppointmentQuerySet, mine)


def _identity(record: PatientRecord) -> dict[str, object]:
    return {name: getattr(record, name) for name in ("first_name", "birth_name", "used_name", "birth_date")}
