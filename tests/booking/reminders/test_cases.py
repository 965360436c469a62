"""Cases 52 to 58 and 60 of the product's hard cases, from the booking to what the provider delivered.

The services, the plan, the outbox and the relay are the real ones; SMS go over HTTP to the double of a provider, which promises
nothing unless a test says so. Case 59 is in `tests/booking/waitlist/test_cases.py`.
"""

import re
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab
from django.core import mail

from booking.services.appointments import cancel_appointment, reschedule_appointment
from booking.services.desk import cancel_at_desk
from config.schedule import BEAT_SCHEDULE
from core import clock, relay
from core.models import Job
from notifications import tasks
from notifications.doubles.sms_provider import Fault, Mode, SmsProviderDouble, serving
from notifications.models import Message
from notifications.services.preferences import set_reminders
from notifications.sms_text import sms_text
from tests.booking.conftest import actor_of, another_offer, book
from tests.booking.reminders.conftest import keep_plan, planned
from tests.booking.waitlist.test_cases import team_of
from tests.drills.test_crash_points import NoBroker
from tests.notifications.test_channels import point_at
from tests.notifications.test_receipts import SECRET, tell

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
PHONE = "+33639980001"
EVE = {"channel": "sms", "days": 1, "at": "15:00"}
TWO_HOURS = {"channel": "sms", "minutes": 120}


@dataclass
class Life:
    """Time that passes while the relay runs, and what Alice sees of it."""

    clock: Any
    double: SmsProviderDouble
    seen: list[tuple[datetime, str]]

    def work(self) -> None:
        """What a relay does now; each SMS that comes of it is noted with its instant."""
        before = len(self.double.accepted)
        worker = relay.Relay(NoBroker(), hands=0)
        while worker.turn():
            pass
        worker.close()
        self.seen += [(clock.now(), sms.text) for sms in self.double.accepted[before:]]

    def until(self, end: datetime) -> None:
        """Runs the relay at every instant something falls due, to the end."""
        while clock.now() < end:
            self.work()
            waiting = [
                row.due_at
                for model in (Message, Job)
                if (row := model.objects.filter(state="pending", due_at__gt=clock.now()).order_by("due_at").first())
            ]
            self.clock.move_to(min([end, *waiting]))
        self.work()

    def asleep_until(self, instant: datetime) -> None:
        """Nobody works until then."""
        self.clock.move_to(instant)

    @property
    def reminders(self) -> list[str]:
        """The reminders by SMS, as the hours at which they came on the clock of Paris."""
        return [f"{at.astimezone(PARIS):%d/%m %H:%M}" for at, text in self.seen if text.startswith("Rappel")]

    @property
    def texts(self) -> list[str]:
        return [text for _at, text in self.seen]

    @property
    def letters(self) -> list[str]:
        """The subjects of the reminders by e-mail."""
        return [sent.subject for sent in mail.outbox if sent.subject.startswith("Rappel")]


@pytest.fixture
def life(tuesday, settings):
    with serving(SmsProviderDouble(mode=Mode.NEITHER)) as double:
        point_at(settings, double)
        yield Life(tuesday, double, [])


@pytest.fixture
def alice(alice):
    """Alice has a verified mobile."""
    alice.phone, alice.phone_verified_at = PHONE, alice.date_joined
    alice.save()
    return alice


@pytest.fixture
def remind(offer):
    """Sets the plan of the practice, and lets a person have several visits there."""

    def by(*steps):
        keep_plan(offer.agenda.practice_id, list(steps))

    offer.agenda.upcoming_limit, offer.agenda.repeat_limit_days = 10, 0
    offer.agenda.save()
    return by


def at(day, hour, minute=0, *, month=11, year=2026):
    """An hour of the wall in Paris; the clock of the tests begins on Tuesday 10 November, at ten."""
    return clock.combine(date(year, month, day), time(hour, minute), PARIS)


# 52: booked late.


def test_case_52_booked_thirty_hours_ahead_the_eve_still_reminds(life, offer, alice):
    visit = book(alice, offer, at(11, 16))
    life.until(visit.start_at + timedelta(hours=3))
    assert (life.reminders, len(life.letters)) == (["10/11 15:00"], 1)


def test_case_52_booked_inside_two_hours_nothing_reminds(life, offer, alice, remind):
    remind(TWO_HOURS, {"channel": "sms", "minutes": 30}, EVE)
    visit = book(alice, offer, at(10, 11, 40))
    life.until(visit.start_at + timedelta(days=1))
    assert (life.reminders, life.letters) == ([], [])


def test_case_52_a_reminder_kept_back_past_the_start_is_never_sent(life, offer, alice, remind):
    remind(TWO_HOURS)
    visit = book(alice, offer, at(12, 14))
    life.until(at(12, 11, 59))
    life.asleep_until(visit.start_at)
    life.until(visit.start_at + timedelta(days=1))
    assert (life.reminders, life.letters) == ([], [])
    assert Message.objects.get(kind="booking.reminder").state == "expired"


# 53: moved, cancelled.


def test_case_53_moved_twice_one_reminder_of_the_last_time(life, offer, alice, remind):
    remind(EVE, TWO_HOURS)
    visit = book(alice, offer, at(12, 10))
    life.until(at(10, 14))
    for day in (13, 16):
        visit = reschedule_appointment(actor=actor_of(alice), appointment=visit.uid, start=at(day, 10, 20))
    life.until(visit.start_at + timedelta(hours=1))
    assert life.reminders == ["15/11 15:00", "16/11 08:20"]


def test_case_53_moved_after_its_reminder_each_time_is_told_once(life, offer, alice, remind):
    remind(EVE)
    visit = book(alice, offer, at(12, 10))
    life.until(at(11, 16))
    moved = reschedule_appointment(actor=actor_of(alice), appointment=visit.uid, start=at(16, 10))
    life.until(moved.start_at)
    assert life.reminders == ["11/11 15:00", "15/11 15:00"]


def test_case_53_cancelled_in_the_minute_of_sending_only_the_cancellation_is_told(life, offer, alice, remind):
    remind(EVE)
    visit = book(alice, offer, at(12, 10))
    life.until(at(11, 14, 59))
    life.clock.move_to(planned(visit)[0].due_at)
    cancel_appointment(actor=actor_of(alice), appointment=visit.uid)
    life.until(visit.start_at)
    assert life.reminders == []
    assert [text.partition(" :")[0] for text in life.texts][-1] == "RDV annulé"


# 54: nobody works, or two do.


@pytest.mark.parametrize(
    ("hour", "back", "expected"),
    [("15:00", (11, 18), ["11/11 18:00"]), ("18:30", (11, 21, 30), [])],
    ids=["late by day", "not in the night"],
)
def test_case_54_three_hours_without_a_worker(life, offer, alice, remind, hour, back, expected):
    remind({**EVE, "at": hour})
    visit = book(alice, offer, at(12, 10))
    life.until(at(11, 14))
    life.asleep_until(at(*back))
    life.until(visit.start_at)
    assert life.reminders == expected


def test_case_54_a_task_delivered_twice_sends_one(life, offer, alice, remind):
    remind(EVE)
    visit = book(alice, offer, at(12, 10))
    life.until(at(11, 14, 59))
    (row,) = planned(visit)
    life.clock.move_to(row.due_at)
    told = life.double.requests
    for _ in range(2):
        tasks.send_message(row.pk)
    life.until(visit.start_at)
    tasks.send_message(row.pk)
    assert life.double.requests == told + 1


# 55: the provider and the number.


@pytest.mark.parametrize(
    ("mode", "fault"), [(Mode.NEITHER, Fault.ERROR), (Mode.DEDUPES, Fault.DROP), (Mode.KNOWS, Fault.DROP)]
)
def test_case_55_a_failure_or_a_lost_answer_ends_in_one_sms(life, settings, offer, alice, remind, mode, fault):
    """`DROP` takes the SMS and loses its answer."""
    remind(EVE)
    visit = book(alice, offer, at(12, 10))
    life.until(at(11, 14, 59))
    life.double.mode, life.double.fault = mode, fault
    point_at(settings, life.double)
    life.until(at(11, 15))
    life.double.fault = None
    life.until(visit.start_at)
    assert len(life.reminders) == 1
    assert Message.objects.get(kind="booking.reminder").state == "sent"


def test_case_55_a_failure_told_later_takes_the_other_way_once(life, client, settings, offer, alice, remind):
    settings.RECEIPT_SECRETS = {"sms": SECRET}
    remind(EVE)
    visit = book(alice, offer, at(12, 10))
    life.until(at(11, 15))
    for _ in range(2):
        assert tell(client, "undelivered", reference=life.double.accepted[-1].id) == 204
    life.until(visit.start_at)
    assert (life.reminders, len(life.letters)) == (["11/11 15:00"], 1)


@pytest.mark.parametrize(
    ("number", "by_sms"),
    [("+33148972014", 0), ("+33612", 0), ("+262692001234", 1), ("+590690001234", 1), ("+68987001234", 1)],
)
def test_case_55_a_number_without_sms_is_reminded_by_letter(life, offer, alice, remind, number, by_sms):
    alice.phone = number
    alice.save()
    remind(EVE)
    visit = book(alice, offer, at(12, 10))
    life.until(visit.start_at)
    assert (len(life.reminders), len(life.letters)) == (by_sms, 1 - by_sms)
    assert {sms.to for sms in life.double.accepted} == ({number} if by_sms else set())


# 56: the nights of the clock change.

NIGHTS = pytest.mark.parametrize(("month", "day"), [(3, 28), (10, 31)], ids=["spring", "autumn"])


@NIGHTS
def test_case_56_what_would_ring_at_half_past_two_rings_once_in_the_morning(life, offer, alice, remind, month, day):
    """Half past two does not exist on one of these nights, and happens twice on the other."""
    life.clock.move_to(at(day - 3, 10, month=month, year=2027))
    start = at(day, 10, month=month, year=2027)
    remind({"channel": "sms", "minutes": int((start - at(day, 2, 30, month=month, year=2027)).total_seconds()) // 60})
    book(alice, offer, start)
    life.until(start + timedelta(days=1))
    assert life.reminders == [f"{day}/{month:02d} 08:00"]


@NIGHTS
def test_case_56_every_beat_of_the_night_is_struck_once(month, day):
    sunday = date(2027, month, day)
    first, last = (clock.combine(one, time(), PARIS) for one in (sunday, sunday + timedelta(days=1)))
    hours = int((last - first).total_seconds()) // 3600
    assert hours in (23, 25)
    for name, entry in BEAT_SCHEDULE.items():
        if not isinstance(entry["schedule"], crontab):
            continue
        schedule, struck, ran_at, moment = copy(entry["schedule"]), 0, first - timedelta(minutes=1), first
        while moment < last:
            schedule.nowfun = lambda moment=moment: moment
            if schedule.is_due(ran_at).is_due:
                struck, ran_at = struck + 1, moment
            moment += timedelta(minutes=5)
        each_day = hours if len(schedule.hour) == 24 else 1
        assert struck == (each_day if sunday.day in schedule.day_of_month else 0), name


# 57: several visits of one day.


def test_case_57_three_visits_of_a_day_are_one_sms_and_one_cancelled_after_is_told_alone(life, offer, alice, remind):
    remind(EVE)
    offers = [offer, another_offer(offer), another_offer(offer)]
    visits = [book(alice, one, at(12, 10 + number)) for number, one in enumerate(offers)]
    life.until(at(11, 16))
    assert life.reminders == ["11/11 15:00"]
    assert life.texts[-1].startswith("Rappel : 3 RDV jeudi 12 novembre : ")

    cancel_appointment(actor=actor_of(alice), appointment=visits[1].uid)
    told = len(life.texts)
    life.until(at(12, 18))
    assert [text.partition(" :")[0] for text in life.texts[told:]] == ["RDV annulé"]


# 58: what is written.


@pytest.mark.parametrize("name", ["D’Œuvre-Ünal", "O'Neill 5 € 😀", "عبد الرحمن الفاسي"])
def test_case_58_names_of_all_scripts_fit_one_sms_with_a_whole_link_and_nothing_medical(
    life, client, settings, offer, alice, remind, name
):
    settings.SITE_URL = "https://www.prendsoin.fr"
    remind(EVE, {**EVE, "channel": "email"})
    reason, practitioner = offer.visit_reason, offer.agenda.practitioner
    reason.name, practitioner.last_name = "Suivi de dépistage", name
    reason.save()
    practitioner.save()
    visit = book(alice, offer, at(12, 10))
    life.until(at(11, 16))
    reminder = life.texts[-1]
    moved = reschedule_appointment(actor=actor_of(alice), appointment=visit.uid, start=at(13, 10))
    life.until(at(11, 17))
    cancel_appointment(actor=actor_of(alice), appointment=moved.uid)
    life.until(at(11, 18))

    assert sms_text(reminder).parts == 1
    (link,) = re.findall(r"https://www\.prendsoin\.fr(/rdv/[\w:-]+/)", reminder)
    assert client.get(link).status_code == 200
    shown = life.texts + [sent.subject for sent in mail.outbox]
    assert len(life.texts) >= 2
    for secret in ("dépistage", "Suivi", visit.specialty.name.casefold()):
        assert not [text for text in shown if secret in text.casefold() or secret in text]


# 60: what is refused, and when one sleeps.


def test_case_60_reminders_refused_a_visit_cancelled_by_the_practice_is_still_told(life, offer, alice, remind):
    remind(EVE, {**EVE, "channel": "email"})
    set_reminders(actor=actor_of(alice), by_email=False, by_sms=False)
    visit = book(alice, offer, at(12, 10))
    life.until(at(11, 16))
    assert (life.reminders, life.letters) == ([], [])

    told, sent = len(life.texts), len(mail.outbox)
    cancel_at_desk(actor=team_of(offer), appointment=visit.uid, tell_now=True)
    life.until(at(11, 20))
    assert [text.partition(" :")[0] for text in life.texts[told:]] == ["RDV annulé"]
    assert [one.to for one in mail.outbox[sent:]] == [[alice.email]]


@pytest.mark.parametrize(
    ("zone", "hour", "minutes", "expected"),
    [
        # 04:00 in Paris is already 07:00 in La Réunion: at eight there.
        ("Indian/Reunion", 10, 360, "12/11 05:00"),
        ("Europe/Paris", 10, 360, "12/11 08:00"),
        # Noon in Paris is still 07:00 in Guadeloupe: at eight there.
        ("America/Guadeloupe", 15, 180, "12/11 13:00"),
        # Noon is 07:00 in Guadeloupe, and eight too late: at eight in the evening before, 01:00 in Paris.
        ("America/Guadeloupe", 12, 120, "12/11 01:00"),
    ],
)
def test_case_60_the_night_is_that_of_the_reader(life, offer, alice, remind, zone, hour, minutes, expected):
    remind({"channel": "sms", "minutes": minutes})
    set_reminders(actor=actor_of(alice), by_email=True, by_sms=True, timezone=zone)
    visit = book(alice, offer, at(12, hour))
    life.until(visit.start_at + timedelta(hours=2))
    assert life.reminders == [expected]
