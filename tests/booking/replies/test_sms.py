"""Replies by SMS from the provider's door to the visit: each once, none guessed, loops that stop."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from booking.enums import Status, TaskKind
from booking.models import Appointment, AppointmentChange, SmsDialogue, Task
from booking.services.appointments import cancel_appointment
from core import clock
from core.models import AuditEvent
from notifications.models import Message, ReminderPreference, SmsReply
from notifications.receipt_signature import HEADER, sign
from notifications.services.replies import ANSWERED_A_DAY, READ_A_DAY
from notifications.testing import deliver_all, run_due_jobs
from tests.booking.conftest import actor_of, book, free_starts, offer  # noqa: F401
from tests.booking.desk.desk_acts import at_hour, caller, put
from tests.desk import desk, events  # noqa: F401
from tests.factories import PatientFactory, UserFactory

pytestmark = pytest.mark.django_db

PHONE = "+33639980001"
OTHER = "+33639980002"
SECRET = "a-secret-of-the-tests-shared-with-nobody"
BORN = date(1980, 5, 17)


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.RECEIPT_SECRETS = {"sms": SECRET}
    settings.SMS_REPLIES = True
    settings.MESSAGES_A_DAY = {**settings.MESSAGES_A_DAY, "sms": 200}


@pytest.fixture
def visit(desk):  # noqa: F811
    return told(put(desk, at_hour(desk.agenda, 10, days=2), record=family(desk)))


def family(desk, **fields):  # noqa: F811
    return caller(desk, **{"email": "", "phone": PHONE, "birth_date": BORN, **fields})


def told(visit):
    """The visit, once its confirmation has left."""
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        deliver_all()
    return visit


def bring(client, text, *, number=PHONE, identifier="", secret=SECRET, body=None):
    """The provider's call; returns its status."""
    known = SmsReply.objects.count()
    told = {"id": identifier or f"in-{known}", "from": number, "text": text}
    body = json.dumps(told).encode() if body is None else body
    path = reverse("notifications:replies", args=["sms"])
    return client.post(
        path, data=body, content_type="application/json", headers={HEADER: sign(secret, body)}
    ).status_code


def say(client, text, **more):
    """What the number is answered, and the code of what was made of its reply."""
    assert bring(client, text, **more) == 204
    answers = [one.text for one in deliver_all() if one.to == more.get("number", PHONE)]
    return answers, SmsReply.objects.latest("pk").outcome


def test_a_yes_confirms_and_is_answered_once(client, visit):
    answers, outcome = say(client, "Oui, je viens")

    confirmed = Appointment.objects.get()
    assert outcome == "confirmed"
    assert confirmed.confirmed_at is not None
    assert len(answers) == 1
    assert "noté" in answers[0]
    assert AppointmentChange.objects.get(kind="confirmed").via == "sms"
    assert events("booking.confirm_visit")[0].system_name == "sms"


def test_a_cancellation_frees_the_time_and_is_told_by_the_visit_s_own_message(client, visit, desk):  # noqa: F811
    answers, outcome = say(client, "ANULER svp")

    gone = Appointment.objects.get()
    assert (outcome, gone.status, gone.cancelled_late) == ("cancelled", Status.CANCELLED_BY_PATIENT, False)
    assert len(answers) == 1
    assert "annulé" in answers[0]
    assert visit.start_at in free_starts(desk.offer)


def test_cancelling_late_by_sms_is_late(client, visit):
    with time_machine.travel(visit.may_cancel_until + timedelta(minutes=5), tick=False):
        say(client, "annuler")

    assert Appointment.objects.get().cancelled_late


def test_the_same_reply_brought_twice_acts_once(client, visit):
    assert [bring(client, "oui", identifier="one") for _ in range(3)] == [204, 204, 204]
    deliver_all()

    assert SmsReply.objects.count() == 1
    assert AppointmentChange.objects.filter(kind="confirmed").count() == 1


def test_words_and_number_are_erased_once_read(client, visit):
    say(client, "oui")
    reply = SmsReply.objects.get()

    assert (reply.text, reply.number) == ("", "")


def test_a_confirmation_then_a_cancellation_is_a_cancellation(client, visit):
    say(client, "oui")
    say(client, "annuler")

    assert Appointment.objects.get().status == Status.CANCELLED_BY_PATIENT


@pytest.mark.parametrize("text", ["STOP", "arrêt", "Stop SMS svp", "ARRÊTER"])
def test_stop_is_an_opt_out_and_never_a_cancellation(client, visit, text):
    answers, outcome = say(client, text)

    assert outcome == "stopped"
    assert Appointment.objects.get().status == Status.BOOKED
    assert not ReminderPreference.objects.get().by_sms
    assert len(answers) == 1
    assert say(client, text)[0] == []


def test_stop_ends_the_reminders_of_the_account_that_proved_the_number(client, desk, visit):  # noqa: F811
    user = UserFactory(phone=PHONE, phone_verified_at=clock.now())
    say(client, "STOP")

    assert not ReminderPreference.objects.get(user=user).by_sms


@pytest.mark.parametrize("text", ["NON", "je ne peux pas venir", "👎", "2"])
def test_what_is_not_clear_is_asked_and_changes_nothing(client, visit, text):
    answers, _outcome = say(client, text)

    assert Appointment.objects.get().status == Status.BOOKED
    assert len(answers) == 1
    assert "ANNULER" in answers[0]


def test_words_for_people_become_one_task_of_the_desk(client, visit):
    answers, outcome = say(client, "Puis-je venir avec mon fils ?")
    say(client, "et à quelle heure ?")

    task = Task.objects.get()
    assert outcome == "desk"
    assert (task.kind, task.appointment, task.practice) == (TaskKind.CALL_BACK, visit, visit.practice)
    assert "avec mon fils" in task.about
    assert "à quelle heure" in task.about
    assert "transmis" in answers[0]
    assert Appointment.objects.get().status == Status.BOOKED


def test_merci_is_not_answered(client, visit):
    assert say(client, "Merci, à demain !") == ([], "courtesy")


@pytest.fixture
def two(desk, visit):  # noqa: F811
    """Two children of one phone, with two names."""
    record = family(desk, first_name="Zoé", birth_name="Lemoine")
    return visit, told(put(desk, at_hour(desk.agenda, 14, days=3), record=record))


def test_several_visits_behind_a_number_are_asked_about_without_names(client, two):
    answers, outcome = say(client, "annuler")

    (question,) = answers
    assert outcome == "which"
    assert "1 :" in question
    assert "2 :" in question
    for visit in two:
        for secret in (visit.record.first_name, visit.record.birth_name, visit.reason_name, visit.specialty.name):
            assert secret not in question
        assert visit.performer.last_name not in question
    assert not Appointment.objects.exclude(status=Status.BOOKED).exists()


def test_the_figure_answers_the_question(client, two):
    say(client, "annuler")
    _answers, outcome = say(client, "le 2")

    assert outcome == "cancelled"
    assert [Appointment.objects.get(pk=visit.pk).status for visit in two] == [
        Status.BOOKED,
        Status.CANCELLED_BY_PATIENT,
    ]
    assert not SmsDialogue.objects.exists()


def test_a_figure_after_the_conversation_is_over_means_nothing(client, two):
    say(client, "annuler")
    with time_machine.travel(clock.now() + timedelta(hours=13), tick=False):
        say(client, "2")

    assert not Appointment.objects.exclude(status=Status.BOOKED).exists()


def test_a_figure_that_was_not_offered_asks_again(client, two):
    say(client, "annuler")
    _answers, outcome = say(client, "3")

    assert outcome == "which"
    assert not Appointment.objects.exclude(status=Status.BOOKED).exists()


def test_a_visit_moved_since_the_question_is_not_meant(client, two):
    say(client, "annuler")
    Appointment.objects.filter(pk=two[1].pk).update(revision=5)
    _answers, outcome = say(client, "2")

    assert outcome == "which"
    assert not Appointment.objects.exclude(status=Status.BOOKED).exists()


def test_all_of_them_are_confirmed_together(client, two):
    say(client, "oui")
    _answers, outcome = say(client, "les deux")

    assert outcome == "confirmed"
    assert all(visit.confirmed_at for visit in Appointment.objects.all())


def test_changing_one_s_mind_during_the_question(client, two):
    say(client, "oui")
    say(client, "annuler")
    say(client, "1")

    assert Appointment.objects.get(pk=two[0].pk).status == Status.CANCELLED_BY_PATIENT


def test_visits_that_words_cannot_tell_apart_go_to_the_desk(client, desk, visit):  # noqa: F811
    twin = Appointment.objects.get(pk=visit.pk)
    twin.pk, twin.uid, twin.overbooked, twin.record = None, "0b1f4c1e-7f0c-4b69-9d52-0d4f5a8c0a11", True, family(desk)
    twin.save(force_insert=True)
    Message.objects.filter(subject=f"appointment:{visit.pk}", state="sent").first()
    copy = Message.objects.filter(subject=f"appointment:{visit.pk}", state="sent", channel="sms").get()
    copy.pk, copy.uid, copy.key, copy.subject = (
        None,
        "0b1f4c1e-7f0c-4b69-9d52-0d4f5a8c0a12",
        "twin",
        f"appointment:{twin.pk}",
    )
    copy.save(force_insert=True)
    _answers, outcome = say(client, "annuler")

    assert outcome == "desk"
    assert not Appointment.objects.exclude(status=Status.BOOKED).exists()


def test_an_unknown_number_gets_one_neutral_answer_a_day(client, visit):
    said = [say(client, "annuler", number=OTHER) for _ in range(5)]

    assert [len(answers) for answers, _ in said] == [1, 0, 0, 0, 0]
    assert "appelez" in said[0][0][0]
    assert Appointment.objects.get().status == Status.BOOKED


def test_a_number_that_changed_hands_answers_for_nothing(client, visit):
    visit.record.phone = OTHER
    visit.record.save()
    _answers, outcome = say(client, "annuler")

    assert outcome == "nothing"
    assert Appointment.objects.get().status == Status.BOOKED


def test_two_machines_that_answer_each_other_stop(client, visit):
    told_to = 0
    for n in range(READ_A_DAY + 20):
        answers, _ = say(client, f"Je suis absent, message automatique numéro {n * 37 % 100} du bureau")
        told_to += len(answers)

    assert told_to <= ANSWERED_A_DAY
    assert SmsReply.objects.count() == READ_A_DAY
    assert Task.objects.count() == 1


def test_a_loop_of_yes_stops_too(client, visit):
    assert sum(len(say(client, "oui")[0]) for _ in range(12)) <= ANSWERED_A_DAY


@pytest.mark.parametrize("number", ["36179", "+33148972014", "Ameli", ""])
def test_machines_and_landlines_are_not_answered(client, visit, number):
    bring(client, "annuler", number=number)
    before = Message.objects.filter(kind="booking.sms_answer").count()
    run_due_jobs()

    assert SmsReply.objects.get().outcome == "not_a_person"
    assert Message.objects.filter(kind="booking.sms_answer").count() == before


def test_an_account_answers_from_its_proven_number(client, offer):  # noqa: F811
    user = UserFactory(email="alice@prendsoin.example", phone=PHONE, phone_verified_at=clock.now())
    PatientFactory(user=user)
    visit = book(user, offer, free_starts(offer)[3])
    deliver_all()
    say(client, "👍")
    assert Appointment.objects.get(pk=visit.pk).confirmed_at is not None

    cancel_appointment(actor=actor_of(user), appointment=visit.uid)
    assert say(client, "oui")[1] == "nothing"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"id": 1, "from": "x", "text": ""}', b'{"id": "", "from": "x", "text": ""}', b'{"id": "a"}'],
)
def test_a_malformed_reply_is_refused(client, visit, body):
    assert bring(client, "", body=body) == 400
    assert not SmsReply.objects.exists()


def test_a_reply_with_a_wrong_signature_is_refused(client, visit):
    assert bring(client, "annuler", secret="another-secret-of-nobody-in-particular") == 403
    assert not SmsReply.objects.exists()


def test_without_a_secret_there_is_no_such_door(client, settings):
    settings.RECEIPT_SECRETS = {}

    assert bring(client, "annuler") == 404


@pytest.mark.parametrize("replies", [True, False])
def test_texts_invite_to_reply_only_where_replies_arrive(desk, settings, replies):  # noqa: F811
    settings.SMS_REPLIES = replies
    put(desk, at_hour(desk.agenda, 10, days=2), record=family(desk))
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        (text,) = [one.text for one in deliver_all() if one.to == PHONE]

    assert ("OUI" in text) is replies
    assert AuditEvent.objects.exists()
