"""The hours and absences that a practice reads and writes, and why a start of one day is not offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from booking.calendar import load_calendars, rules_of
from booking.models import Absence, OpeningHours
from booking.models.opening import WallClockRule
from booking.selectors.offers import offered_modes
from booking.slots import HiddenBy, Slot, hidden_starts
from core import clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from practitioners.changes import version_of
from practitioners.enums import VerificationState
from practitioners.models import Agenda, AgendaReason, OnlineBlock

Row = TypeVar("Row", bound=WallClockRule)


@dataclass(frozen=True, slots=True)
class HiddenDay:
    """The starts of one local day that are on a grid and not offered, each with its rule.

    `closed_by` names what closes the whole offer besides: an online block by its cause, `unverified`, `archived`,
    `offline`, `no_mode`.
    """

    offer: AgendaReason
    day: date
    starts: Sequence[tuple[Slot, HiddenBy]]
    closed_by: Sequence[str]

    @property
    def timezone(self) -> str:
        return self.offer.agenda.location.timezone


def openings_arranged(actor: Actor, agenda: UUID | None = None) -> QuerySet[OpeningHours]:
    """The opening hours the actor writes, of all agendas or of one, with the reasons each accepts.

    Raises NotForYou for an agenda that is not one of theirs.
    """
    reasons = AgendaReason.objects.select_related("visit_reason").order_by("visit_reason__position", "pk")
    rows = scoped(actor, OpeningHours, "manage").select_related("agenda")
    return _of(actor, rows, agenda).prefetch_related(Prefetch("reasons", queryset=reasons))


def absences_arranged(actor: Actor, agenda: UUID | None = None) -> QuerySet[Absence]:
    """The same for absences."""
    return _of(actor, scoped(actor, Absence, "manage").select_related("agenda__location"), agenda)


def opening_arranged(actor: Actor, uid: UUID) -> OpeningHours:
    """One of them. Raises NotForYou."""
    found = openings_arranged(actor).select_related("agenda__location__place").filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found


def absence_arranged(actor: Actor, uid: UUID) -> Absence:
    """One of them. Raises NotForYou."""
    found = absences_arranged(actor).filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found


def rule_version(row: WallClockRule) -> str:
    """The version of an opening, its reasons included, or of an absence: another one after each change."""
    if isinstance(row, OpeningHours):
        return version_of(row, sorted(reason.pk for reason in row.reasons.all()))
    return version_of(row)


def agenda_arranged(actor: Actor, uid: UUID) -> Agenda:
    """One of the agendas whose hours the actor writes, with its place. Raises NotForYou."""
    found = scoped(actor, Agenda, "arrange").select_related("location__place").filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found


def hidden_day(actor: Actor, *, agenda: UUID, visit_reason: UUID, day: date) -> HiddenDay:
    """Why the starts of one day are not offered for a reason, as the engine that offers them says it.

    A fixed number of statements. Raises NotForYou for an agenda or an offer that is not the actor's to arrange.
    """
    offer = (
        scoped(actor, AgendaReason, "manage")
        .select_related("agenda__location__place", "agenda__practitioner", "visit_reason")
        .filter(agenda__uid=agenda, visit_reason__uid=visit_reason)
        .first()
    )
    if offer is None:
        raise NotForYou
    now = clock.now()
    calendar = load_calendars([offer], first_day=day - timedelta(days=1), last_day=day, now=now)[offer.pk]
    starts = hidden_starts(calendar, rules_of(offer), first_day=day, last_day=day, now=now)
    return HiddenDay(offer, day, starts, _closed_by(offer))


def _closed_by(offer: AgendaReason) -> list[str]:
    blocks = OnlineBlock.objects.filter(agenda=offer.agenda_id, closed_at__isnull=True).order_by("cause")
    causes = list(blocks.values_list("cause", flat=True))
    if offer.agenda.practitioner.verification != VerificationState.PUBLISHED:
        causes.append("unverified")
    if offer.visit_reason.archived_at is not None:
        causes.append("archived")
    if not offer.online:
        causes.append("offline")
    if not offered_modes(offer):
        causes.append("no_mode")
    return causes


def _of(actor: Actor, rows: QuerySet[Row], agenda: UUID | None) -> QuerySet[Row]:
    if agenda is not None:
        rows = rows.filter(agenda=get_or_404(actor, Agenda, "arrange", uid=agenda))
    return rows.order_by("agenda_id", "starts_on", "start_time", "pk")
