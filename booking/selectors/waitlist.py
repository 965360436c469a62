"""The waitlist as its people read it: one's own entries, what one may join, and the practice's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from booking.enums import WaitlistAnswer, WaitlistState
from booking.models import WaitlistEntry, WaitlistOffer
from booking.selectors.offers import find_offers, offered_modes
from core import clock
from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.models import Agenda, AgendaReason

# What ended is shown so long after, so that the person sees why.
SHOWN_AFTER = timedelta(days=30)
ENDED_AT_MOST = 10


def entries_of(actor: Actor) -> list[WaitlistEntry]:
    """The person's entries: those that wait, oldest first, then those that ended of late. A fixed number of statements."""
    rows = _with_ahead(scoped(actor, WaitlistEntry, "read"))
    waiting = list(rows.filter(state=WaitlistState.WAITING).order_by("joined_at", "pk"))
    ended = rows.exclude(state=WaitlistState.WAITING).filter(ended_at__gt=clock.now() - SHOWN_AFTER)
    return [*waiting, *ended.order_by("-ended_at", "-pk")[:ENDED_AT_MOST]]


def entry_of(actor: Actor, uid: UUID) -> WaitlistEntry:
    """One entry as its page or answer shows it. Raises NotForYou."""
    found = _with_ahead(scoped(actor, WaitlistEntry, "read")).filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found


def waiting_for_visit(actor: Actor, visit_id: int) -> WaitlistEntry | None:
    """The entry by which the actor wants this visit earlier, if any."""
    rows = scoped(actor, WaitlistEntry, "read").filter(state=WaitlistState.WAITING, appointment=visit_id)
    return rows.order_by("pk").first()


def live_offers_of(actor: Actor) -> list[WaitlistOffer]:
    """The times kept for the actor's people at this instant, soonest end first."""
    now = clock.now()
    rows = scoped(actor, WaitlistOffer, "answer").filter(
        answer=WaitlistAnswer.WAITING, told_at__lte=now, expires_at__gt=now
    )
    return list(rows.select_related(*OFFER_SHOWN).order_by("expires_at", "pk"))


def offers_to_join(offer: AgendaReason) -> list[AgendaReason]:
    """Who else of the practice offers the reason online, the practitioner asked about first."""
    others = find_offers(offer.visit_reason.uid)
    return sorted(others, key=lambda one: (one.pk != offer.pk, one.agenda.practitioner.last_name, one.pk))


OFFER_SHOWN = (
    "agenda__location__place",
    "agenda__practice",
    "agenda__practitioner__specialty",
    "entry__visit_reason",
    "entry__patient",
    "entry__record__patient",
    "entry__appointment__agenda",
)
ENTRY_SHOWN = ("visit_reason", "practice", "patient", "record", "appointment__agenda__location", "user")


def _with_ahead(rows: QuerySet[WaitlistEntry]) -> QuerySet[WaitlistEntry]:
    """With what is shown of an entry, `ahead` (people before this one for the reason) and `to_answer` (its live offer)."""
    earlier = (
        WaitlistEntry.objects.filter(
            Q(joined_at__lt=OuterRef("joined_at")) | Q(joined_at=OuterRef("joined_at"), pk__lt=OuterRef("pk")),
            state=WaitlistState.WAITING,
            visit_reason=OuterRef("visit_reason"),
        )
        .order_by()
        .values("visit_reason")
        .annotate(count=Count("pk"))
        .values("count")
    )
    now = clock.now()
    live = WaitlistOffer.objects.filter(answer=WaitlistAnswer.WAITING, told_at__lte=now, expires_at__gt=now)
    return (
        rows.select_related(*ENTRY_SHOWN)
        .annotate(ahead=Coalesce(Subquery(earlier), 0))
        .prefetch_related(
            Prefetch(
                "agendas",
                queryset=Agenda.objects.select_related("practitioner__specialty", "location").order_by("pk"),
            ),
            "windows",
            Prefetch(
                "offers", queryset=live.select_related("agenda__practitioner", "agenda__location"), to_attr="live"
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One person on the practice's list, with the offer under way and what must be called."""

    entry: WaitlistEntry
    offer: WaitlistOffer | None
    to_call: bool


def desk_list(actor: Actor) -> list[DeskLine]:
    """The practice's list in its published order, for the agendas whose hours the actor writes; a fixed number of statements."""
    offers = WaitlistOffer.objects.filter(answer=WaitlistAnswer.WAITING).select_related(
        "agenda__practitioner", "agenda__location", "task"
    )
    rows = (
        scoped(actor, WaitlistEntry, "work")
        .filter(state=WaitlistState.WAITING)
        .select_related(*ENTRY_SHOWN)
        .prefetch_related(
            Prefetch("agendas", queryset=Agenda.objects.select_related("practitioner", "location").order_by("pk")),
            "windows",
            Prefetch("offers", queryset=offers, to_attr="live"),
        )
        .order_by("joined_at", "pk")
    )
    return [_line(entry) for entry in rows]


def desk_choices(actor: Actor) -> Sequence[AgendaReason]:
    """What the desk may write callers down for: the offers of the agendas whose hours the actor writes, online or not."""
    agendas = scoped(actor, Agenda, "arrange").values("pk")
    rows = AgendaReason.objects.filter(agenda__in=agendas, visit_reason__archived_at__isnull=True)
    return [
        row
        for row in rows.select_related("agenda__practitioner", "agenda__location", "visit_reason").order_by(
            "visit_reason__position", "visit_reason__name", "agenda_id"
        )
        if offered_modes(row)
    ]


def _line(entry: WaitlistEntry) -> DeskLine:
    offer = next(iter(entry.live), None)  # type: ignore[attr-defined]
    to_call = offer is not None and offer.task is not None and offer.task.done_at is None
    return DeskLine(entry, offer, to_call)
