"""Leaving the waitlist: in one tap by the person, by the practice, or because there is nothing to wait for any more."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from booking.enums import WaitlistEnd, WaitlistState
from booking.models import WaitlistEntry
from booking.selectors.waitlist_over import entries_to_end, why_over
from booking.services._transaction import run_verb
from booking.services.waitlist._ending import end_entry, finish
from booking.services.waitlist._frame import lock_entry, record
from booking.services.waitlist.offering import ACTOR, go_on
from core import clock
from core.access import Actor, get_or_404, system_actor
from core.jobs import enqueue

END_ENTRY = "booking.end_waitlist_entry"


def leave_waitlist(*, actor: Actor, entry: UUID) -> WaitlistEntry:
    """Leave: a time kept for the person goes to the next in line. Leaving twice changes nothing. Raises NotForYou."""
    return leave(actor, get_or_404(actor, WaitlistEntry, "change", uid=entry))


def leave(actor: Actor, found: WaitlistEntry) -> WaitlistEntry:
    """The same for an entry that a signed link names."""

    def work() -> WaitlistEntry:
        current = lock_entry(found)
        if current.is_waiting:
            offer = finish(current, WaitlistState.LEFT)
            record(actor, "booking.leave_waitlist", current)
            if offer is not None:
                go_on(actor, offer)
        return current

    return run_verb(work)


def remove_from_waitlist(*, actor: Actor, entry: UUID) -> WaitlistEntry:
    """The practice takes a person off its list, and she is told. Raises NotForYou; again, it changes nothing."""
    found = get_or_404(actor, WaitlistEntry, "work", uid=entry)
    return run_verb(lambda: _end(actor, found, WaitlistEnd.REMOVED))


def end_when_over(*, entry: int) -> None:
    """Take off the list somebody who has nothing to wait for any more. Runs in the transaction of its job."""
    found = WaitlistEntry.objects.filter(pk=entry, state=WaitlistState.WAITING).first()
    why = why_over(found, now=clock.now()) if found is not None else None
    if found is not None and why is not None:
        _end(system_actor(ACTOR), found, why)


def review_waitlist() -> int:
    """Have everybody looked at who seems to wait for nothing; returns how many. One job each, as each takes locks."""
    rows = entries_to_end(now=clock.now())
    look_again(rows)
    return len(rows)


def look_again(entries: Sequence[int]) -> None:
    """Look after the commit whether these entries still wait for something."""
    for entry in sorted(set(entries)):
        enqueue(END_ENTRY, unique=f"{END_ENTRY}:{entry}", entry_id=entry)


def forget_agendas(agendas: Sequence[int]) -> None:
    """Nobody waits for these agendas any more; who waited for no other one is taken off the list, and told."""
    waiting = WaitlistEntry.objects.filter(state=WaitlistState.WAITING, agendas__in=list(agendas)).distinct()
    rows = list(waiting.order_by("pk"))
    WaitlistEntry.agendas.through.objects.filter(waitlistentry__in=rows, agenda__in=list(agendas)).delete()
    look_again([row.pk for row in rows])


def move_entries(source: int, target: int) -> None:
    """Two files of a practice become one: the entries follow, and who waited twice for a reason waits once."""
    rows = WaitlistEntry.objects.filter(record=source)
    twice = WaitlistEntry.objects.filter(record=target, state=WaitlistState.WAITING).values("visit_reason")
    for entry in rows.filter(state=WaitlistState.WAITING, visit_reason__in=twice).order_by("pk"):
        forget_entry(system_actor(ACTOR), entry, WaitlistEnd.FORGOTTEN)
    rows.update(record=target)


def forget_entry(actor: Actor, found: WaitlistEntry, why: WaitlistEnd) -> None:
    """Take somebody off the list inside the caller's transaction; nobody is told."""
    _end(actor, found, why)


def _end(actor: Actor, found: WaitlistEntry, why: WaitlistEnd) -> WaitlistEntry:
    current = lock_entry(found)
    if current.is_waiting:
        offer = end_entry(actor, current, why)
        if offer is not None:
            go_on(actor, offer)
    return current
