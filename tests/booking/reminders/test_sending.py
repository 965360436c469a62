"""What people get of it: one reminder, of the visits as they are, by the channels they want."""

import pytest
import time_machine
from django.core import mail

from booking.answer_links import token_of
from booking.enums import Status
from booking.models import GroupedReminder
from booking.services.appointments import cancel_appointment, reschedule_appointment
from booking.services.reminders import plan_reminders
from core import outbox
from notifications import registry
from notifications.channels import Unreachable
from notifications.models import Message
from notifications.services import send_message
from notifications.services.preferences import set_reminders, stop_reminders
from notifications.sms_text import sms_text
from notifications.stop_links import stop_path
from notifications.testing import deliver_all
from practitioners.enums import Discretion
from tests.booking.conftest import actor_of, another_offer, book, free_starts
from tests.booking.reminders.conftest import keep_plan, planned
from tests.factories import AppointmentFactory, RecordFactory

pytestmark = pytest.mark.django_db

PHONE = "+33639980001"
EVE_BY_SMS = [{"channel": "sms", "days": 1, "at": "15:00"}]


@pytest.fixture
def by_sms(offer, alice):
    """Alice has a verified mobile; the practice reminds by SMS on the eve, and by nothing else."""
    alice.phone, alice.phone_verified_at = PHONE, alice.date_joined
    alice.save()
    offer.agenda.upcoming_limit, offer.agenda.repeat_limit_days = 10, 0
    offer.agenda.save()
    keep_plan(offer.agenda.practice_id, EVE_BY_SMS)
    return alice


def starts_on(offer, day):
    return [one for one in free_starts(offer, days=20) if one.day == day and one.month == 11]


def three(offer, user):
    """Three visits of one Tuesday, each for a reason of its own."""
    deliver_all()
    starts = starts_on(offer, 24)
    offers = [offer, another_offer(offer), another_offer(offer)]
    visits = [book(user, one, starts[number * 6]) for number, one in enumerate(offers)]
    deliver_all()
    return visits


def at_due(*visits):
    """Time stands at the moment of the first reminder of these visits."""
    return time_machine.travel(min(planned(visit)[0].due_at for visit in visits), tick=False)


def test_a_reminder_says_when_and_who_and_nothing_medical(offer, by_sms):
    visit = book(by_sms, offer, starts_on(offer, 24)[0])
    deliver_all()
    with at_due(visit):
        (text,) = deliver_all()
    assert text.to == PHONE
    assert text.text.startswith("Rappel : RDV mardi 24 novembre à ")
    assert visit.performer.display_name in text.text
    for secret in (visit.reason_name, visit.specialty.name):
        assert secret not in text.text


def test_case_57_three_visits_of_a_day_give_one_message(offer, by_sms):
    visits = three(offer, by_sms)
    with at_due(*visits):
        (text,) = deliver_all()
        assert deliver_all() == []
    assert text.text.startswith("Rappel : 3 RDV mardi 24 novembre : ")
    assert all(visit.performer.display_name not in text.text for visit in visits)
    states = Message.objects.filter(kind="booking.reminder").values_list("state", flat=True)
    assert sorted(states) == ["cancelled", "cancelled", "sent"]


def test_case_57_one_cancelled_before_leaves_two_in_the_message(offer, by_sms):
    visits = three(offer, by_sms)
    cancel_appointment(actor=actor_of(by_sms), appointment=visits[0].uid)
    deliver_all()
    with at_due(*visits[1:]):
        (text,) = deliver_all()
    assert "2 RDV" in text.text


def test_case_57_one_cancelled_after_is_told_and_nothing_is_repeated(offer, by_sms):
    visits = three(offer, by_sms)
    with at_due(*visits):
        deliver_all()
        cancel_appointment(actor=actor_of(by_sms), appointment=visits[0].uid)
        texts = [one.text for one in deliver_all() if one.to == PHONE]
    assert [text.partition(" :")[0] for text in texts] == ["RDV annulé"]


def test_of_two_sent_at_the_same_moment_one_speaks_and_the_other_waits_for_it(offer, by_sms):
    first, second, _third = visits = three(offer, by_sms)
    with at_due(*visits) as time:
        ahead, behind = (outbox.claim(Message, planned(visit)[0].pk) for visit in (first, second))
        compose = registry.composer("booking.reminder")
        assert "3 RDV" in compose(ahead).text
        with pytest.raises(Unreachable, match="told_with_another"):
            compose(behind)
        assert "3 RDV" in compose(ahead).text  # again: the same
        outbox.retry_later(ahead, "unreachable")
        assert "3 RDV" in compose(behind).text  # the first one failed: the second speaks in its place
        outbox.settle(behind, "sent")
        time.shift(120)
        assert send_message(ahead.pk).state == "cancelled"


def test_a_visit_moved_after_the_grouped_message_gets_its_own(offer, by_sms):
    visits = three(offer, by_sms)
    with at_due(*visits):
        deliver_all()
    moved = reschedule_appointment(actor=actor_of(by_sms), appointment=visits[1].uid, start=starts_on(offer, 25)[3])
    deliver_all()
    with at_due(moved):
        (text,) = deliver_all()
    assert text.text.startswith("Rappel : RDV mercredi 25 novembre")


def test_visits_of_two_days_give_two_messages(offer, by_sms):
    visits = [book(by_sms, one, starts_on(offer, day)[0]) for day, one in ((24, offer), (25, another_offer(offer)))]
    deliver_all()
    sent = []
    for visit in visits:
        with at_due(visit):
            sent += deliver_all()
    assert len(sent) == 2
    assert not GroupedReminder.objects.exists()


def test_case_53_cancelled_in_the_minute_of_sending_is_not_reminded_of(offer, by_sms):
    visit = book(by_sms, offer, starts_on(offer, 24)[0])
    row = planned(visit)[0]
    with at_due(visit):
        held = outbox.claim(Message, row.pk)
        cancel_appointment(actor=actor_of(by_sms), appointment=visit.uid)
        assert registry.composer("booking.reminder")(held) is None


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.SEEN, Status.NO_SHOW, Status.EXCUSED])
def test_a_visit_that_is_no_more_to_come_is_not_reminded_of(offer, by_sms, status):
    visit = book(by_sms, offer, starts_on(offer, 24)[0])
    deliver_all()
    visit.status = status
    visit.save()
    with at_due(visit):
        assert deliver_all() == []


def test_case_60_reminders_off_do_not_silence_a_cancellation(offer, by_sms):
    set_reminders(actor=actor_of(by_sms), by_email=True, by_sms=False)
    visit = book(by_sms, offer, starts_on(offer, 24)[0])
    deliver_all()
    with at_due(visit):
        assert deliver_all() == []
        cancel_appointment(actor=actor_of(by_sms), appointment=visit.uid)
        assert [one.to for one in deliver_all() if one.text.startswith("RDV annulé")] == [PHONE]


def test_reminders_stopped_by_the_link_of_an_address_stay_stopped(offer):
    keep_plan(offer.agenda.practice_id, [{"channel": "email", "days": 1, "at": "15:00"}])
    record = RecordFactory(practice=offer.agenda.practice, patient=None, email="appel@prendsoin.example", phone="")
    visits = [
        AppointmentFactory(agenda=offer.agenda, record=record, start_at=starts_on(offer, day)[0]) for day in (24, 26)
    ]
    for visit in visits:
        plan_reminders(visit)
    with at_due(visits[0]):
        (letter,) = deliver_all()
    path = stop_path("email", address="appel@prendsoin.example")
    assert path in letter.text
    assert path in letter.html
    assert visits[0].performer.display_name not in letter.text + letter.html
    assert "/rendez-vous/" not in letter.text

    stop_reminders(token=path.rstrip("/").rpartition("/")[2])

    with at_due(visits[1]):
        assert deliver_all() == []


def test_a_discreet_reason_says_neither_who_nor_where(offer, by_sms):
    keep_plan(offer.agenda.practice_id, [*EVE_BY_SMS, {"channel": "email", "days": 1, "at": "15:00"}])
    offer.visit_reason.discretion = Discretion.CONCEALED
    offer.visit_reason.save()
    visit = book(by_sms, offer, starts_on(offer, 24)[0])
    deliver_all()
    with at_due(visit):
        sent = deliver_all()
    assert len(sent) == 2
    said = " ".join(f"{one.subject} {one.text} {one.html}" for one in sent)
    location = visit.agenda.location
    for secret in (visit.performer.display_name, location.name, location.street, visit.agenda.practice.name):
        assert secret not in said


def test_two_clocks_when_the_zones_differ(offer, by_sms):
    set_reminders(actor=actor_of(by_sms), by_email=True, by_sms=True, timezone="Indian/Reunion")
    visit = book(by_sms, offer, starts_on(offer, 24)[0])
    deliver_all()
    place = visit.agenda.location.place.name
    with at_due(visit):
        (text,) = deliver_all()
    hour = visit.start_at.hour
    assert (
        f"mardi 24 novembre, {hour + 1:02d}:{visit.start_at:%M} {place}, {hour + 4:02d}:{visit.start_at:%M} La Réunion"
        in text.text
    )


def test_an_email_reminder_has_both_forms_and_the_link_that_stops(offer, by_sms):
    keep_plan(offer.agenda.practice_id, [{"channel": "email", "days": 1, "at": "15:00"}])
    visits = three(offer, by_sms)
    mail.outbox.clear()
    with at_due(*visits):
        (letter,) = deliver_all()
    assert letter.subject == "Rappel\xa0: 3 rendez-vous mardi 24 novembre"
    assert letter.html.count('class="card"') == 3
    assert stop_path("email", user_id=by_sms.pk) in letter.text
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "name", ["Marie-Antoinette de La Rochefoucauld-Montmorency de Castellane", "عبد الرحمن الفاسي"]
)
def test_a_name_that_does_not_fit_is_left_out_of_the_one_sms(offer, by_sms, name, settings):
    settings.SITE_URL = "https://www.prendsoin.fr"
    practitioner = offer.agenda.practitioner
    practitioner.last_name = name
    practitioner.save()
    visit = book(by_sms, offer, starts_on(offer, 24)[0])
    deliver_all()
    with at_due(visit):
        (text,) = deliver_all()
    assert name not in text.text
    assert sms_text(text.text).parts == 1
    assert text.text.endswith(f"/rdv/{token_of(visit, user_id=by_sms.pk)}/")
