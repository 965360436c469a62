"""What happens to free time: it is kept for the first in line, and goes on when the person declines or stays silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from booking.enums import WaitlistAnswer, WaitlistEnd
from booking.models import WaitlistEntry, WaitlistOffer
from booking.selectors.availability import hidden_by
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from booking.services.waitlist._ending import end_entry
from booking.services.waitlist._frame import WaitlistRefused, close, record, terms_of, under_lock
from booking.services.waitlist._offering import END, hand_out
from booking.slots import HiddenBy
from booking.waitlist import SILENT_AT_MOST
from core import clock
from core.access import Actor, get_or_404, system_actor
from core.jobs import enqueue

ACTOR = "waitlist"
# What time alone does to an offer, whose end takes account of it.
IN_TIME = {HiddenBy.NOTICE, HiddenBy.PAST}


def offer_freed(*, performer: int, instants: Sequence[int]) -> WaitlistOffer | None:
    """Keep one of these times (starts and ends in epoch seconds, one after the other) for the first in line.

    Runs in the transaction of its job; running it twice offers nothing twice.
    """
    lock_performers(performer)
    spans = [
        (clock.instant(start), clock.instant(end)) for start, end in zip(instants[::2], instants[1::2], strict=True)
    ]
    return hand_out(system_actor(ACTOR), performer, spans, now=clock.now())


def expire_offer(*, offer: int) -> None:
    """End an offer whose time is over and go on to the next in line. Runs in the transaction of its job."""
    found = WaitlistOffer.objects.filter(pk=offer, answer=WaitlistAnswer.WAITING).select_related("agenda").first()
    if found is None:
        return
    current, now = under_lock(found), clock.now()
    if current.answer != WaitlistAnswer.WAITING:
        return
    if now < current.expires_at:
        enqueue(END, due_at=current.expires_at, offer_id=current.pk)
        return
    actor = system_actor(ACTOR)
    close(current, WaitlistAnswer.EXPIRED)
    record(actor, "booking.expire_waitlist_offer", current.entry, offer=str(current.uid))
    if _stays_silent(current.entry):
        end_entry(actor, current.entry, WaitlistEnd.SILENT)
    go_on(actor, current)


def withdraw_offer(*, actor: Actor, offer: UUID) -> WaitlistOffer:
    """The practice takes a time back: its hold is deleted, the person keeps her place in line, nobody else is asked.

    Raises NotForYou, `offer_over`.
    """
    found = get_or_404(actor, WaitlistOffer, "manage", uid=offer)

    def work() -> WaitlistOffer:
        current = under_lock(found)
        if current.answer != WaitlistAnswer.WAITING:
            raise WaitlistRefused("offer_over", answer=current.answer)
        close(current, WaitlistAnswer.WITHDRAWN)
        record(actor, "booking.withdraw_waitlist_offer", current.entry, offer=str(current.uid))
        return current

    return run_verb(work)


def withdraw_untold(actor: Actor, performer: int, start: datetime, end: datetime, *, now: datetime) -> None:
    """Take back the offers of this time that nobody was told of: the practice undoes the change that freed it.

    Runs under the lock of the practitioner, in the transaction of the undoing.
    """
    rows = WaitlistOffer.objects.filter(
        agenda__practitioner=performer,
        answer=WaitlistAnswer.WAITING,
        told_at__gt=now,
        start_at__lt=end,
        end_at__gt=start,
    )
    for offer in rows.select_related("agenda", "entry", "task").order_by("pk"):
        close(offer, WaitlistAnswer.WITHDRAWN)
        record(actor, "booking.withdraw_waitlist_offer", offer.entry, offer=str(offer.uid))


def check_offers(*, performer: int) -> None:
    """Take back the times kept that cannot be had any more, as the hours changed; the people keep their place in line.

    Runs in the transaction of its job.
    """
    lock_performers(performer)
    actor, now = system_actor(ACTOR), clock.now()
    rows = WaitlistOffer.objects.filter(agenda__practitioner=performer, answer=WaitlistAnswer.WAITING)
    for offer in rows.select_related("agenda", "entry", "task", "hold").order_by("pk"):
        terms = terms_of(offer)
        length = offer.end_at - offer.start_at
        if terms is not None and offer.hold is not None:
            hidden = hidden_by(terms, offer.start_at, now=now, exclude=offer.hold_id, duration=length)
            if hidden is None or hidden in IN_TIME:
                continue
        close(offer, WaitlistAnswer.WITHDRAWN)
        record(actor, "booking.withdraw_waitlist_offer", offer.entry, offer=str(offer.uid))


def go_on(actor: Actor, offer: WaitlistOffer) -> WaitlistOffer | None:
    """Keep the time of an offer that has ended for the next in line, under the same lock."""
    performer = offer.agenda.practitioner_id
    return hand_out(actor, performer, [(offer.start_at, offer.end_at)], now=clock.now())


def _stays_silent(entry: WaitlistEntry) -> bool:
    """Whether the last offers all went without an answer."""
    last = entry.offers.exclude(answer=WaitlistAnswer.WITHDRAWN).order_by("-told_at", "-pk")
    answers = list(last.values_list("answer", flat=True)[:SILENT_AT_MOST])
    return answers == [WaitlistAnswer.EXPIRED] * SILENT_AT_MOST
