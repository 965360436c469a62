"""What visits to come become when their practitioner is replaced for some days, or leaves the practice."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count
from django.utils.translation import gettext as _

from booking.enums import OPEN, TaskKind
from booking.messages_locum import LOCUM
from booking.models import Appointment, Task
from booking.services._news import people_of, subject_of
from core import clock
from core.jobs import enqueue, handler
from notifications.services import notify_many
from practitioners.enums import Discretion, Role
from practitioners.models import Agenda, Membership

ANNOUNCE = "booking.announce_locum"


def announce_locum(member_id: int) -> None:
    """Have the visits of a locum's days looked at after the commit."""
    enqueue(ANNOUNCE, unique=f"{ANNOUNCE}:{member_id}", member_id=member_id)


@handler(ANNOUNCE)
def tell_who_will_see_them(*, member_id: int) -> None:
    """One message per visit and account, once however often it runs; nobody for a reason that is discreet."""
    member = Membership.objects.filter(pk=member_id, role=Role.LOCUM, accepted_at__isnull=False).first()
    if member is None or member.ends_at is None:
        return
    visits = Appointment.objects.filter(
        agenda__memberships=member,
        status__in=OPEN,
        start_at__gte=max(clock.now(), member.starts_at),
        start_at__lt=member.ends_at,
        visit_reason__discretion=Discretion.NORMAL,
    ).select_related("visit_reason", "record__patient")
    news = []
    for visit in visits.order_by("start_at", "pk"):
        about = {"kind": LOCUM, "channel": "email", "subject": subject_of(visit), "revision": visit.revision}
        news += [{**about, "user_id": user_id} for user_id in people_of(visit).users]
    notify_many(news)


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
