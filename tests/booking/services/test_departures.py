"""Patients are told once who replaces their practitioner; the visits of who left wait on the practice's list."""

from datetime import timedelta

import pytest

from booking.enums import Status
from booking.messages_locum import LOCUM
from booking.models import Appointment, Task
from booking.services.departures import ANNOUNCE, tell_who_will_see_them
from core import clock, jobs
from core.models import Job
from notifications.models import Message
from notifications.registry import composer
from practitioners.enums import Discretion, Role
from practitioners.models import Membership
from practitioners.services.team import accept_invitation, end_membership, invite_member
from tests.desk import desk
from tests.factories import AppointmentFactory, PatientFactory, UserFactory
from tests.practitioners.test_team import days, person

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


def visit(desk, day, hour=10, agenda=None, **more):
    user = more.pop("user", None) or UserFactory()
    start = (clock.now() + timedelta(days=day)).replace(hour=hour, minute=0, second=0, microsecond=0)
    agenda = agenda or desk.agenda
    return AppointmentFactory(
        agenda=agenda,
        visit_reason=agenda.reasons.get().visit_reason,
        patient=PatientFactory(user=user),
        start_at=start,
        end_at=start + timedelta(minutes=20),
        **more,
    )


def replace(desk, first, last):
    """Nora, a locum, accepts to replace dr martin between these days, and the job runs."""
    nora = UserFactory(display_name="Dr Nora Klein")
    invitation = invite_member(
        actor=desk.actor("martin"),
        email=nora.email,
        role=Role.LOCUM,
        agendas=[desk.agenda.uid],
        first_day=days(first),
        last_day=days(last),
    )
    member = accept_invitation(actor=person(nora), invitation=invitation.uid)
    jobs.run(Job.objects.get(kind=ANNOUNCE).pk)
    return member


def told():
    return list(Message.objects.filter(kind=LOCUM).order_by("pk"))


def test_patients_of_these_days_are_told_once(desk):
    inside = visit(desk, 3)
    visit(desk, 1)
    visit(desk, 6)
    visit(desk, 3, hour=12, status=Status.CANCELLED_BY_PATIENT)
    visit(desk, 3, agenda=desk.second)

    member = replace(desk, 2, 4)
    tell_who_will_see_them(member_id=member.pk)

    assert [(row.subject, row.user_id) for row in told()] == [
        (f"appointment:{inside.pk}", inside.record.patient.user_id)
    ]
    letter = composer(LOCUM)(told()[0])
    assert "Dr Nora Klein" in letter.text
    assert desk.agenda.practitioner.display_name in letter.html
    assert inside.reason_name not in letter.text + letter.html + letter.subject


@pytest.mark.parametrize("discretion", [Discretion.NOT_NOTIFIED, Discretion.CONCEALED])
def test_nobody_is_told_of_a_discreet_visit(desk, discretion):
    desk.agenda.reasons.get().visit_reason.__class__.objects.update(discretion=discretion)
    visit(desk, 3)

    replace(desk, 2, 4)

    assert told() == []


def test_a_replacement_called_off_is_not_announced(desk):
    visit(desk, 3)
    member = replace(desk, 2, 4)

    end_membership(actor=desk.actor("martin"), member=member.uid)

    assert composer(LOCUM)(told()[0]) is None


def test_visits_of_who_left_stay_and_are_listed(desk):
    coming = visit(desk, 3, agenda=desk.second)
    visit(desk, -3, agenda=desk.second)
    visit(desk, 3, agenda=desk.agenda)

    end_membership(
        actor=desk.actor("martin"),
        member=Membership.objects.get(user=desk.users["paul"], practice=desk.practice).uid,
    )

    assert Appointment.objects.get(pk=coming.pk).status == Status.BOOKED
    assert " 1 rendez-vous" in Task.objects.get().about
