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
from tests.factories import AppointmentFactory, PatientFactory, RecordFactory, UserFactory
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

    assert {(row.subject, row.user_id) for row in told()} == {
        (f"appointment:{inside.pk}", inside.record.patient.user_id)
    }
    assert [row.channel for row in told()] == ["email", "sms"]
    letter = composer(LOCUM)(told()[0])
    assert "Dr Nora Klein" in letter.text
    assert desk.agenda.practitioner.display_name in letter.html
    assert inside.reason_name not in letter.text + letter.html + letter.subject


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


def unreached(desk, day, **contact):
    """A visit of somebody without an account, with this in the practice's file."""
    start = (clock.now() + timedelta(days=day)).replace(hour=11, minute=0, second=0, microsecond=0)
    record = RecordFactory(practice=desk.practice, **{"email": "", "phone": "", **contact})
    reason = desk.agenda.reasons.get().visit_reason
    end = start + timedelta(minutes=20)
    return AppointmentFactory(agenda=desk.agenda, visit_reason=reason, record=record, start_at=start, end_at=end)


def test_without_an_account_the_contact_in_the_file_is_told_without_a_name(desk):
    by_mail = unreached(desk, 2, email="odette@prendsoin.example")
    by_phone = unreached(desk, 3, phone="+33612345678")

    replace(desk, 2, 4)

    mail, phone = told()
    assert (mail.subject, mail.channel) == (f"appointment:{by_mail.pk}", "email")
    assert (phone.subject, phone.channel) == (f"appointment:{by_phone.pk}", "sms")
    letter, text = composer(LOCUM)(mail), composer(LOCUM)(phone)
    assert (letter.to, text.to) == ("odette@prendsoin.example", "+33612345678")
    for said in (letter.text, letter.html, text.text):
        assert "remplaçant" in said
        assert "Nora Klein" not in said
        assert by_mail.record.display_name not in said
        assert desk.agenda.practitioner.display_name not in said
    assert Task.objects.count() == 0


def test_whom_nobody_can_reach_is_called_once_and_told_who_will_see_them(desk):
    silent = unreached(desk, 3)

    member = replace(desk, 2, 4)
    tell_who_will_see_them(member_id=member.pk)

    call = Task.objects.get()
    assert (call.kind, call.appointment, call.record) == ("tell", silent, silent.record)
    assert "Dr Nora Klein" in call.about
    assert told() == []
    call.done_at = clock.now()
    call.save()
    tell_who_will_see_them(member_id=member.pk)
    assert Task.objects.count() == 1


def test_a_person_with_a_proven_number_is_told_by_sms_too(desk):
    user = UserFactory(phone="+33612345679", phone_verified_at=clock.now())
    visit(desk, 3, user=user)

    replace(desk, 2, 4)

    assert [row.channel for row in told()] == ["email", "sms"]
    text = composer(LOCUM)(told()[1])
    assert (text.to, "Dr Nora Klein" in text.text) == ("+33612345679", True)


def test_a_deceased_person_is_neither_told_nor_called(desk):
    gone = unreached(desk, 3, email="odette@prendsoin.example")
    gone.record.deceased_on = clock.now().date()
    gone.record.save()

    replace(desk, 2, 4)

    assert (told(), Task.objects.count()) == ([], 0)


def test_a_concealed_visit_is_told_of_without_a_name(desk):
    desk.agenda.reasons.get().visit_reason.__class__.objects.update(discretion=Discretion.CONCEALED)
    visit(desk, 3)

    replace(desk, 2, 4)

    letter = composer(LOCUM)(told()[0])
    for said in (letter.text, letter.html):
        assert "Nora Klein" not in said
        assert desk.agenda.practitioner.display_name not in said


def test_a_visit_that_nothing_is_written_about_is_called_about(desk):
    desk.agenda.reasons.get().visit_reason.__class__.objects.update(discretion=Discretion.NOT_NOTIFIED)
    quiet = visit(desk, 3)

    replace(desk, 2, 4)

    assert (told(), Task.objects.get().appointment) == ([], quiet)
