"""Whether patients are told that their practitioner left the register is decided by staff, once; the words are neutral."""

from datetime import timedelta

import pytest
from django.urls import reverse

from booking.messages_struck_off import STRUCK_OFF
from booking.models import Task
from booking.services.strike_offs import TELL, tell_of_strike_off, tell_patients
from core import clock, jobs
from core.access import Actor, Space
from core.exceptions import DomainError, NotForYou
from core.models import AuditEvent, Job
from notifications.models import Message
from notifications.registry import composer
from practitioners.models import RegisterRejection, RegisterSnapshot, StrikeOff
from tests.desk import desk
from tests.factories import AppointmentFactory, PatientFactory, RecordFactory, UserFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

STAFF = Actor(user_id=None, space=Space.PLATFORM, strong=True, name="staff")


def visit(desk, day, **more):
    start = (clock.now() + timedelta(days=day)).replace(hour=10, minute=0, second=0, microsecond=0)
    if "record" not in more:
        more["patient"] = PatientFactory(user=UserFactory())
    return AppointmentFactory(
        agenda=desk.agenda,
        visit_reason=desk.agenda.reasons.get().visit_reason,
        start_at=start,
        end_at=start + timedelta(minutes=20),
        **more,
    )


@pytest.fixture
def gone(desk):
    """Dr Martin left the register today."""
    person = desk.agenda.practitioner
    person.struck_off_on = clock.now().date()
    person.save()
    snapshot = RegisterSnapshot.objects.create(
        file_name="PS_LibreAcces.txt", file_stamp="202611210800", state="current"
    )
    return StrikeOff.objects.create(practitioner=person, snapshot=snapshot, found_on=person.struck_off_on)


def told():
    return list(Message.objects.filter(kind=STRUCK_OFF).order_by("pk"))


def test_patients_with_visits_to_come_are_told_once(desk, gone):
    soon, later = visit(desk, 3), visit(desk, 9)
    visit(desk, -3)

    assert tell_patients(actor=STAFF, strike_off=gone.uid) == 2
    job = Job.objects.get(kind=TELL)
    jobs.run(job.pk)
    tell_of_strike_off(strike_off_id=gone.pk)

    emails = [one for one in told() if one.channel == "email"]
    assert {one.subject for one in emails} == {f"appointment:{one.pk}" for one in (soon, later)}
    assert len(emails) == 2
    event = AuditEvent.objects.get(action="register.patients_told")
    assert (event.target_id, event.facts) == (gone.pk, {"practitioner": gone.practitioner_id, "visits": 2})
    with pytest.raises(DomainError, match="patients_told"):
        tell_patients(actor=STAFF, strike_off=gone.uid)


def test_words_say_nothing_of_the_register(desk, gone):
    visit(desk, 3)
    tell_patients(actor=STAFF, strike_off=gone.uid)
    tell_of_strike_off(strike_off_id=gone.pk)

    for message in told():
        envelope = composer(STRUCK_OFF)(message)
        if envelope is None:
            continue
        whole = f"{envelope.subject} {envelope.text} {envelope.html}".lower()
        assert desk.agenda.practitioner.last_name.lower() in whole
        assert "pas annulé" in envelope.text or message.channel == "sms"
        assert not any(word in whole for word in ("répertoire", "radié", "radiation", "sanction", "ordre des"))


def test_nothing_is_sent_once_the_person_is_back(desk, gone):
    visit(desk, 3)
    tell_patients(actor=STAFF, strike_off=gone.uid)
    tell_of_strike_off(strike_off_id=gone.pk)
    gone.practitioner.struck_off_on = None
    gone.practitioner.save()

    assert told()
    assert {composer(STRUCK_OFF)(message) for message in told()} == {None}
    gone.lifted_on = clock.now().date()
    gone.told_at = None
    gone.save()
    with pytest.raises(DomainError, match="strike_off_lifted"):
        tell_patients(actor=STAFF, strike_off=gone.uid)


def test_patient_without_address_is_put_on_the_call_list_once(desk, gone):
    record = RecordFactory(practice=desk.practice, email="", phone="")
    mute = visit(desk, 3, record=record)
    tell_patients(actor=STAFF, strike_off=gone.uid)
    tell_of_strike_off(strike_off_id=gone.pk)
    tell_of_strike_off(strike_off_id=gone.pk)

    assert list(Task.objects.values_list("appointment", flat=True)) == [mute.pk]


def test_only_staff_decides(desk, gone):
    for actor in (desk.actor("martin"), Actor(user_id=1, space=Space.PATIENT)):
        with pytest.raises(NotForYou):
            tell_patients(actor=actor, strike_off=gone.uid)
    gone.refresh_from_db()
    assert gone.told_at is None


@pytest.mark.parametrize("rows", [1, 3])
def test_page_shows_runs_rejections_and_departures(rows, desk, gone, client, django_assert_max_num_queries):
    for number in range(rows):
        visit(desk, 3 + number)
        run = RegisterSnapshot.objects.create(
            file_name="b.txt", file_stamp="202611220800", state="past",
            counts={"lines": 9, "seconds": 0.4, "people": {"created": 7}, "rejected": {"field_count": 2},
                    "unlisted": {"student": 1}},
        )  # fmt: skip
        RegisterRejection.objects.create(snapshot=run, file="b.txt", line=41 + number, code="field_count")
    RegisterSnapshot.objects.create(
        file_name="c.txt", file_stamp="", state="refused", refusal="older",
        counts={"refusal": {"stamp": "202611200800", "last": "202611210800"}},
    )  # fmt: skip
    client.force_login(UserFactory(is_platform_staff=True))
    session = client.session
    session["space"] = "platform"
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    with django_assert_max_num_queries(20):
        page = client.get(reverse("register:runs"))

    text = page.content.decode()
    assert desk.agenda.practitioner.display_name in text
    assert "41" in text
    assert "plus ancien que le dernier importé (202611210800)" in text
    assert str(gone.uid) in text
