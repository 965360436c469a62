"""The decision to tell patients that their practitioner may not receive them any more."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.enums import TaskKind
from booking.messages_struck_off import STRUCK_OFF
from booking.models import Task
from booking.selectors.reach import must_be_called, reach_of
from booking.selectors.strike_offs import visits_to_come
from booking.services._news import subject_of, to_people
from core import audit, clock
from core.access import Actor, scoped
from core.exceptions import DomainError, NotForYou
from core.jobs import enqueue, handler
from notifications.services import notify_many
from practitioners.models import StrikeOff

TELL = "booking.tell_of_strike_off"
ABOUT = _("%(name)s ne figure plus au répertoire national\u00a0: prévenir le patient de ce rendez-vous.")


def tell_patients(*, actor: Actor, strike_off: UUID) -> int:
    """Have everybody with a visit to come told, once; returns how many visits these are.

    Raises `NotForYou`, `strike_off_lifted` when the person came back, `patients_told` when it was decided before.
    """
    with transaction.atomic():
        row = scoped(actor, StrikeOff, "tell").select_for_update(of=("self",)).filter(uid=strike_off).first()
        if row is None:
            raise NotForYou
        if row.lifted_on is not None:
            raise DomainError(
                "strike_off_lifted",
                _("Cette personne figure de nouveau au répertoire\u00a0: personne n’a été prévenu."),
            )
        if row.told_at is not None:
            raise DomainError("patients_told", _("Les patients ont déjà été prévenus."), status=409)
        count = visits_to_come([row.practitioner_id]).count()
        row.told_at = clock.now()
        row.save(update_fields=["told_at"])
        audit.record(actor, "register.patients_told", row, practitioner=row.practitioner_id, visits=count)
        enqueue(TELL, unique=f"{TELL}:{row.pk}", strike_off_id=row.pk)
    return count


@handler(TELL)
def tell_of_strike_off(*, strike_off_id: int) -> None:
    """One message per visit and channel, once however often it runs; whom no message reaches is put on the call list."""
    row = StrikeOff.objects.filter(pk=strike_off_id, lifted_on__isnull=True, told_at__isnull=False).first()
    if row is None:
        return
    rows = visits_to_come([row.practitioner_id]).select_related("visit_reason", "record__patient", "performer")
    visits = list(rows.order_by("start_at", "pk"))
    reach = reach_of(visits)
    notify_many(
        [
            {"kind": STRUCK_OFF, "subject": subject_of(visit), "revision": visit.revision, **one}
            for visit in visits
            for one in to_people(visit, reach[visit.pk])
        ]
    )
    to_call = [visit for visit in visits if must_be_called(visit, reach[visit.pk])]
    asked = set(
        Task.objects.filter(appointment__in=to_call, kind=TaskKind.TELL).values_list("appointment_id", flat=True)
    )
    Task.objects.bulk_create(
        [
            Task(
                practice_id=visit.practice_id,
                kind=TaskKind.TELL,
                record_id=visit.record_id,
                appointment=visit,
                about=str(ABOUT) % {"name": visit.performer.display_name},
            )
            for visit in to_call
            if visit.pk not in asked
        ],
        ignore_conflicts=True,
    )
