"""Long absences that a practitioner declared in every agenda of a practice: what a pause rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, time, timedelta

from billing.spans import Span, clip
from booking.models import Absence
from booking.recurrence import Frequency
from practitioners.models import Agenda


def leaves_of(practice_id: int, practitioner_ids: Iterable[int], since: date) -> dict[int, list[Span]]:
    """By practitioner, the whole days from `since` on during which no agenda of theirs in the practice receives.

    An agenda that receives, even for a locum, is no leave. Absences that come back each week are none either.
    """
    agendas: dict[int, list[int]] = defaultdict(list)
    there = Agenda.objects.filter(practice=practice_id, practitioner__in=list(practitioner_ids))
    for pk, practitioner in there.order_by("pk").values_list("pk", "practitioner_id"):
        agendas[practitioner].append(pk)
    days: dict[int, list[Span]] = defaultdict(list)
    long = Absence.objects.filter(
        agenda__in=[pk for pks in agendas.values() for pk in pks], frequency=Frequency.ONCE, span_days__gte=1
    )
    for absence in long.order_by("starts_on", "pk"):
        # The first day counts when it is whole; the one on which the absence ends does not.
        first = absence.starts_on + timedelta(days=absence.start_time > time.min)
        span = Span(first, absence.starts_on + timedelta(days=absence.span_days))
        if span.since < span.until and span.until > since:
            days[absence.agenda_id].append(span)
    return {who: _everywhere([_joined(days[pk]) for pk in pks], since) for who, pks in agendas.items()}


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans that touch or overlap made one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.since <= joined[-1].until:
            joined[-1] = joined[-1]._replace(until=max(joined[-1].until, span.until))
        else:
            joined.append(span)
    return joined


def _everywhere(agendas: list[list[Span]], since: date) -> list[Span]:
    """The days that lie in a span of every agenda."""
    common = [Span(since)]
    for spans in agendas:
        common = [part for one in common for span in spans for part in clip(one, span)]
    return common
