"""Who reads a message to many patients, counted before it is sent; and what became of those sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from booking.broadcasts import FILES_AT_MOST, Audience
from booking.enums import OPEN, Status
from booking.models import Appointment, Broadcast
from core import clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from notifications.enums import ChannelName, MessageState, ReceiptState
from notifications.models import Message, ReminderPreference
from notifications.models.preference import address_digest
from notifications.phones import NumberKind, classify
from notifications.selectors import is_wanted
from notifications.topics import Topic
from patients.enums import Level
from patients.models import Guardianship, PatientRecord
from practitioners.enums import Discretion

KIND = "booking.broadcast"
LISTED = 50
NOT_WANTED = "not_wanted"
_READ = (
    *("uid", "practice", "first_name", "birth_name", "used_name", "name_key", "email", "phone", "landline"),
    *("patient__user",),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to write to, once however many files lead there: an account, or an address noted by the practice."""

    channel: str
    user_id: int | None = None
    address: str = ""
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a preview says: readers by channel, how many of them refused such messages, and the files nobody reads for."""

    by_email: int = 0
    by_sms: int = 0
    refused: int = 0
    unreachable: int = 0
    unreachable_shown: Sequence[PatientRecord] = field(default_factory=tuple)
    too_many: bool = False

    @property
    def total(self) -> int:
        return self.by_email + self.by_sms - self.refused


def files_of(practice: int, audience: Audience, zone: ZoneInfo) -> QuerySet[PatientRecord]:
    """The files of an audience: never of somebody dead, nor by a visit that no message may betray."""
    visits = Appointment.objects.filter(
        record=OuterRef("pk"),
        agenda__in=audience.agendas,
        concealed=False,
        visit_reason__discretion=Discretion.NORMAL,
    )
    if audience.seen_since is not None:
        since = clock.instant(clock.day_start(audience.seen_since, zone))
        # A past visit that nobody noted otherwise took place.
        visits = visits.filter(status__in=(*OPEN, Status.SEEN), start_at__gte=since, end_at__lt=clock.now())
    else:
        today = clock.today(zone)
        days = (audience.first_day or today, (audience.last_day or today) + timedelta(days=1))
        first, end = (clock.instant(clock.day_start(day, zone)) for day in days)
        visits = visits.filter(status__in=OPEN, start_at__gte=max(first, clock.now()), start_at__lt=end)
    alive = Q(deceased_on__isnull=True) & (Q(patient__isnull=True) | Q(patient__deceased_on__isnull=True))
    files = PatientRecord.objects.filter(alive, Exists(visits), practice=practice, merged_into__isnull=True)
    return files.select_related("patient").only(*_READ)


def readers_of(files: Sequence[PatientRecord], *, by_sms: bool) -> dict[int, list[Reader]]:
    """Who is written to for each file, by its id; four statements. The files come with `patient`.

    The person's account; for who has none, the guardians with a granted right; else the address in the file, and only
    without one its mobile. An address that is an account's is that account.
    """
    own = {one.pk: one.patient.user_id for one in files if one.patient is not None and one.patient.user_id is not None}
    guarded = {one.patient_id for one in files if one.pk not in own and one.patient_id is not None}
    guardians = _guardians({one for one in guarded if one is not None})
    addresses = {one.pk: one.email.strip().lower() for one in files if one.pk not in own and one.email}
    people = get_user_model().objects.filter(is_active=True)
    named = {user for users in guardians.values() for user in users} | set(own.values())
    accounts = dict(people.filter(Q(pk__in=named) | Q(email__in=set(addresses.values()))).values_list("pk", "email"))
    by_email = {email: pk for pk, email in accounts.items()}
    zones = dict(
        ReminderPreference.objects.filter(user__in=accounts).exclude(timezone="").values_list("user_id", "timezone")
    )
    found: dict[int, list[Reader]] = {}
    for one in files:
        users = [own[one.pk]] if own.get(one.pk) in accounts else guardians.get(one.patient_id or 0, [])
        address = addresses.get(one.pk, "")
        if not users and address in by_email:
            users = [by_email[address]]
        if users:
            found[one.pk] = [Reader("email", user_id=user, timezone=zones.get(user, "")) for user in users]
        elif address:
            found[one.pk] = [Reader("email", address=address)]
        elif by_sms and one.phone and classify(str(one.phone)) is NumberKind.MOBILE:
            found[one.pk] = [Reader("sms", address=str(one.phone))]
        else:
            found[one.pk] = []
    return found


def preview(practice: int, audience: Audience, zone: ZoneInfo, *, by_sms: bool) -> Reached:
    """How many people a broadcast would reach, by which way, and whom it would not; a fixed number of statements."""
    files = list(files_of(practice, audience, zone).order_by("pk")[: FILES_AT_MOST + 1])
    if len(files) > FILES_AT_MOST:
        return Reached(too_many=True)
    readers = readers_of(files, by_sms=by_sms)
    each = {(one.channel, one.user_id, one.address) for several in readers.values() for one in several}
    channels = Counter(channel for channel, _user, _address in each)
    alone = [one for one in files if not readers[one.pk]]
    return Reached(
        channels["email"], channels["sms"], _refusals(each), len(alone), sorted(alone, key=_by_name)[:LISTED]
    )


def broadcasts(actor: Actor, *, at_most: int = 20) -> list[tuple[Broadcast, dict[str, int]]]:
    """The latest broadcasts of the practice, each with its figures; two statements."""
    rows = list(scoped(actor, Broadcast, "manage").select_related("created_by", "stopped_by").order_by("-pk")[:at_most])
    figures = figures_of(rows)
    return [(one, figures[one.pk]) for one in rows]


def broadcast(actor: Actor, uid: UUID) -> Broadcast:
    """One of them. Raises NotForYou."""
    return get_or_404(actor, Broadcast, "manage", uid=uid)


def figures_of(rows: Sequence[Broadcast]) -> dict[int, dict[str, int]]:
    """By broadcast: `sent`, `delivered` (of those sent), `failed`, `refused`, `waiting`, `called_back`."""
    found = {
        one.pk: dict.fromkeys(("sent", "delivered", "failed", "refused", "waiting", "called_back"), 0) for one in rows
    }
    if not rows:
        return found
    mine = reduce(or_, (Q(key__startswith=f"broadcast:{one.pk}|") for one in rows))
    counted = Message.objects.filter(mine).values("subject", "state", "receipt", "last_error").annotate(n=Count("pk"))
    for row in counted.order_by():
        figures = found[int(row["subject"].partition(":")[2])]
        name = _figure(row)
        figures[name] += row["n"]
        if name == "sent" and row["receipt"] == ReceiptState.DELIVERED:
            figures["delivered"] += row["n"]
    return found


def _figure(row: Mapping[str, Any]) -> str:
    state = row["state"]
    if state in (MessageState.PENDING, MessageState.SENDING):
        return "waiting"
    if state == MessageState.SENT:
        return "failed" if row["receipt"] == ReceiptState.UNDELIVERED else "sent"
    if state == MessageState.CANCELLED:
        return "refused" if row["last_error"] == NOT_WANTED else "called_back"
    return "failed"


def _refusals(readers: Iterable[tuple[str, int | None, str]]) -> int:
    """How many of these readers refused the messages of practices by that channel; two statements."""
    each = list(readers)
    users = {user for _channel, user, _address in each if user is not None}
    digests = {address: address_digest(address) for _channel, user, address in each if user is None}
    by_user = {one.user_id: one for one in ReminderPreference.objects.filter(user__in=users)}
    by_digest = {
        one.address_digest: one for one in ReminderPreference.objects.filter(address_digest__in=digests.values())
    }
    known = [
        (channel, by_user.get(user) if user else by_digest.get(digests[address])) for channel, user, address in each
    ]
    return sum(
        1 for channel, one in known if one is not None and not is_wanted(one, Topic.BROADCAST, ChannelName(channel))
    )


def _guardians(patients: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = Guardianship.objects.active(clock.now()).filter(
        patient_id__in=patients, level=Level.GRANTED, user__is_active=True
    )
    for patient, user in rows.order_by("user_id").values_list("patient_id", "user_id"):
        found.setdefault(patient, []).append(user)
    return found


def _by_name(file: PatientRecord) -> str:
    return file.name_key


def broadcast_read(actor: Actor, uid: UUID) -> Broadcast:
    """One that was written to the actor's account. Raises NotForYou."""
    rows = scoped(actor, Broadcast, "read").select_related("practice")
    found = rows.filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found
