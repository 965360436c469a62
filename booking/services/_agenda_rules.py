"""What writing an opening and writing an absence share: the lock of the performer, the bound, the refreshed listing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from booking.calendar import in_force
from booking.hours import RULES_AT_MOST, HoursRefused
from booking.models import Absence, OpeningHours
from booking.models.opening import WallClockRule
from booking.selectors.hours import rule_version
from booking.services import _news
from booking.services._freed import opening_time
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from core import clock, idempotency
from core.access import Actor
from core.exceptions import NotForYou
from practitioners.models import Agenda

Row = TypeVar("Row", bound=WallClockRule)
Result = TypeVar("Result")

# Fields of a row that say when; the others say what for.
WHEN = frozenset(
    {
        "frequency",
        "starts_on",
        "ends_on",
        "interval",
        "weekdays",
        "nth",
        "excluded_on",
        "start_time",
        "end_time",
        "span_days",
    }
)


def write_rule(
    agenda: Agenda, work: Callable[[], Result], *, actor: Actor, claim: idempotency.Claim | None = None
) -> Result:
    """Run `work` in its own transaction, under the lock that a booking of this practitioner takes too.

    So a booking sees the hours before or after the change, never half of it; and the next free start is computed again
    after the commit. With a claim, the row that a repeated request wrote is given back.
    """

    def locked() -> Result:
        done = idempotency.begin(actor, claim)
        if done is not None:
            return done  # type: ignore[return-value]
        lock_performers(agenda.practitioner_id)
        with opening_time(agenda):
            result = work()
        _news.refresh_listings(agenda.practitioner_id)
        if claim is not None:
            idempotency.complete(actor, claim, result)  # type: ignore[arg-type]
        return result

    return run_verb(locked)


def current(row: Row, expected: str | None = None) -> Row:
    """The row as it is now that the lock is held.

    Raises NotForYou when it was removed meanwhile, `changed_meanwhile` when it is not at the version expected.
    """
    found = type(row)._default_manager.filter(pk=row.pk).select_related("agenda").first()
    if found is None:
        raise NotForYou
    if expected is not None and expected != rule_version(found):
        raise HoursRefused("changed_meanwhile")
    return found


def check_room(model: type[OpeningHours] | type[Absence], agenda: Agenda) -> None:
    """Refuse one rule too many among those that still count. Raises `too_many_rules`.

    What was read from outside calendars has a bound of its own.
    """
    rules = model._default_manager.filter(in_force(clock.now().date()), agenda=agenda)
    written = (
        rules.exclude(pk__in=Absence.objects.filter(agenda=agenda).exclude(source="")) if model is Absence else rules
    )
    if written.count() >= RULES_AT_MOST:
        raise HoursRefused("too_many_rules", maximum=RULES_AT_MOST)
