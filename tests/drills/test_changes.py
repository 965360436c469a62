"""D06: visits cancelled and moved at the very moment their reminder leaves. No former time is told after the change.

The clients' journal notes each act after its commit; the checker compares the hour a person read with what was true when it
arrived. A message whose sending had begun at the commit may still arrive: counted apart, with how late it was.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from booking.exceptions import Refusal
from booking.services import _news, _untold
from booking.services.desk.changing import cancel_at_desk, move_at_desk
from core import clock, phrasing
from core.access import Actor, Space
from notifications.doubles.sms_provider import Mode, serving
from notifications.models import Message
from notifications.services import notify
from practitioners.enums import Role
from tests.drills.checker import check_reminders
from tests.drills.extent import sized
from tests.drills.journals import JournallingProvider
from tests.drills.site import RELAY, WORKERS, alive, wait_for
from tests.factories import AppointmentFactory, BookableAgendaFactory, MembershipFactory, PracticeFactory, RecordFactory

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

PAIRS = sized(24, 600)
A_SECOND = 16  # pairs
CLIENTS = 3
WARM = 6
BY_AGENDA = 12
TRIES = 20


class Pair:
    """One visit, its reminder, and what will be done to it; `cancels` or moves to the free time that follows."""

    def __init__(self, number, visit, owner):
        self.number, self.visit, self.owner = number, visit, owner
        self.cancels = number % 2 == 0
        self.phone = str(visit.record.phone)

    def remind(self, due_at):
        notify(
            kind="booking.reminder", channel="sms", subject=f"appointment:{self.visit.pk}", occasion="d1-1500",
            address=self.phone, sealed={"hour": phrasing.hour_text(self.visit.start_at, "Europe/Paris")},
            due_at=due_at, expires_at=self.visit.start_at,
        )  # fmt: skip

    def act(self, moment, clients):
        time.sleep(max(0.0, moment - time.time()))
        try:
            if self.cancels:
                self.ask(cancel_at_desk)
                clients.write(act="cancel", number=self.phone)
            else:
                start = self.visit.start_at + timedelta(minutes=20)
                self.ask(move_at_desk, start=start)
                clients.write(act="move", number=self.phone, start=start.isoformat())
        finally:
            connection.close()

    def ask(self, act, **more):
        """As people do: again, while the answer is that the agenda is busy (a lock was held for more than two seconds)."""
        for _ in range(TRIES):
            try:
                return act(actor=self.owner, appointment=self.visit.uid, tell_now=True, **more)
            except Refusal as refusal:
                if refusal.code != "agenda_busy":
                    raise
            time.sleep(0.3)
        return act(actor=self.owner, appointment=self.visit.uid, tell_now=True, **more)


def make_pairs(count):
    """Visits every forty minutes, three days ahead, of people whom the practice reaches by SMS alone."""
    practice = PracticeFactory()
    member = MembershipFactory(practice=practice, role=Role.OWNER)
    owner = Actor(user_id=member.user_id, space=Space.PRACTICE, practice_id=practice.pk, strong=True)
    day = clock.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=3)
    pairs = []
    for number in range(count):
        if number % BY_AGENDA == 0:
            agenda = BookableAgendaFactory(practice=practice)
        record = RecordFactory(practice=practice, phone=f"+336399{80_000 + number}", email="")
        start = day + timedelta(minutes=40 * (number % BY_AGENDA))
        reason = agenda.reasons.get().visit_reason
        visit = AppointmentFactory(agenda=agenda, record=record, start_at=start, visit_reason=reason)
        pairs.append(Pair(number, visit, owner))
    return pairs


def race_changes(pairs, chance, clients):
    """Each reminder is due at an instant of its own, and its visit changes around it: at once, or up to four seconds before."""
    begins = time.time() + sized(2, 6)
    dues = [begins + number / A_SECOND for number in range(len(pairs))]
    for pair, due in zip(pairs, dues, strict=True):
        clients.write(act="visit", number=pair.phone, start=pair.visit.start_at.isoformat())
        pair.remind(clock.datetime.fromtimestamp(due, clock.UTC))
    shift = [
        chance.uniform(-0.1, sized(1.5, 0.5)) if number % 4 < 2 else chance.uniform(-4, -0.2)
        for number in range(len(pairs))
    ]
    acts = sorted(
        zip([due + by for due, by in zip(dues, shift, strict=True)], pairs, strict=True), key=lambda act: act[0]
    )
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(pair.act, moment, clients) for moment, pair in acts]:
            done.result()


@pytest.fixture
def provider(environment, recipients):
    double = JournallingProvider()
    double.journal, double.mode = recipients, Mode.DEDUPES
    with serving(double):
        environment["SMS_URL"] = f"{double.url}?promise={double.mode.value}"
        yield double


def every_reminder_ended():
    return not Message.objects.filter(
        kind="booking.reminder", revision=0, state__in=("pending", "sending"), due_at__lte=clock.now()
    ).exists()


@pytest.mark.parametrize("guard", [True, False], ids=["guarded", "control_no_revision_check"])
def test_d06_changed_visits_are_never_reminded_as_they_were(
    start, valkey, environment, provider, clients, recipients, chance, tell, monkeypatch, guard
):
    pairs = make_pairs(WARM + (PAIRS if guard else PAIRS // sized(2, 6)))
    if not guard:
        environment["DRILL_WITHOUT"] = "revision"
        for module in (_news, _untold):
            monkeypatch.setattr(module, "cancel_pending", lambda *args, **more: 0)
    start(*RELAY)
    start(*WORKERS)
    assert wait_for(alive("seen_ago"), 60)
    # A worker's first messages take it longer than the moment that one may be on its way.
    warm, pairs = pairs[:WARM], pairs[WARM:]
    for pair in warm:
        clients.write(act="visit", number=pair.phone, start=pair.visit.start_at.isoformat())
        pair.remind(clock.now())
    assert wait_for(every_reminder_ended, 60)
    race_changes(pairs, chance, clients)
    assert wait_for(every_reminder_ended, 60)

    found = check_reminders(recipients.path, clients.path, by_night=True)
    tell(
        "D06" if guard else "D06 control, no revision check",
        f"{len(pairs)} pairs: {found.seen} reminders received, {len(found.wrong)} of a former time or a cancelled visit, "
        f"{found.doubled} twice; {found.in_flight} were on their way at the commit ({found.latest:.0f} ms at most)",
    )
    assert found.doubled == 0
    assert (found.wrong == []) is guard, found.wrong
