"""What visits to come become when their practitioner is replaced for some days, or leaves the practice."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count
from django.utils.translation import gettext as _

from booking.enums import OPEN, TaskKind
from booking.messages_locum import LOCUM
from booking.models import Appointment, Task
from booking.selectors.reach import must_be_called, reach_of
from booking.services._news import subject_of, to_people
from core import clock
from core.jobs import enqueue, handler
from notifications.services import notify_many
from practitioners.enums import Role
from practitioners.models import Agenda, Membership
from practitioners.selectors.team import name_of

ANNOUNCE = "booking.announce_locum"


def announce_locum(member_id: int) -> None:
    """Have the visits of a locum's days looked at after the commit."""
    enqueue(ANNOUNCE, unique=f"{ANNOUNCE}:{member_id}", member_id=member_id)


@handler(ANNOUNCE)
def tell_who_will_see_them(*, member_id: int) -> None:
    """One message per visit and channel, once however often it runs; whom no message reaches is put on the call list."""
    member = (
        Membership.objects.filter(pk=member_id, role=Role.LOCUM, accepted_at__isnull=False)
        .select_related("user__practitioner")
        .first()
    )
    if member is None or member.ends_at is None:
        return
    rows = Appointment.objects.filter(
        agenda__memberships=member,
        status__in=OPEN,
        start_at__gte=max(clock.now(), member.starts_at),
        start_at__lt=member.ends_at,
    ).select_related("visit_reason", "record__patient", "performer")
    visits = list(rows.order_by("start_at", "pk"))
    reach = reach_of(visits)
    notify_many(
        [
            {"kind": LOCUM, "subject": subject_of(visit), "revision": visit.revision, **one}
            for visit in visits
            for one in to_people(visit, reach[visit.pk])
        ]
    )
    _ask_for_calls(member, [visit for visit in visits if must_be_called(visit, reach[visit.pk])])


def _ask_for_calls(member: Membership, visits: Sequence[Appointment]) -> None:
    """A call for each, with what to say; none beside one that waits for the same visit, nor again once it was made."""
    asked = set(
        Task.objects.filter(appointment__in=visits, kind=TaskKind.TELL).values_list("appointment_id", flat=True)
    )
    about = _("%(name)s sera remplacé par %(locum)s\u00a0; le rendez-vous est maintenu.")
    calls = [
        Task(
            practice_id=visit.practice_id,
            kind=TaskKind.TELL,
            record_id=visit.record_id,
            appointment=visit,
            about=about % {"name": visit.performer.display_name, "locum": name_of(member.user)},
        )
        for visit in visits
        if visit.pk not in asked
    ]
    Task.objects.bulk_create(calls, ignore_conflicts=True)


def list_left_visits(practice_id: int, agenda_ids: Sequence[int]) -> None:
    """Put on the practice's list how many visits wait for a decision, one task for each agenda that was left."""
    waiting = (
        Appointment.objects.filter(agenda__in=agenda_ids, status__in=OPEN, start_at__gt=clock.now())
        .values("agenda")
        .annotate(count=Count("pk"))
        .values_list("agenda", "count")
    )
    counts = dict(waiting)
    for agenda in Agenda.objects.filter(pk__in=counts).select_related("practitioner", "location").order_by("pk"):
        about = _(
            "%(name)s a quitté le cabinet\u00a0: %(count)s rendez-vous à venir à %(place)s sont à déplacer ou à annuler."
        )
        Task.objects.create(
            practice_id=practice_id,
            kind=TaskKind.OTHER,
            about=about
            % {"name": agenda.practitioner.display_name, "count": counts[agenda.pk], "place": agenda.location.name},
        )
