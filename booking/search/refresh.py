"""Keeps the directory true: one `Listing` per agenda of a published practitioner, with the next free start.

Who has no agenda online is listed by the sites of the national register (`booking.search.unjoined`), and who has one
by the sites in other communes, too.

Ordering uses these rows; the slots shown and written always come from the engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Min

from booking.enums import ChangeKind, Status
from booking.models import Appointment, AppointmentChange, Listing, OpeningHours
from booking.search.cells import cell_of, northing
from booking.search.dictionary import write_words
from booking.search.hours import is_open_to_public, offers_of, public_face
from booking.search.unjoined import refresh_elsewhere, refresh_unjoined
from booking.selectors.availability import FreeSlot, first_free_by_agenda
from booking.selectors.offers import offered_modes
from core import clock
from core.phrasing import zone_of
from practitioners.enums import VerificationState
from practitioners.models import Agenda, AgendaReason, Practitioner

CHUNK = 200
# A window that opens late can give an earlier start at any moment: look again at least this often.
LATE_OPENING = timedelta(minutes=15)
SOONEST = timedelta(seconds=30)
# The job of a change runs within seconds. After a minute it is taken for lost, among the latest changes of the site.
UNHEARD_AFTER = timedelta(minutes=1)
CHANGES_LOOKED_AT = 10_000
OCCUPYING_CHANGES = [
    kind.value
    for kind in (
        *(ChangeKind.BOOKED, ChangeKind.MOVED, ChangeKind.STRETCHED),
        *(ChangeKind.CANCELLED, ChangeKind.RESTORED, ChangeKind.UNDONE),
    )
]

_WRITTEN = [field.name for field in Listing._meta.concrete_fields if field.name not in ("id", "agenda")]


@transaction.atomic
def refresh_listings(practitioners: Sequence[int]) -> int:
    """Write the rows of every agenda of these practitioners; returns how many. Statements do not depend on how many.

    Two refreshes of one practitioner wait for each other, so that the later one reads and writes last.
    """
    people = Practitioner.objects.filter(pk__in=practitioners).order_by("pk")
    # The lock spares those who only refer to the row, as a booking does.
    list(people.select_for_update(no_key=True).values_list("pk", flat=True))
    now = clock.now()
    agendas = list(
        Agenda.objects.filter(practitioner_id__in=practitioners, practitioner__verification=VerificationState.PUBLISHED)
        .select_related("practitioner__specialty", "location__place", "practice")
        .order_by("pk")
    )
    joined = {agenda.practitioner_id for agenda in agendas}
    others = [pk for pk in practitioners if pk not in joined]
    rows = _rows(agendas, now, refresh_elsewhere(sorted(joined)) if joined else set())
    ours = Listing.objects.filter(practitioner_id__in=practitioners, agenda__isnull=False)
    ours.exclude(agenda_id__in=[row.agenda_id for row in rows]).delete()
    Listing.objects.bulk_create(rows, update_conflicts=True, unique_fields=["agenda"], update_fields=_WRITTEN)
    write_words(sorted(joined), agendas)
    return len(rows) + (refresh_unjoined(others).written if others else 0)


def refresh_all(practitioners: Iterable[int]) -> int:
    """The same for any number of practitioners, in chunks."""
    done, chunk = 0, []
    for practitioner in dict.fromkeys(practitioners):
        chunk.append(practitioner)
        if len(chunk) == CHUNK:
            done += refresh_listings(chunk)
            chunk = []
    return done + (refresh_listings(chunk) if chunk else 0)


def stale_practitioners(now: datetime, limit: int = CHUNK) -> list[int]:
    """Practitioners with a row that time alone may have made wrong, the oldest first; then those whose job was lost."""
    rows = Listing.objects.filter(stale_at__lte=now).order_by("stale_at").values_list("practitioner_id", flat=True)
    stale = list(dict.fromkeys(rows[:limit]))
    return stale if len(stale) == limit else list(dict.fromkeys((*stale, *_unheard(now, limit - len(stale)))))


def _unheard(now: datetime, limit: int) -> list[int]:
    """Practitioners a visit of whom changed a while ago, and whose row was not written since."""
    sql = f"""
        SELECT DISTINCT l.practitioner_id
        FROM (SELECT appointment_id, kind, before, at FROM {AppointmentChange._meta.db_table} ORDER BY id DESC
              LIMIT {CHANGES_LOOKED_AT}) AS c
        JOIN {Appointment._meta.db_table} a ON a.id = c.appointment_id
        JOIN {Listing._meta.db_table} l ON l.agenda_id IN (a.agenda_id, (c.before ->> 'agenda')::bigint)
        WHERE c.kind = ANY(%(kinds)s) AND c.at < %(before)s AND l.refreshed_at <= c.at
        LIMIT %(limit)s"""  # noqa: S608  our own tables
    with connection.cursor() as cursor:
        cursor.execute(sql, {"kinds": OCCUPYING_CHANGES, "before": now - UNHEARD_AFTER, "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def _rows(agendas: Sequence[Agenda], now: datetime, elsewhere: Set[int]) -> list[Listing]:
    """`elsewhere`: who is also listed by a site of the register."""
    offers = {agenda: public_face(group) for agenda, group in offers_of(agendas).items()}
    firsts = first_free_by_agenda([offer for group in offers.values() for offer in group], now=now)
    people = {agenda.practitioner_id for agenda in agendas}
    late = set(
        OpeningHours.objects.filter(agenda__in=offers, released_minutes__isnull=False).values_list(
            "agenda_id", flat=True
        )
    )
    holds = dict(
        Appointment.objects.filter(performer__in=people, status=Status.HELD, expires_at__gt=now)
        .values_list("performer")
        .annotate(ends=Min("expires_at"))
        .order_by("performer")
    )
    sites: dict[int, int] = defaultdict(int)
    for agenda in agendas:
        sites[agenda.practitioner_id] += 1
    rows = []
    for agenda in agendas:
        group, first = offers.get(agenda.pk, []), firsts.get(agenda.pk)
        row = _row(agenda, group, first, now)
        row.alone = sites[agenda.practitioner_id] == 1 and agenda.practitioner_id not in elsewhere
        row.stale_at = _stale_at(
            agenda, first, now, late_opening=agenda.pk in late, hold_ends=holds.get(agenda.practitioner_id)
        )
        rows.append(row)
    return rows


def _row(agenda: Agenda, offers: Sequence[AgendaReason], first: FreeSlot | None, now: datetime) -> Listing:
    person, location = agenda.practitioner, agenda.location
    latitude = location.latitude if location.latitude is not None else location.place.latitude
    longitude = location.longitude if location.longitude is not None else location.place.longitude
    return Listing(
        agenda=agenda,
        practitioner=person,
        specialty=person.specialty,
        place=location.place,
        department=location.place.department,
        cell=None if latitude is None or longitude is None else cell_of(latitude, longitude),
        latitude=latitude,
        longitude=longitude,
        northing=None if latitude is None or longitude is None else northing(latitude),
        sector=person.sector,
        languages=person.languages,
        modes=sorted({mode for offer in offers for mode in offered_modes(offer)}),
        wheelchair=location.wheelchair_accessible,
        new_patients=any(is_open_to_public(offer) for offer in offers),
        bookable=bool(offers),
        next_start=first.start if first else None,
        refreshed_at=now,
    )


def _stale_at(
    agenda: Agenda, first: FreeSlot | None, now: datetime, *, late_opening: bool, hold_ends: datetime | None
) -> datetime:
    """When time alone may change the row; the next midnight of the place at the latest, which also mends a lost event."""
    zone = zone_of(agenda.location.timezone)
    instants = [clock.combine(clock.local_date(now, zone) + timedelta(days=1), time.min, zone)]
    if first is not None:
        instants.append(first.start - timedelta(minutes=first.offer.notice_minutes))
    if late_opening:
        instants.append(now + LATE_OPENING)
    if hold_ends is not None:
        instants.append(hold_ends)
    return max(min(instants), now + SOONEST)
