"""Keeps `Listing` true: one row per agenda of a published practitioner, with the next free start.

Ordering uses these rows; the slots shown and written always come from the engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.db.models import Count

from booking.models import ListedName, Listing, OpeningHours
from booking.search.cells import cell_of
from booking.selectors.availability import FreeSlot, first_free_by_agenda, zone_of
from booking.selectors.offers import offered_modes, public_offers
from core import clock
from core.text import fold
from practitioners.enums import Audience, VerificationState
from practitioners.models import Agenda, AgendaReason

CHUNK = 200
# A window that opens late can give an earlier start at any moment: look again at least this often.
LATE_OPENING = timedelta(minutes=15)

_WRITTEN = [field.name for field in Listing._meta.concrete_fields if field.name not in ("id", "agenda")]


def refresh_listings(practitioners: Sequence[int]) -> int:
    """Write the rows of every agenda of these practitioners; returns how many. Statements do not depend on how many."""
    now = clock.now()
    agendas = (
        Agenda.objects.filter(practitioner_id__in=practitioners)
        .select_related("practitioner__specialty", "location__place")
        .order_by("pk")
    )
    offers: dict[int, list[AgendaReason]] = defaultdict(list)
    for offer in public_offers().filter(agenda__practitioner_id__in=practitioners, closed_online=False):
        if offered_modes(offer):
            offers[offer.agenda_id].append(offer)
    firsts = first_free_by_agenda([offer for group in offers.values() for offer in group], now=now)
    published = [agenda for agenda in agendas if agenda.practitioner.verification == VerificationState.PUBLISHED]
    late = set(
        OpeningHours.objects.filter(agenda__in=offers, released_minutes__isnull=False).values_list(
            "agenda_id", flat=True
        )
    )
    rows = [
        _row(agenda, offers[agenda.pk], firsts.get(agenda.pk), now, late_opening=agenda.pk in late)
        for agenda in published
    ]
    Listing.objects.filter(agenda__practitioner_id__in=practitioners).exclude(
        agenda_id__in=[row.agenda_id for row in rows]
    ).delete()
    Listing.objects.bulk_create(rows, update_conflicts=True, unique_fields=["agenda"], update_fields=_WRITTEN)
    count_names({row.last_name_key for row in rows})
    return len(rows)


def refresh_all(practitioners: Iterable[int]) -> int:
    """The same for any number of practitioners, in chunks."""
    done, chunk = 0, []
    for practitioner in practitioners:
        chunk.append(practitioner)
        if len(chunk) == CHUNK:
            done += refresh_listings(chunk)
            chunk = []
    return done + (refresh_listings(chunk) if chunk else 0)


def stale_practitioners(now: datetime, limit: int = CHUNK) -> list[int]:
    """Practitioners with a row that time alone may have made wrong, the oldest first."""
    rows = Listing.objects.filter(stale_at__lte=now).order_by("stale_at").values_list("practitioner_id", flat=True)
    return list(dict.fromkeys(rows[:limit]))


def count_names(names: set[str]) -> None:
    """Keep the dictionary of surnames: how many listings bear each of these."""
    counts = dict(
        Listing.objects.filter(last_name_key__in=names)
        .values_list("last_name_key")
        .annotate(listings=Count("pk"))
        .order_by("last_name_key")
    )
    rows = [ListedName(name=name, listings=counts.get(name, 0)) for name in sorted(names) if name]
    ListedName.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=["listings"])


def _row(
    agenda: Agenda, offers: Sequence[AgendaReason], first: FreeSlot | None, now: datetime, *, late_opening: bool
) -> Listing:
    person, location = agenda.practitioner, agenda.location
    latitude = location.latitude if location.latitude is not None else location.place.latitude
    longitude = location.longitude if location.longitude is not None else location.place.longitude
    located = latitude is not None and longitude is not None
    return Listing(
        agenda=agenda,
        practitioner=person,
        specialty=person.specialty,
        place=location.place,
        department=location.place.department,
        cell=cell_of(latitude, longitude) if located else None,
        latitude=latitude,
        longitude=longitude,
        name_key=person.name_key,
        last_name_key=fold(person.last_name),
        sector=person.sector,
        languages=person.languages,
        modes=sorted({mode for offer in offers for mode in offered_modes(offer)}),
        wheelchair=location.wheelchair_accessible,
        new_patients=agenda.accepts_new_patients and any(offer.audience != Audience.KNOWN for offer in offers),
        bookable=bool(offers),
        next_start=first.start if first else None,
        stale_at=_stale_at(offers, first, now, late_opening=late_opening),
        refreshed_at=now,
    )


def _stale_at(
    offers: Sequence[AgendaReason], first: FreeSlot | None, now: datetime, *, late_opening: bool
) -> datetime | None:
    if not offers:
        return None
    zone = zone_of(offers[0])
    tomorrow = clock.combine(clock.local_date(now, zone) + timedelta(days=1), time.min, zone)
    instants = [tomorrow]
    if first is not None:
        instants.append(first.start - timedelta(minutes=first.offer.notice_minutes))
    if late_opening:
        instants.append(now + LATE_OPENING)
    return max(min(instants), now + timedelta(seconds=30))
