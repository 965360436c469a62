"""Whom an offer of the waitlist reaches, and when only a call can tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from booking.models import WaitlistEntry
from booking.selectors.reach import NOBODY, Reach, contact_of
from practitioners.enums import Discretion


def reach_of_entry(entry: WaitlistEntry) -> Reach:
    """The account that joined; else the person's own account; else the contact noted in the practice's file."""
    if entry.user_id is not None:
        return Reach([entry.user_id])
    record = entry.record
    if record is None or _deceased(entry):
        return NOBODY
    if record.patient is not None and record.patient.user_id is not None:
        return Reach([record.patient.user_id])
    return contact_of(record)


def must_be_called(entry: WaitlistEntry, reach: Reach, *, online: bool) -> bool:
    """Whether the desk has to call: nothing but a telephone is known, or the reason is never written about or booked online.

    Somebody with a mobile and no e-mail gets an SMS and a call: nobody knows who reads it when.
    """
    if not entry.by_desk:
        return False
    never_written = entry.visit_reason.discretion == Discretion.NOT_NOTIFIED
    return never_written or not online or not (reach.users or reach.email)


def ways_to(entry: WaitlistEntry, reach: Reach, *, online: bool = True) -> Iterator[dict[str, Any]]:
    """One recipient and channel after the other, as arguments of `notify`."""
    if not online and entry.by_desk:
        return
    written = entry.visit_reason.discretion != Discretion.NOT_NOTIFIED
    for user_id in reach.users:
        for channel in ("email", "sms", "bell") if written else ("bell",):
            yield {"channel": channel, "user_id": user_id}
    if not reach.users and written:
        for channel, address in (("email", reach.email), ("sms", reach.phone)):
            if address:
                yield {"channel": channel, "address": address}


def _deceased(entry: WaitlistEntry) -> bool:
    return any(person is not None and person.deceased_on is not None for person in (entry.record, entry.patient))
