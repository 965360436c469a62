"""What is known of the people in line: what they were offered of late, what they gave back, the clock they live by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from booking.enums import ChangeKind, WaitlistAnswer
from booking.models import AppointmentChange, WaitlistEntry, WaitlistOffer
from notifications.models import ReminderPreference

Span = tuple[datetime, datetime]

# The offers of so long ago no longer count for the day, in whatever zone.
COUNTED = timedelta(days=2)
# A time to come was booked a year before at the most.
REMEMBERED = timedelta(days=366)


def history_of(
    entries: Sequence[WaitlistEntry], *, now: datetime
) -> tuple[Mapping[int, list[datetime]], Mapping[int, set[tuple[int, datetime]]], set[int]]:
    """By entry: when its person was told of offers of late, the times it was offered, and who has one to answer now."""
    told: dict[int, list[datetime]] = defaultdict(list)
    asked: dict[int, set[tuple[int, datetime]]] = defaultdict(set)
    busy: set[int] = set()
    mine = {entry.pk for entry in entries}
    rows = offers_of_people(entries).filter(Q(told_at__gt=now - COUNTED) | Q(entry__in=mine, start_at__gt=now))
    for offer in rows.select_related("entry"):
        if offer.entry_id in mine and offer.answer != WaitlistAnswer.WITHDRAWN:
            asked[offer.entry_id].add((offer.agenda_id, offer.start_at))
        if offer.entry_id in mine and offer.answer == WaitlistAnswer.WAITING:
            busy.add(offer.entry_id)
        if offer.answer == WaitlistAnswer.WITHDRAWN and offer.answered_at and offer.answered_at <= offer.told_at:
            continue
        for entry in entries:
            if is_same_person(entry, offer.entry):
                told[entry.pk].append(offer.told_at)
    return told, asked, busy


def offers_of_people(entries: Iterable[WaitlistEntry]) -> QuerySet[WaitlistOffer]:
    """All offers to the people behind these entries, by whatever entry of theirs."""
    rows = list(entries)
    return WaitlistOffer.objects.filter(
        Q(entry__patient__in={row.patient_id for row in rows if row.patient_id})
        | Q(entry__record__in={row.record_id for row in rows if row.record_id})
        | Q(entry__user__in={row.user_id for row in rows if row.user_id})
    )


def is_same_person(one: WaitlistEntry, other: WaitlistEntry) -> bool:
    """Whether the offers of both come to one person: the patient, or the account that is written to."""
    return any(
        getattr(one, name) is not None and getattr(one, name) == getattr(other, name)
        for name in ("patient_id", "record_id", "user_id")
    )


def given_back(entries: Sequence[WaitlistEntry], performer: int, *, now: datetime) -> Mapping[int, list[Span]]:
    """The times to come that the people themselves had and no longer have: nobody is offered what they gave back."""
    found: dict[int, list[Span]] = defaultdict(list)
    changes = AppointmentChange.objects.filter(
        Q(appointment__record__patient__in={row.patient_id for row in entries if row.patient_id})
        | Q(appointment__record__in={row.record_id for row in entries if row.record_id}),
        kind__in=(ChangeKind.MOVED, ChangeKind.CANCELLED),
        at__gt=now - REMEMBERED,
    ).select_related("appointment__record")
    for change in changes.order_by("pk"):
        before = change.before
        if not before or before.get("performer") != performer:
            continue
        span = datetime.fromisoformat(before["start"]), datetime.fromisoformat(before["end"])
        record = change.appointment.record
        if span[1] <= now or record is None:
            continue
        for entry in entries:
            if record.pk == entry.record_id or (entry.patient_id and record.patient_id == entry.patient_id):
                found[entry.pk].append(span)
    return found


def told_later(performer: int, *, now: datetime) -> list[tuple[Span, datetime]]:
    """Times that a change of the practice freed and may still take back: (span, when the change is told)."""
    changes = AppointmentChange.objects.filter(
        by_practice=True, tell_at__gt=now, undone_at__isnull=True,
        kind__in=(ChangeKind.MOVED, ChangeKind.CANCELLED, ChangeKind.STRETCHED), before__performer=performer,
    )  # fmt: skip
    return [
        ((datetime.fromisoformat(row.before["start"]), datetime.fromisoformat(row.before["end"])), row.tell_at)
        for row in changes.order_by("pk")
        if row.tell_at is not None
    ]


def zones_of(entries: Sequence[WaitlistEntry]) -> dict[int, ZoneInfo]:
    """The clock each account said it lives by."""
    users = {entry.user_id for entry in entries if entry.user_id}
    rows = ReminderPreference.objects.filter(user__in=users).exclude(timezone="").values_list("user", "timezone")
    return {user: ZoneInfo(zone) for user, zone in rows}


def zone_of(entry: WaitlistEntry) -> ZoneInfo:
    """The clock of one person in line: the one their account said, else that of the place."""
    said = zones_of([entry]).get(entry.user_id or 0)
    place = entry.agendas.order_by("pk").values_list("location__timezone", flat=True).first()
    return said or ZoneInfo(place or "Europe/Paris")
