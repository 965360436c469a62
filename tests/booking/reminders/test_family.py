"""A family behind one telephone: the visits of a day are told in one SMS, without anybody's name; letters stay each one's own."""

from datetime import date, timedelta

import pytest
import time_machine

from booking.selectors.sms_visits import told_by_sms
from booking.services.reminders import plan_reminders
from core import clock
from notifications.daily_cap import digest
from notifications.models import Message
from notifications.sms_text import sms_text
from notifications.testing import deliver_all
from tests.factories import (
    AppointmentFactory,
    BookableAgendaFactory,
    GuardianshipFactory,
    PatientFactory,
    PracticeFactory,
    RecordFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PHONE = "+33639980042"


@pytest.fixture
def practice():
    return PracticeFactory(phone="+33199001234")


def visit_of(record, *, hour, minute=0, days=5):
    """A visit of a file of the practice, with its reminders; the hours are those of Paris in winter."""
    agenda = BookableAgendaFactory(practice=record.practice)
    start = (clock.now() + timedelta(days=days)).replace(hour=hour - 1, minute=minute)
    visit = AppointmentFactory(agenda=agenda, record=record, start_at=start)
    plan_reminders(visit)
    return visit


def member(practice, **more):
    return RecordFactory(practice=practice, **{"phone": PHONE, "email": "", "birth_date": date(1980, 5, 17), **more})


def sent_at_due():
    """What leaves when the SMS of the day before are due."""
    due = Message.objects.filter(kind="booking.reminder", channel="sms").order_by("-due_at").first().due_at
    with time_machine.travel(due + timedelta(minutes=1), tick=False):
        return deliver_all()


def test_two_files_with_one_phone_are_reminded_by_one_sms(practice):
    mother, child = member(practice, first_name="Zoé"), member(practice, first_name="Tom", birth_date=date(2015, 1, 1))
    visits = [visit_of(mother, hour=10), visit_of(child, hour=10, minute=20)]

    (text,) = [one for one in sent_at_due() if one.to == PHONE]
    assert "2 RDV" in text.text
    words = text.text.replace("\u00a0", " ")
    assert "10 h, 10 h 20" in words
    for secret in ("Zoé", "Tom", *(visit.performer.last_name for visit in visits)):
        assert secret not in words
    assert "/rdv/" not in words, "the page of one would not show the other"
    assert "01 99 00 12 34" in words
    states = Message.objects.filter(kind="booking.reminder").values_list("state", flat=True)
    assert sorted(states) == ["cancelled", "sent"]


def test_the_whole_fits_one_sms(practice, settings):
    settings.SMS_REPLIES = True
    for minute in (0, 20, 40):
        visit_of(member(practice), hour=10, minute=minute)
    texts = [one.text for one in sent_at_due() if one.to == PHONE]
    assert len(texts) == 1
    assert "3 RDV" in texts[0]
    assert "Répondez OUI ou ANNULER" in texts[0]
    assert sms_text(texts[0].partition(" Vos données")[0]).parts == 1


def test_another_practice_reminds_for_itself(practice):
    visit_of(member(practice), hour=10)
    visit_of(member(PracticeFactory()), hour=11)

    assert sum(one.to == PHONE for one in sent_at_due()) == 2


def test_another_day_is_another_sms(practice):
    visit_of(member(practice), hour=10)
    visit_of(member(practice), hour=10, days=6)

    assert all("2 RDV" not in one.text for one in sent_at_due())


@pytest.mark.parametrize(
    "more", [{"deceased_on": date(2026, 11, 1)}, {"messages_refused_at": "now"}], ids=["deceased", "objected"]
)
def test_who_is_not_written_to_is_not_in_it(practice, more):
    visit_of(member(practice), hour=10)
    silent = member(practice)
    visit_of(silent, hour=11)
    if "messages_refused_at" in more:
        more = {"messages_refused_at": clock.now()}
    type(silent).objects.filter(pk=silent.pk).update(**more)

    (text,) = [one for one in sent_at_due() if one.to == PHONE]
    assert "2 RDV" not in text.text


def test_one_cancelled_before_is_not_in_it(practice):
    first, second = visit_of(member(practice), hour=10), visit_of(member(practice), hour=11)
    type(first).objects.filter(pk=first.pk).update(status="cancelled_by_patient")

    (text,) = [one for one in sent_at_due() if one.to == PHONE]
    assert "11" in text.text
    assert "2 RDV" not in text.text
    assert second.status == "booked"


def test_a_guardian_hears_of_both_children_at_once(practice):
    mother = UserFactory(phone=PHONE, phone_verified_at=clock.now())
    for number in range(2):
        child = PatientFactory(user=None)
        GuardianshipFactory(user=mother, patient=child, level="granted")
        visit_of(RecordFactory(practice=practice, patient=child, phone="", email=""), hour=10 + number)

    texts = [one.text for one in sent_at_due() if one.to == PHONE]
    assert len(texts) == 1
    assert "2 RDV" in texts[0]
    assert "/mes-rendez-vous/" in texts[0]


def test_letters_to_one_address_stay_each_one_s_own(practice):
    for hour in (10, 11):
        visit_of(member(practice, phone="", email="famille@prendsoin.example"), hour=hour)
    Message.objects.filter(channel="email").update(due_at=clock.now())

    letters = [one for one in deliver_all() if one.to == "famille@prendsoin.example"]
    assert len(letters) == 2
    assert all("/rdv/" in one.text for one in letters)


def test_a_reply_to_it_asks_which_one(practice, settings):
    settings.SMS_REPLIES = True
    visits = [visit_of(member(practice), hour=10), visit_of(member(practice), hour=11)]
    sent_at_due()
    assert [one.pk for one in told_by_sms(PHONE, digest(PHONE)).visits] == [one.pk for one in visits]
