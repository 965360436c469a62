"""Which plan of reminders holds for a visit, and by which clocks its readers live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, JSONObject

from booking.models import Appointment, ReminderPlan
from booking.reminders import DEFAULT, Plan, plan_of
from notifications.models import ReminderPreference
from practitioners.models import Membership


def plan_for(visit: Appointment) -> Plan:
    """The most precise plan of the practice: reason in the agenda, reason, agenda, practice; else the default one."""
    return plan_for_offer(visit.practice_id, agenda=visit.agenda_id, visit_reason=visit.visit_reason_id)


def plan_for_offer(practice: int, *, agenda: int | None = None, visit_reason: int | None = None) -> Plan:
    """The same by ids; without a reason or an agenda, what holds for all of them."""
    return _best(list(_rows(practice, agenda, visit_reason).values_list("visit_reason_id", "agenda_id", "steps")))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a visit's reminders follow: the plan, and the zones of those of its readers who said."""

    plan: Plan
    zones: Mapping[int, str]


def terms_for(visit: Appointment, users: Iterable[int]) -> Terms:
    """The terms of a visit told to these accounts; one statement."""
    return terms_from(terms_rows(visit, users))[0]


def terms_rows(visit: Any, users: Iterable[int], members: QuerySet[Membership] | None = None) -> QuerySet[Any]:
    """What `terms_from` reads of a visit (its practice, agenda and reason), these accounts and these members."""
    nobody = Cast(Value(None), BigIntegerField())
    zones = ReminderPreference.objects.filter(user__in=list(users)).exclude(timezone="")
    others: list[QuerySet[Any]] = [zones.annotate(what=_as("zone"), none=nobody, said=JSONObject(it=F("timezone")))]
    if members is not None:
        others.append(members.annotate(what=_as("team"), none=nobody, said=JSONObject(it=F("notify_bookings"))))
    plans = _rows(visit.practice_id, visit.agenda_id, visit.visit_reason_id).annotate(what=_as("plan"))
    return plans.values_list("what", "visit_reason_id", "agenda_id", "steps").union(
        *(one.values_list("what", "user_id", "none", "said") for one in others), all=True
    )


def terms_from(rows: Iterable[Any]) -> tuple[Terms, list[tuple[int, bool]]]:
    """The terms, and (user, told by e-mail too) of each of the members."""
    found = list(rows)
    said = {what: [(row[1], row[3]["it"]) for row in found if row[0] == what] for what in ("zone", "team")}
    return Terms(_best([row[1:] for row in found if row[0] == "plan"]), dict(said["zone"])), said["team"]


def terms_of(visits: Sequence[Appointment], users: Iterable[int]) -> dict[int, Terms]:
    """The terms of many visits told to these accounts, by visit; two statements."""
    zones = ReminderPreference.objects.filter(user__in=list(users)).exclude(timezone="")
    said = dict(zones.values_list("user_id", "timezone"))
    plans = list(
        ReminderPlan.objects.filter(practice__in={visit.practice_id for visit in visits}).values_list(
            "practice_id", "visit_reason_id", "agenda_id", "steps"
        )
    )
    return {visit.pk: Terms(_best(list(_meant(visit, plans))), said) for visit in visits}


def _meant(visit: Appointment, plans: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for practice, reason, agenda, steps in plans:
        if (
            practice == visit.practice_id
            and reason in (None, visit.visit_reason_id)
            and agenda in (None, visit.agenda_id)
        ):
            yield reason, agenda, steps


def _as(what: str) -> Value:
    return Value(what, CharField())


def _rows(practice: int, agenda: int | None, visit_reason: int | None) -> QuerySet[ReminderPlan]:
    return ReminderPlan.objects.filter(
        Q(agenda__isnull=True) | Q(agenda=agenda),
        Q(visit_reason__isnull=True) | Q(visit_reason=visit_reason),
        practice=practice,
    )


def _best(rows: Sequence[tuple[Any, ...]]) -> Plan:
    best = max(rows, key=lambda row: (row[0] is not None, row[1] is not None), default=None)
    return DEFAULT if best is None else plan_of(best[2])
