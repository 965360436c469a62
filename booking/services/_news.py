"""What follows every change of an appointment, in the same transaction: messages, and the directory's next slot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.db.models import Q, QuerySet

from booking.models import Appointment
from booking.selectors.reach import Reach, is_deceased, own_users, reach_of
from booking.selectors.reminder_plans import Terms, terms_from, terms_rows
from booking.services.reminders import reminders_of
from core import clock
from core.access import Actor
from core.compiled import CompiledRows
from core.jobs import enqueue
from notifications.services import cancel_pending, notify_many
from practitioners.enums import Discretion, Role
from practitioners.models import Membership
from practitioners.rules import DATED_ROLES

BOOKED = "booking.confirmed"
MOVED = "booking.moved"
CANCELLED = "booking.cancelled"
NEW_AT_PRACTICE = "booking.practice_booked"
MOVED_AT_PRACTICE = "booking.practice_moved"
CANCELLED_AT_PRACTICE = "booking.practice_cancelled"


def subject_of(appointment: Appointment) -> str:
    """The subject of every message about a visit."""
    return f"appointment:{appointment.pk}"


def tell(
    actor: Actor,
    appointment: Appointment,
    *,
    to_patient: str,
    to_practice: str,
) -> None:
    """Queue the messages of one event, due now; older pending ones about the same visit are cancelled first."""
    if appointment.revision:
        cancel_pending(subject_of(appointment), before_revision=appointment.revision)
    about = {"subject": subject_of(appointment), "revision": appointment.revision}
    reach = people_of(appointment)
    terms, members = _terms_and_team(appointment, reach.users)
    team = sorted(set(members))
    notify_many(
        [
            *({**about, **one, "kind": to_patient} for one in to_people(appointment, reach)),
            *({**about, **one, "kind": to_practice} for one in to_team(actor, appointment, team=team)),
            *reminders_of(appointment, reach, terms=terms),
        ]
    )


# What stands for a visit and for now in the statement that is made once for each number of accounts.
_MARK = SimpleNamespace(
    practice_id=-1, agenda_id=-2, visit_reason_id=-3, performer_id=-4, start_at=datetime(1, 1, 1, tzinfo=UTC)
)
_NOW = datetime(1, 1, 2, tzinfo=UTC)
_USERS = -10


@lru_cache(maxsize=16)
def _compiled(users: int) -> CompiledRows:
    return CompiledRows(terms_rows(_MARK, [_USERS - n for n in range(users)], _runners(_MARK, now=_NOW)))


def _terms_and_team(visit: Appointment, users: Sequence[int]) -> tuple[Terms, list[tuple[int, bool]]]:
    """What the reminders follow, and who runs the agenda: one statement, as a booking counts them."""
    values: dict[Any, Any] = {mark: getattr(visit, name) for name, mark in vars(_MARK).items()}
    values[_NOW] = clock.now()
    values.update((_USERS - n, user) for n, user in enumerate(users))
    return terms_from(_compiled(len(users)).fetch(values))


def people_of(appointment: Appointment) -> Reach:
    """Whom a message about this visit may go to. Accounts are not read: their composers see whether they are closed."""
    own = own_users(appointment)
    return Reach(sorted(own)) if own else reach_of([appointment])[appointment.pk]


def to_people(appointment: Appointment, reach: Reach, *, due_at: datetime | None = None) -> Iterator[dict[str, Any]]:
    """One recipient and channel after the other on the patient's side; nobody for a reason that is never written about."""
    if appointment.visit_reason.discretion == Discretion.NOT_NOTIFIED or is_deceased(appointment):
        return
    for user_id in reach.users:
        for channel in ("email", "sms"):
            yield {"channel": channel, "user_id": user_id, "due_at": due_at}
    if not reach.users:
        for channel, address in (("email", reach.email), ("sms", reach.phone)):
            if address:
                yield {"channel": channel, "address": address, "due_at": due_at}


def to_team(
    actor: Actor,
    appointment: Appointment,
    *,
    due_at: datetime | None = None,
    team: Sequence[tuple[int, bool]] | None = None,
) -> Iterator[dict[str, Any]]:
    """The same for the members who run the agenda (`team`, if read already), but the one who acts."""
    for user_id, by_email in team_of(appointment) if team is None else team:
        if user_id != actor.user_id:
            for channel in ("bell", "email") if by_email else ("bell",):
                yield {
                    "channel": channel,
                    "user_id": user_id,
                    "practice_id": appointment.practice_id,
                    "due_at": due_at,
                }


def team_of(appointment: Appointment) -> list[tuple[int, bool]]:
    """Members who run the agenda: (user, told by e-mail too)."""
    return sorted(set(_runners(appointment).values_list("user_id", "notify_bookings")))


def _runners(appointment: Any, *, now: datetime | None = None) -> QuerySet[Membership]:
    """Of a visit, or of what stands for one: its practice, agenda, performer and start."""
    runs = (
        Q(role=Role.OWNER)
        | Q(role__in=(Role.PRACTITIONER, Role.SECRETARY), all_agendas=True)
        | Q(role__in=(Role.PRACTITIONER, Role.SECRETARY), agendas=appointment.agenda_id)
        | Q(role=Role.PRACTITIONER, user__practitioner=appointment.performer_id)
        # Who stands in for somebody hears of the visits of their dates alone.
        | (
            Q(role__in=DATED_ROLES, starts_at__lte=appointment.start_at)
            & (Q(ends_at__isnull=True) | Q(ends_at__gt=appointment.start_at))
            & (Q(all_agendas=True) | Q(agendas=appointment.agenda_id))
        )
    )
    return Membership.objects.active(now or clock.now()).filter(runs, practice_id=appointment.practice_id)


def refresh_listings(*performers: int) -> None:
    """Have the next free start of these practitioners' agendas computed again after the commit."""
    for performer in sorted(set(performers)):
        enqueue("booking.refresh_listings", unique=f"listings:{performer}", practitioner_id=performer)
