"""What the engine is given: the facts of one person as the actor sees them, or of many people at once for a run.

What counts as done are doses, visits that took place, documents of a kind that says it, and what the person declared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from booking.enums import OPEN, Status
from booking.models import Appointment
from carnet.enums import State
from carnet.models import Document
from carnet.models.health import HealthProfile, Vaccination
from carnet.models.prevention import PreventionAct, PreventionRefusal
from carnet.prevention.facts import Facts
from carnet.prevention.proofs import BY_DOCUMENT, REASONS, act_of_visit
from carnet.prevention.rule import Rule
from carnet.vaccines import counted_codes
from core import clock
from core.access import Actor, scoped
from patients.majority import PARIS
from patients.models import Patient


def facts_of(actor: Actor, person: Patient) -> Facts:
    """The facts of one person, from the rows the actor may read."""
    one = [person]
    return _assembled(
        one,
        scoped(actor, Vaccination, "read"),
        scoped(actor, PreventionAct, "read"),
        scoped(actor, PreventionRefusal, "read"),
        scoped(actor, HealthProfile, "read"),
        scoped(actor, Appointment, "read"),
        scoped(actor, Document, "read"),
    )[person.pk]


def facts_of_many(people: Sequence[Patient]) -> dict[int, Facts]:
    """The facts of each person by id, from every row: for the system's runs. Six statements, however many people."""
    return _assembled(
        people,
        Vaccination.objects.all(),
        PreventionAct.objects.all(),
        PreventionRefusal.objects.all(),
        HealthProfile.objects.all(),
        Appointment.objects.all(),
        Document.objects.all(),
    )


def booked_reasons(people: Iterable[int]) -> dict[int, list[tuple[str, str, datetime]]]:
    """Visits to come by person: (slug of the usual reason, slug of the specialty, start), soonest first. One statement."""
    rows = Appointment.objects.filter(
        record__patient_id__in=list(people), status__in=OPEN, start_at__gt=clock.now(), visit_reason__kind__isnull=False
    ).order_by("start_at", "pk")
    found: dict[int, list[tuple[str, str, datetime]]] = defaultdict(list)
    for patient, reason, specialty, start in rows.values_list(
        "record__patient_id", "visit_reason__kind__slug", "specialty__slug", "start_at"
    ):
        found[patient].append((reason, specialty, start))
    return found


def booked_for(rule: Rule, visits: Iterable[tuple[str, str, datetime]]) -> datetime | None:
    """The first visit to come that does what a rule asks: same usual reason, by somebody who may do it."""
    return next((start for reason, who, start in visits if reason in rule.reasons and who in rule.specialties), None)


def _assembled(
    people: Sequence[Patient],
    doses: QuerySet[Vaccination],
    acts: QuerySet[PreventionAct],
    refusals: QuerySet[PreventionRefusal],
    profiles: QuerySet[HealthProfile],
    visits: QuerySet[Appointment],
    documents: QuerySet[Document],
) -> dict[int, Facts]:
    ids = [person.pk for person in people]
    done: dict[int, dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for patient, vaccine, day in doses.filter(patient__in=ids).values_list("patient_id", "vaccine", "given_on"):
        for code in counted_codes(vaccine):
            done[patient][code].append(day)
    for patient, code, day in acts.filter(patient__in=ids).values_list("patient_id", "code", "done_on"):
        done[patient][code].append(day)
    for patient, code, day in (*_shown_by_visits(people, visits), *_shown_by_documents(ids, documents)):
        done[patient][code].append(day)
    declined: dict[int, dict[str, date]] = defaultdict(dict)
    for patient, code, since in refusals.filter(patient__in=ids).values_list("patient_id", "code", "since"):
        declined[patient][code] = since
    known: dict[int, tuple[dict[str, Any], date | None]] = {
        patient: (conditions, term)
        for patient, conditions, term in profiles.filter(patient__in=ids).values_list(
            "patient_id", "conditions", "term"
        )
    }
    return {
        person.pk: Facts(
            person.birth_date,
            person.sex,
            done.get(person.pk, {}),
            known.get(person.pk, ({}, None))[0],
            declined.get(person.pk, {}),
            known.get(person.pk, ({}, None))[1],
        )
        for person in people
    }


def _shown_by_visits(people: Sequence[Patient], visits: QuerySet[Appointment]) -> Iterable[tuple[int, str, date]]:
    """The acts of visits that took place: seen by the practice, or past and not said to have been missed."""
    births = {person.pk: person.birth_date for person in people}
    took_place = Q(status__in=(Status.SEEN, Status.ARRIVED)) | Q(status=Status.BOOKED, end_at__lt=clock.now())
    rows = visits.filter(took_place, record__patient__in=list(births), visit_reason__kind__slug__in=REASONS)
    for patient, reason, specialty, start in rows.values_list(
        "record__patient_id", "visit_reason__kind__slug", "specialty__slug", "start_at"
    ):
        day = clock.local_date(start, PARIS)
        code = act_of_visit(reason, specialty, births[patient], day)
        if code is not None:
            yield patient, code, day


def _shown_by_documents(ids: Sequence[int], documents: QuerySet[Document]) -> Iterable[tuple[int, str, date]]:
    """The acts that a document of the record tells of by its kind and its day alone; its words stay sealed."""
    rows = documents.filter(patient__in=ids, kind__in=BY_DOCUMENT, removed_at__isnull=True)
    for patient, kind, day in rows.exclude(state=State.REFUSED).values_list("patient_id", "kind", "dated_on"):
        yield patient, BY_DOCUMENT[kind], day
