"""When a SEPA debit may be collected, and how long a mandate lives. Pure.

Notice: fourteen calendar days before the collection unless creditor and debtor agreed on fewer (EPC rulebook SDD
Core, §4.3 « pre-notification »). Presentation: the debtor's bank has the debit one TARGET day before, for first and
following ones (rulebook since November 2016); the file leaves one TARGET day earlier, which leaves ours the time to
read it. A mandate under which nothing was collected for 36 months is dead (rulebook, §4.1).
"""

from __future__ import annotations

from datetime import date, timedelta

from billing import target_days

NOTICE_DAYS = 14
SHORTEST_NOTICE = 1
PRESENTED_BEFORE = 1
BANK_CUT_OFF = 1
MANDATE_MONTHS = 36


def notice_of(agreed: int | None) -> int:
    """The days of notice that hold: those agreed with the debtor, never more than fourteen nor less than one."""
    return NOTICE_DAYS if agreed is None else max(SHORTEST_NOTICE, min(agreed, NOTICE_DAYS))


def earliest_file(today: date) -> date:
    """The first day that a file made today may ask for."""
    return target_days.plus_open_days(target_days.next_open(today), PRESENTED_BEFORE + BANK_CUT_OFF)


def collection_day(*, notified_on: date, due_on: date, notice_days: int = NOTICE_DAYS) -> date:
    """The day to collect: not before the invoice is due, nor the end of the notice, nor what the banks can do; an open
    day.
    """
    promised = notified_on + timedelta(days=notice_of(notice_days))
    return target_days.next_open(max(due_on, promised, earliest_file(notified_on)))


def send_by(collect_on: date) -> date:
    """The last day on which the file of that collection leaves."""
    return target_days.minus_open_days(collect_on, PRESENTED_BEFORE + BANK_CUT_OFF)


def mandate_ends_on(signed_on: date, last_used_on: date | None) -> date:
    """The first day on which the mandate is dead: 36 months after its last collection, or after its signature."""
    start = max(signed_on, last_used_on) if last_used_on else signed_on
    years, month = divmod(start.month - 1 + MANDATE_MONTHS, 12)
    for day in (start.day, 28):
        try:
            return date(start.year + years, month + 1, day)
        except ValueError:
            continue
    raise AssertionError


def is_alive(signed_on: date, last_used_on: date | None, on: date) -> bool:
    """Whether the mandate may still be used for a collection on that day."""
    return on < mandate_ends_on(signed_on, last_used_on)
