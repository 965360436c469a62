"""Colleagues who keep times for patients that are sent to them: who, where, when, and what was booked there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from booking.enums import ChangeKind
from booking.models import Appointment, AppointmentChange, Referral
from booking.selectors.availability import FreeSlot, first_free_by_agenda, next_starts
from booking.selectors.offers import offered_modes
from core import clock
from core.access import Actor, scoped
from core.exceptions import NotForYou
from core.text import fold
from patients.models import PatientRecord
from practitioners.models import Agenda, AgendaReason, Specialty

# Agendas shown, and offers looked at to show the soonest of them.
SHOWN, READ = 20, 200
TIMES = 6
# What was written about a visit stays at the practice that received the patient.
UNREAD = ("note", "internal_note", "answers", "cancel_reason")


@dataclass(frozen=True, slots=True)
class Colleague:
    """One agenda that takes referrals: its reasons, and the first free time of any of them."""

    agenda: Agenda
    offers: Sequence[AgendaReason]
    first: FreeSlot | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A visit booked at a colleague's; `may_withdraw` while nobody was told of it."""

    referral: Referral
    visit: Appointment
    may_withdraw: bool

    @property
    def zone(self) -> str:
        return self.visit.agenda.location.timezone

    @property
    def is_cancelled(self) -> bool:
        return self.visit.is_cancelled


def offers_to_refer(actor: Actor) -> QuerySet[AgendaReason]:
    """The offers kept for colleagues that the actor books, with all that a page and the engine read."""
    return (
        scoped(actor, AgendaReason, "refer")
        .select_related(
            "agenda__location__place", "agenda__practice", "agenda__practitioner__specialty", "visit_reason"
        )
        .order_by("agenda_id", "visit_reason__position", "pk")
    )


def specialties_to_refer(actor: Actor) -> list[Specialty]:
    """The specialties in which some colleague takes referrals, by name. One statement."""
    offered = scoped(actor, AgendaReason, "refer").values("agenda__practitioner__specialty")
    return list(Specialty.objects.filter(pk__in=offered).order_by("name"))


def find_colleagues(actor: Actor, *, specialty: str = "", name: str = "", place: str = "") -> list[Colleague]:
    """Agendas that take referrals, the soonest first; at most `SHOWN`. Four statements, whatever their number.

    `specialty` is a slug; `name` beginnings of words of the name; `place` the beginning of a commune or of a postcode.
    """
    offers = offers_to_refer(actor)
    if specialty:
        offers = offers.filter(agenda__practitioner__specialty__slug=specialty)
    for word in fold(name).split()[:5]:
        key = "agenda__practitioner__name_key"
        offers = offers.filter(Q(**{f"{key}__startswith": word}) | Q(**{f"{key}__contains": f" {word}"}))
    if place.strip():
        offers = offers.filter(_where(place))
    by_agenda: dict[int, list[AgendaReason]] = {}
    for offer in offers[:READ]:
        if offered_modes(offer):
            by_agenda.setdefault(offer.agenda_id, []).append(offer)
    every = [offer for rows in by_agenda.values() for offer in rows]
    firsts = first_free_by_agenda(every, now=clock.now()) if every else {}
    found = [Colleague(rows[0].agenda, rows, firsts.get(pk)) for pk, rows in by_agenda.items()]
    return sorted(found, key=_soonest)[:SHOWN]


def _soonest(one: Colleague) -> tuple[bool, float, int]:
    return one.first is None, one.first.start.timestamp() if one.first else 0.0, one.agenda.pk


def _where(place: str) -> Q:
    text = fold(place)
    digits = "".join(text.split())
    if digits.isdigit():
        return Q(agenda__location__postcode__startswith=digits[:5])
    return Q(agenda__location__place__sort_key__startswith=text)


def offer_to_refer(actor: Actor, agenda: UUID, visit_reason: UUID) -> AgendaReason:
    """One of these offers. Raises NotForYou."""
    found = offers_to_refer(actor).filter(agenda__uid=agenda, visit_reason__uid=visit_reason).first()
    if found is None:
        raise NotForYou
    return found


def times_to_refer(offer: AgendaReason, after: datetime | None = None) -> list[FreeSlot]:
    """The next free times of the offer, under the terms that bind everybody outside of its practice."""
    return next_starts(offer, after=after or clock.now(), count=TIMES)


def referrals_of(actor: Actor, record: PatientRecord) -> list[Sent]:
    """What was booked elsewhere for this file, the latest visit first: when and where, nothing of what is noted there."""
    booked = AppointmentChange.objects.filter(appointment=OuterRef("appointment"), kind=ChangeKind.BOOKED)
    rows = scoped(actor, Referral, "read").filter(record=record)
    rows = rows.annotate(tell_at=Subquery(booked.order_by("pk").values("tell_at")[:1]))
    shown = rows.select_related("appointment__agenda__location__place", "appointment__performer", "referred_by")
    hidden = ("word", *(f"appointment__{name}" for name in UNREAD))
    now = clock.now()
    return [
        Sent(
            referral=row,
            visit=row.appointment,
            may_withdraw=row.appointment.is_open
            and not row.appointment.revision
            and bool(row.tell_at and row.tell_at > now),
        )
        for row in shown.defer(*hidden).order_by("-appointment__start_at", "-pk")
    ]


def referral_received(visit: Appointment) -> Referral | None:
    """Who sent the patient of a visit that the actor reads, with the word that came along."""
    rows = Referral.objects.select_related("practice", "referred_by__practitioner")
    return rows.filter(appointment=visit).first()
