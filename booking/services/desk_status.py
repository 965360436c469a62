"""What the desk notes of visits as the day goes: arrived, seen, absent, excused. The day is closed in one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from booking.desk_statuses import OUTCOMES, StatusRefused, check_status
from booking.enums import OPEN, ChangeKind, Status
from booking.exceptions import Refusal
from booking.models import Appointment, AppointmentChange, NoShowMark
from booking.services import _news, _write
from booking.services._freed import free_again
from booking.services._history import note, state_of
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from core import audit, clock
from core.access import Actor, get_or_404, scoped

# A day of one practice never holds more.
VISITS_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """How many visits were settled, and those that somebody else had settled meanwhile."""

    settled: int
    passed_over: Sequence[UUID]


def set_status(*, actor: Actor, appointment: UUID, status: str, expected_revision: int | None = None) -> Appointment:
    """Note the status of one visit. Noting the one it has already changes nothing.

    Raises NotForYou; `status_not_possible`, `status_too_early`, `status_too_late`; `changed_meanwhile` when the visit was
    moved or cancelled since the reader saw `expected_revision`; `slot_taken` when an excused visit comes back to a time
    given to somebody else.
    """
    visit = get_or_404(actor, Appointment, "change", uid=appointment)

    def work() -> Appointment:
        lock_performers(visit.performer_id)
        now = clock.now()
        current = _current(visit.pk)
        if expected_revision is not None and current.revision != expected_revision:
            raise changed_meanwhile(current)
        if current.status == status:
            return current
        check_status(current.status, status, current.start_at, _zone(current), now)
        _set(actor, current, Status(status), now, batch=None)
        return current

    return run_verb(work)


def mark_arrived(*, actor: Actor, appointment: UUID, expected_revision: int | None = None) -> Appointment:
    """The patient is in the waiting room. Raises as `set_status`."""
    return set_status(actor=actor, appointment=appointment, status=Status.ARRIVED, expected_revision=expected_revision)


def mark_seen(*, actor: Actor, appointment: UUID, expected_revision: int | None = None) -> Appointment:
    """The visit took place. Raises as `set_status`."""
    return set_status(actor=actor, appointment=appointment, status=Status.SEEN, expected_revision=expected_revision)


def mark_no_show(*, actor: Actor, appointment: UUID, expected_revision: int | None = None) -> Appointment:
    """The patient did not come: a mark that ends by itself after a year. Raises as `set_status`."""
    return set_status(actor=actor, appointment=appointment, status=Status.NO_SHOW, expected_revision=expected_revision)


def mark_excused(*, actor: Actor, appointment: UUID, expected_revision: int | None = None) -> Appointment:
    """The patient did not come and had a reason: no mark. Raises as `set_status`."""
    return set_status(actor=actor, appointment=appointment, status=Status.EXCUSED, expected_revision=expected_revision)


def mark_booked(*, actor: Actor, appointment: UUID, expected_revision: int | None = None) -> Appointment:
    """Take back what was noted: the visit is awaited again. Raises as `set_status`."""
    return set_status(actor=actor, appointment=appointment, status=Status.BOOKED, expected_revision=expected_revision)


def close_day(*, actor: Actor, outcomes: Mapping[UUID, str]) -> ClosedDay:
    """Settle many visits in one act: each is seen, absent or excused. All or nothing.

    A visit that somebody settled meanwhile is passed over and told. Raises NotForYou when one of them is not the actor's,
    `status_not_possible` for another outcome, `status_too_early`.
    """
    if len(outcomes) > VISITS_AT_MOST or any(status not in OUTCOMES for status in outcomes.values()):
        raise StatusRefused("status_not_possible", present="")
    visits = list(scoped(actor, Appointment, "change").filter(uid__in=outcomes).order_by("pk"))
    if len(visits) != len(outcomes):
        get_or_404(actor, Appointment, "change", uid=next(iter(set(outcomes) - {row.uid for row in visits})))

    def work() -> ClosedDay:
        lock_performers(*{row.performer_id for row in visits})
        now, batch, late = clock.now(), uuid4(), []
        for current in _open_rows([row.pk for row in visits]):
            if current.status not in OPEN:
                late.append(current.uid)
                continue
            check_status(current.status, outcomes[current.uid], current.start_at, _zone(current), now)
            _set(actor, current, Status(outcomes[current.uid]), now, batch=batch)
        return ClosedDay(len(visits) - len(late), late)

    return run_verb(work)


def changed_meanwhile(visit: Appointment) -> Refusal:
    """The refusal of a stale edit; it names who changed the visit last, when the practice did."""
    last = AppointmentChange.objects.filter(appointment=visit).select_related("by").order_by("-pk").first()
    by = last.by.display_name if last is not None and last.by is not None and last.by_practice else ""
    return Refusal("changed_meanwhile", by=by, revision=visit.revision)


def _current(pk: int) -> Appointment:
    return _rows().get(pk=pk)


def _open_rows(keys: Sequence[int]) -> list[Appointment]:
    return list(_rows().filter(pk__in=keys).order_by("start_at", "pk"))


def _rows() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("record", "agenda__location")


def _zone(visit: Appointment) -> ZoneInfo:
    return ZoneInfo(visit.agenda.location.timezone)


def _set(actor: Actor, visit: Appointment, status: Status, now: datetime, *, batch: UUID | None) -> None:
    """Write one status with all that goes with it, in the transaction of the verb."""
    before = state_of(visit)
    was = visit.status
    if Status.EXCUSED in (was, status):
        _write.clear_expired_holds({visit.performer_id}, now)
        _news.refresh_listings(visit.performer_id)
    visit.status = status
    if status == Status.ARRIVED:
        visit.arrived_at = visit.arrived_at or now
    elif status != Status.SEEN:
        visit.arrived_at = None
    visit.save(update_fields=["status", "arrived_at", "updated_at"])
    if status == Status.EXCUSED:
        free_again(visit.performer_id, [(visit.start_at, visit.end_at)])
    if was == Status.NO_SHOW:
        NoShowMark.objects.filter(appointment=visit).delete()
    if status == Status.NO_SHOW and visit.record_id is not None:
        NoShowMark.objects.create(
            appointment=visit, record_id=visit.record_id, author_id=actor.user_id, at=now, expires_at=_a_year_after(now)
        )
    note(actor, visit, ChangeKind.STATUS, before=before, batch=batch)
    audit.record(
        actor, "booking.set_status", visit, patient_id=visit.patient_id, practice_id=visit.practice_id,
        status=str(status), before=str(was),
    )  # fmt: skip


def _a_year_after(moment: datetime) -> datetime:
    """Twelve months later; the 29 February counts as the 28th."""
    try:
        return moment.replace(year=moment.year + 1)
    except ValueError:
        return moment.replace(year=moment.year + 1, day=28)
