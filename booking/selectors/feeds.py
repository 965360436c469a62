"""Calendar addresses: those of an agenda, and what one of them gives to the program that reads it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Max, QuerySet, When

from booking.agenda_ics import Entry, agenda_file
from booking.enums import FeedDetail, Status
from booking.models import Absence, AgendaFeed, Appointment
from booking.rules import made_by_who_still_arranges
from core import clock
from core.access import Actor, get_or_404, scoped
from core.phrasing import initials
from practitioners.enums import Discretion
from practitioners.models import Agenda

PAST, AHEAD = timedelta(days=30), timedelta(days=90)
# What occupies the practitioner; a slot held for a minute is not in a calendar.
SHOWN = (Status.BOOKED, Status.ARRIVED, Status.SEEN, Status.NO_SHOW)


def digest_of(token: str) -> str:
    """What is kept of a token: its SHA-256. A search by it takes no longer for a token that is nearly right."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_of(token: str) -> AgendaFeed | None:
    """The live feed that this token opens; None for an unknown or revoked one, and when who made it left the agenda."""
    rows = AgendaFeed.objects.select_related("agenda__location", "agenda__practitioner")
    return rows.filter(digest=digest_of(token), revoked_at__isnull=True).filter(made_by_who_still_arranges()).first()


def feed_content(feed: AgendaFeed) -> bytes:
    """The file of a feed: thirty days back, ninety ahead. One statement."""
    now, agenda = clock.now(), feed.agenda
    rows = (
        Appointment.objects.filter(agenda=agenda, status__in=SHOWN, start_at__lt=now + AHEAD, end_at__gt=now - PAST)
        .select_related("record", "visit_reason")
        .order_by("start_at", "pk")
    )
    entries = [
        Entry(str(row.uid), row.start_at, row.end_at, row.updated_at, row.revision, _initials(feed, row))
        for row in rows
    ]
    return agenda_file(agenda.practitioner.display_name, ZoneInfo(agenda.location.timezone), entries)


def _initials(feed: AgendaFeed, visit: Appointment) -> str:
    hidden = visit.concealed or visit.visit_reason.discretion != Discretion.NORMAL
    if feed.detail != FeedDetail.INITIALS or hidden or visit.record is None:
        return ""
    return initials(visit.record.display_name)


def agendas(actor: Actor) -> list[Agenda]:
    """The agendas whose hours the actor writes, by name."""
    rows = scoped(actor, Agenda, "arrange").select_related("practitioner", "location")
    return list(rows.order_by("practitioner__last_name", "practitioner__first_name", "pk"))


def feeds(actor: Actor) -> QuerySet[AgendaFeed]:
    """The addresses the actor may revoke; `answers` says whether one still gives the agenda to who knows it."""
    rows = scoped(actor, AgendaFeed, "manage").filter(revoked_at__isnull=True)
    rows = rows.annotate(answers=Case(When(made_by_who_still_arranges(), then=True), default=False))
    return rows.select_related("agenda__practitioner", "agenda__location", "created_by").order_by("-pk")


def feed(actor: Actor, uid: UUID) -> AgendaFeed:
    """One address. Raises NotForYou."""
    return get_or_404(actor, AgendaFeed, "manage", uid=uid)


def outside_calendars(actor: Actor) -> list[dict[str, object]]:
    """The outside calendars read into the actor's agendas: agenda, name, number of absences, when it was read."""
    rows = scoped(actor, Absence, "manage").exclude(source="")
    grouped = rows.values("agenda", "agenda__uid", "source").annotate(count=Count("pk"), read_at=Max("created_at"))
    named = {agenda.pk: agenda for agenda in agendas(actor)}
    return [
        {**row, "agenda": named[row["agenda"]], "zone": named[row["agenda"]].location.timezone}
        for row in grouped.order_by("agenda", "source")
        if row["agenda"] in named
    ]
