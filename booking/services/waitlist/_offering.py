"""Keeping a free time for the first in line: one hold, one message or call, one end. The caller holds the lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from booking.enums import Channel, Status, TaskKind, WaitlistAnswer
from booking.exceptions import Refusal
from booking.messages_waitlist import OFFER
from booking.models import Task, WaitlistEntry, WaitlistOffer
from booking.selectors.offers import offered_modes
from booking.selectors.waitlist_line import Place, line_for
from booking.selectors.waitlist_people import Span, offers_of_people
from booking.selectors.waitlist_reach import must_be_called, reach_of_entry, ways_to
from booking.services import _news, _write
from booking.services._checks import check_limits, check_move, check_welcome
from booking.services._freed import free_again
from booking.services.waitlist._frame import holder_of, record, subject_of
from booking.waitlist import OFFERS_A_DAY, Freed, Turn, Waiting, next_turn
from core import clock, locks, phrasing
from core.access import Actor, Space, scoped
from core.jobs import enqueue
from notifications.services import notify_many
from patients.models import Patient
from practitioners.models import AgendaReason

END = "booking.end_waitlist_offer"
# The hold outlives the offer by this: the next in line is looked for before the public sees the time.
GRACE = timedelta(minutes=5)
# When the first in line got another offer at this very moment, the times are looked at again a little later.
AGAIN = timedelta(seconds=10)


def hand_out(actor: Actor, performer: int, spans: Sequence[Span], *, now: datetime) -> WaitlistOffer | None:
    """Keep one of these times for the first person in line whom it suits; None when it suits nobody.

    One offer a transaction, as it locks the person: what is left of the times is looked at by another job.
    """
    _write.clear_expired_holds({performer}, now)
    line = {place.entry.pk: place for place in line_for(performer, spans, now=now)}
    refused: set[tuple[int, int, datetime]] = set()
    while True:
        turn = next_turn([_with_times(place, refused) for place in line.values()], now=now)
        if turn is None:
            return None
        place, offer = line[turn.person.key], _offer_of(turn.freed.agenda, line[turn.person.key].entry)
        if offer is not None and _is_welcome(place, offer, turn.freed, now=now):
            made = _keep(actor, place, turn, offer)
            free_again(performer, spans, due_at=None if made is not None else now + AGAIN)
            return made
        refused.add((turn.person.key, turn.freed.agenda, turn.freed.start))


def _with_times(place: Place, refused: set[tuple[int, int, datetime]]) -> tuple[Waiting, list[Freed]]:
    person = place.person
    return person, [one for one in place.times if (person.key, one.agenda, one.start) not in refused]


def _offer_of(agenda: int, entry: WaitlistEntry) -> AgendaReason | None:
    return (
        AgendaReason.objects.filter(agenda=agenda, visit_reason=entry.visit_reason_id)
        .select_related("agenda__location__place", "agenda__practice", "agenda__practitioner", "visit_reason")
        .first()
    )


def _is_welcome(place: Place, offer: AgendaReason, freed: Freed, *, now: datetime) -> bool:
    """Whether the person could book or move there by the rules of online booking: no offer that would be refused."""
    entry, visit = place.entry, place.visit
    if entry.by_desk or entry.patient is None:
        return True
    joined = Actor(user_id=entry.user_id, space=Space.PATIENT)
    if not scoped(joined, Patient, "book").filter(pk=entry.patient.pk).exists():
        return False
    try:
        if visit is not None:
            check_move(joined, offer, visit, freed.start, now=now)
        else:
            check_welcome(offer, entry.patient, now)
            check_limits(joined, offer, entry.patient, freed.start, now=now)
    except Refusal:
        return False
    return True


def _keep(actor: Actor, place: Place, turn: Turn, offer: AgendaReason) -> WaitlistOffer | None:
    """Write the offer, unless the person got another one meanwhile: then the times are looked at again later."""
    entry = place.entry
    if entry.patient_id is not None:
        locks.take((locks.PATIENT, [entry.patient_id]))
    try:
        with transaction.atomic():
            current = WaitlistEntry.objects.select_for_update().get(pk=entry.pk)
            if not current.is_waiting or _has_enough(entry, turn):
                return None
            made = _write_offer(place, turn, offer)
    except IntegrityError:
        # Another practitioner's time was offered to the same person at this very moment.
        return None
    _tell(made, entry, offer)
    enqueue(END, due_at=made.expires_at, offer_id=made.pk)
    record(
        actor, "booking.offer_waitlist", entry, offer=str(made.uid), start=made.start_at.isoformat(),
        rank=made.rank, expires_at=made.expires_at.isoformat(),
    )  # fmt: skip
    _news.refresh_listings(offer.agenda.practitioner_id)
    return made


def _has_enough(entry: WaitlistEntry, turn: Turn) -> bool:
    """Read again under the person's lock: the offers of that day, whatever practitioner's they are."""
    told = offers_of_people([entry]).exclude(answer=WaitlistAnswer.WITHDRAWN).values_list("told_at", flat=True)
    day = clock.local_date(turn.told_at, turn.person.zone)
    return sum(clock.local_date(at, turn.person.zone) == day for at in told) >= OFFERS_A_DAY


def _write_offer(place: Place, turn: Turn, offer: AgendaReason) -> WaitlistOffer:
    entry, freed = place.entry, turn.freed
    before = WaitlistOffer.objects.filter(agenda=freed.agenda, start_at=freed.start)
    made = WaitlistOffer(
        entry=entry,
        agenda=offer.agenda,
        start_at=freed.start,
        end_at=freed.end,
        rank=before.exclude(answer=WaitlistAnswer.WITHDRAWN).count() + 1,
        told_at=turn.told_at,
        expires_at=turn.expires_at,
    )
    held = _write.new_slot(offer, freed.start)
    held.end_at, held.status, held.channel = freed.end, Status.HELD, Channel.WEB
    held.mode = place.visit.mode if place.visit else entry.mode or offered_modes(offer)[0]
    held.holder, held.expires_at = holder_of(made), turn.expires_at + GRACE
    held.save()
    made.hold = held
    made.save()
    return made


def _tell(made: WaitlistOffer, entry: WaitlistEntry, offer: AgendaReason) -> None:
    """The messages of the offer, or the call that the desk has to make."""
    reach = reach_of_entry(entry)
    about = {
        "kind": OFFER, "subject": subject_of(made), "due_at": made.told_at, "expires_at": made.expires_at,
        "practice_id": entry.practice_id if not reach.users else None,
    }  # fmt: skip
    notify_many([{**about, **way} for way in ways_to(entry, reach, online=offer.online)])
    if must_be_called(entry, reach, online=offer.online):
        zone = offer.agenda.location.timezone
        made.task = Task.objects.create(
            practice_id=entry.practice_id,
            kind=TaskKind.CALL_BACK,
            record=entry.record,
            due_on=clock.local_date(made.told_at, ZoneInfo(zone)),
            about=_("Liste d’attente\u00a0: proposer %(time)s avec %(who)s. Gardé jusqu’à %(end)s.")
            % {
                "time": phrasing.when_text(made.start_at, zone),
                "who": offer.agenda.practitioner.display_name,
                "end": phrasing.when_text(made.expires_at, zone),
            },
        )
        made.save(update_fields=["task"])
