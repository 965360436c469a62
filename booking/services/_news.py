"""What follows every change of an appointment, in the same transaction: messages, and the directory's next slot."""

from __future__ import annotations

from django.db.models import Q

from booking.models import Appointment
from core import clock
from core.access import Actor
from core.jobs import enqueue
from notifications.services import cancel_pending, notify_many
from practitioners.enums import Discretion, Role
from practitioners.models import Membership

BOOKED = "booking.confirmed"
MOVED = "booking.moved"
CANCELLED = "booking.cancelled"
NEW_AT_PRACTICE = "booking.practice_booked"
MOVED_AT_PRACTICE = "booking.practice_moved"
CANCELLED_AT_PRACTICE = "booking.practice_cancelled"


def subject_of(appointment: Appointment) -> str:
    """The subject of every message about a visit."""
    return f"appointment:{appointment.pk}"


def tell(actor: Actor, appointment: Appointment, *, to_patient: str, to_practice: str) -> None:
    """Queue the messages of one event; older pending ones about the same visit are cancelled first."""
    subject = subject_of(appointment)
    if appointment.revision:
        cancel_pending(subject, before_revision=appointment.revision)
    about = {"subject": subject, "revision": appointment.revision}
    news = []
    if appointment.visit_reason.discretion != Discretion.NOT_NOTIFIED:
        news += [
            {**about, "kind": to_patient, "channel": channel, "user_id": user_id}
            for user_id in people_of(appointment)
            for channel in ("email", "sms")
        ]
    news += [
        {**about, "kind": to_practice, "channel": channel, "user_id": user_id, "practice_id": appointment.practice_id}
        for user_id, by_email in team_of(appointment)
        if user_id != actor.user_id
        for channel in (("bell", "email") if by_email else ("bell",))
    ]
    notify_many(news)


def people_of(appointment: Appointment) -> list[int]:
    """The accounts told about a visit: who booked it, and the person if they have an account."""
    patient = appointment.record.patient if appointment.record else None
    users = {appointment.booked_by_id, patient.user_id if patient else None}
    return sorted(user for user in users if user is not None)


def team_of(appointment: Appointment) -> list[tuple[int, bool]]:
    """Members who run the agenda: (user, told by e-mail too)."""
    runs = (
        Q(role=Role.OWNER)
        | Q(role__in=(Role.PRACTITIONER, Role.SECRETARY, Role.LOCUM), all_agendas=True)
        | Q(role__in=(Role.PRACTITIONER, Role.SECRETARY, Role.LOCUM), agendas=appointment.agenda_id)
        | Q(role=Role.PRACTITIONER, user__practitioner=appointment.performer_id)
    )
    members = Membership.objects.active(clock.now()).filter(runs, practice_id=appointment.practice_id)
    return sorted(set(members.values_list("user_id", "notify_bookings")))


def refresh_listings(*performers: int) -> None:
    """Have the next free start of these practitioners' agendas computed again after the commit."""
    for performer in sorted(set(performers)):
        enqueue("booking.refresh_listings", unique=f"listings:{performer}", practitioner_id=performer)
