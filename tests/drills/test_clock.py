"""D11: clocks that jump, the nights of the clock change, 29 February, an absence of six hours: each person is reminded once.

Time is simulated; the plan, the outbox, the relay and the checker are the real ones.
"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from booking.services.reminders import plan_reminders
from core import clock, outbox, relay, tasks
from core.models import Job
from notifications.doubles.sms_provider import Mode, serving
from notifications.models import Message
from tests.concurrency.rivals import race
from tests.drills.checker import check_reminders
from tests.drills.extent import sized
from tests.drills.journals import JournallingProvider
from tests.drills.test_crash_points import NoBroker
from tests.drills.test_sms_provider import point_at
from tests.factories import AppointmentFactory, BookableAgendaFactory, PracticeFactory, RecordFactory

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

VISITS = sized(4, 24)
STEP = timedelta(minutes=sized(30, 5))  # the bound of catching up is five minutes
# Ten in the morning in Paris, of the days that go wrong.
DAYS = {
    "spring": datetime(2027, 3, 28, 8, 0, tzinfo=UTC),
    "autumn": datetime(2026, 10, 25, 9, 0, tzinfo=UTC),
    "leap day": datetime(2028, 2, 29, 9, 0, tzinfo=UTC),
    "day after the leap day": datetime(2028, 3, 1, 9, 0, tzinfo=UTC),
}


@pytest.fixture
def provider(kinds, settings, recipients):
    double = JournallingProvider()
    double.journal, double.mode = recipients, Mode.NEITHER
    with serving(double):
        point_at(settings, double)
        yield double


def make_visits(first, clients):
    """Visits every twenty minutes of that day, of people reached by SMS alone, with their reminders."""
    practice = PracticeFactory()
    for number in range(VISITS):
        if number % 12 == 0:
            agenda = BookableAgendaFactory(practice=practice)
        record = RecordFactory(practice=practice, phone=f"+336399{80_000 + number}", email="")
        start = first + timedelta(minutes=20 * (number % 12))
        visit = AppointmentFactory(agenda=agenda, record=record, start_at=start)
        plan_reminders(visit)
        clients.write(act="visit", number=str(record.phone), start=start.isoformat())


def live(time, until, chance, *, away=None, jumps=True):
    """A relay's life from now to then, minute after minute; `away` is when it is not there."""
    worker = relay.Relay(NoBroker(), hands=0)
    while clock.now() < until:
        if away is None or not away[0] <= clock.now() < away[1]:
            while worker.turn():
                pass
        # A clock set right by an hour, in either direction.
        jump = chance.choice([timedelta(hours=1), timedelta(hours=-1)]) if jumps and chance.random() < 0.02 else STEP
        time.shift(jump)
    worker.close()


CHOSEN = sized(["spring"], list(DAYS))


@pytest.mark.parametrize("day", CHOSEN, ids=[name.replace(" ", "_") for name in CHOSEN])
def test_d11_each_is_reminded_once_whatever_the_clock_does(provider, clients, recipients, chance, tell, day):
    start = DAYS[day]
    with time_machine.travel(start - timedelta(days=4), tick=False) as time:
        make_visits(start, clients)
        live(time, start + timedelta(hours=5), chance)

    found = check_reminders(recipients.path, clients.path)
    tell("D11", f"{day}, a clock that jumps by hours: {found}")
    assert (found.acknowledged, found.is_clean) == (VISITS, True), found


def test_d11_six_hours_without_a_relay_are_caught_up_by_day_and_left_by_night(
    provider, clients, recipients, chance, tell
):
    """Nothing is sent late in the evening for what was missed in the afternoon."""
    start = DAYS["spring"]
    with time_machine.travel(start - timedelta(days=4), tick=False) as time:
        make_visits(start, clients)
        due = Message.objects.filter(kind="booking.reminder").earliest("due_at").due_at
        back = due + timedelta(hours=2)
        live(time, start, chance, away=(back - timedelta(hours=6), back), jumps=False)
    waited = [
        message.finished_at - back for message in Message.objects.filter(kind="booking.reminder", due_at__lt=back)
    ]

    found = check_reminders(recipients.path, clients.path)
    tell("D11", f"no relay for six hours: {found}; caught up in {max(waited)}")
    assert found.is_clean, found
    assert max(waited) <= STEP


def test_d11_control_message_without_a_term_rings_in_the_night(provider, clients, recipients, chance, tell):
    """Negative control: the same absence lasts until the night, and the reminders no longer expire at nine."""
    start = DAYS["spring"]
    with time_machine.travel(start - timedelta(days=4), tick=False) as time:
        make_visits(start, clients)
        reminders = Message.objects.filter(kind="booking.reminder")
        due = reminders.earliest("due_at").due_at
        back = due.replace(hour=21, minute=30)
        reminders.update(expires_at=start)
        live(time, start, chance, away=(due - timedelta(hours=1), back), jumps=False)

    found = check_reminders(recipients.path, clients.path)
    tell("D11 control, reminders without a term", found)
    assert found.wrong


def test_d11_two_beats_at_once_make_one_job(kinds):
    outcomes = race([lambda: tasks.tick("core.prune")] * sized(4, 40))

    assert outcomes == [None] * len(outcomes)
    assert Job.objects.filter(kind="core.prune", state="pending").count() == 1
    assert outbox.lag(Job) >= timedelta(0)
