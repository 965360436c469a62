"""D01, D03 and D19: workers, relays and the broker killed at random moments while messages pour in.

The provider runs in the test's own process, which nobody kills; its journal is what recipients saw. The negative controls
take one guard off and must show the fault it prevents.
"""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from notifications.doubles.sms_provider import Mode, serving
from notifications.models import Message
from tests.drills.checker import check_news
from tests.drills.conftest import kill
from tests.drills.extent import FULL, sized
from tests.drills.journals import JournallingProvider
from tests.drills.site import RELAY, WORKERS, wait_for, wait_for_worker
from tests.drills.work import write

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def provider(environment, recipients):
    """The provider of every process of the drill; `provider.mode` is set before the first of them starts."""
    double = JournallingProvider()
    double.journal = recipients
    double.answers_after = 0.03
    with serving(double):
        yield double


def trust(environment, provider, mode):
    provider.mode = mode
    environment["SMS_URL"] = f"{provider.url}?promise={mode.value}"


def write_some(clients, first, count):
    for number in range(first, first + count):
        write(number)
        clients.write(act="write", news=f"drill:{number}")


def nothing_waits():
    return not Message.objects.filter(state__in=("pending", "sending")).exists()


def verdict(environment, clients, recipients):
    return check_news(environment["DATABASE_URL"], recipients.path, clients.path)


def children_of(process):
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []


class Crew:
    """A worker and a relay, of which a random one dies when it is told to; another takes its place at once."""

    def __init__(self, start, chance) -> None:
        self.start, self.chance = start, chance
        self.worker, self.relay = start(*WORKERS), start(*RELAY)

    def lose_one(self):
        victim = self.chance.choice(["worker", "worker", "child", "relay"])
        if victim == "child" and (children := children_of(self.worker)):
            os.kill(self.chance.choice(children), signal.SIGKILL)
        elif victim == "relay":
            kill(self.relay)
            self.relay = self.start(*RELAY)
        else:
            kill(self.worker)
            self.worker = self.start(*WORKERS)


STORMS = [(Mode.DEDUPES, 2_000, 30), (Mode.KNOWS, 400, 8), (Mode.NEITHER, 400, 8)] if FULL else [(Mode.KNOWS, 30, 2)]


@pytest.mark.parametrize(("mode", "messages", "kills"), STORMS, ids=[storm[0].name.lower() for storm in STORMS])
def test_d01_deaths_lose_nothing_and_double_only_where_nothing_is_promised(
    start, valkey, environment, provider, clients, recipients, chance, tell, mode, messages, kills
):
    """The last provider promises nothing: its number is the limit stated for SMTP, printed and not hidden."""
    trust(environment, provider, mode)
    crew = Crew(start, chance)
    wait_for_worker(start)
    share = messages // kills
    for death in range(kills):
        write_some(clients, death * share, share)
        time.sleep(chance.uniform(0.2, 1.5))
        crew.lose_one()
    assert wait_for(nothing_waits, 150)

    found = verdict(environment, clients, recipients)
    tell("D01", f"{kills} deaths, provider {mode.name.lower()}: {found}")
    assert (found.acknowledged, found.lost, found.strange, found.unfinished, found.disputed) == (
        share * kills,
        [],
        0,
        0,
        0,
    )
    assert found.doubled == 0 or mode is Mode.NEITHER


def test_d01_control_provider_that_is_not_asked_shows_doubles(
    start, valkey, environment, provider, clients, recipients, tell
):
    """Negative control: the provider could be asked, the guard is off, and every death after acceptance shows."""
    trust(environment, provider, Mode.KNOWS)
    environment["DRILL_WITHOUT"] = "known"
    provider.answers_after = 0.5
    relay = start(*RELAY)
    write_some(clients, 0, sized(6, 30))
    for _ in range(sized(1, 4)):
        seen = len(provider.accepted)
        assert wait_for(lambda seen=seen: len(provider.accepted) > seen, 60)
        kill(relay)
        relay = start(*RELAY)
    assert wait_for(nothing_waits, 90)

    found = verdict(environment, clients, recipients)
    tell("D01 control, nobody asks the provider", found)
    assert found.doubled > 0
    assert found.lost == []


@pytest.mark.parametrize("guard", sized(["outbox"], ["outbox", "acks_late"]))
def test_d03_control_queue_without_an_outbox_loses(
    start, valkey, environment, provider, clients, recipients, tell, guard
):
    """Negative control: tasks are the only trace of the work, as without a relay. The broker is emptied, or the worker,
    which acknowledges before it has worked, is killed.
    """
    trust(environment, provider, Mode.DEDUPES)
    environment["DRILL_WITHOUT"] = guard
    provider.answers_after = 0.2
    count = sized(20, 200)
    write_some(clients, 0, count)
    ids = [str(pk) for pk in Message.objects.values_list("pk", flat=True)]
    worker = start(*WORKERS)
    assert start("tests.drills.process", "publish", *ids).wait(60) == 0
    assert wait_for(lambda: len(provider.accepted) >= 2, 60)
    if guard == "outbox":
        valkey.stop()
        shutil.rmtree(valkey.folder)
        valkey.start()
    else:
        kill(worker)
        start(*WORKERS)
    wait_for(nothing_waits, sized(3, 15))

    found = verdict(environment, clients, recipients)
    tell(
        f"D03 control, {'no relay, broker emptied' if guard == 'outbox' else 'no relay, early acknowledgement'}", found
    )
    assert found.unfinished > 0
    assert found.doubled == 0


def test_d03_broker_killed_and_emptied_loses_nothing(
    start, valkey, environment, provider, clients, recipients, chance, tell
):
    """What the broker held is gone; the outbox is the truth."""
    trust(environment, provider, Mode.DEDUPES)
    Crew(start, chance)
    wait_for_worker(start)
    faults = ["killed"] * sized(1, 10) + ["emptied"] * sized(1, 5)
    chance.shuffle(faults)
    share = sized(20, 60)
    for number, fault in enumerate(faults):
        write_some(clients, number * share, share)
        time.sleep(chance.uniform(0.1, 1.0))
        os.kill(valkey.start(), signal.SIGKILL)
        if fault == "emptied":
            time.sleep(0.1)
            shutil.rmtree(valkey.folder)
        valkey.start()
    assert wait_for(nothing_waits, 120)

    found = verdict(environment, clients, recipients)
    tell("D03", f"broker killed {faults.count('killed')} times, emptied {faults.count('emptied')}: {found}")
    assert (found.acknowledged, found.is_clean) == (share * len(faults), True)


def test_d19_two_relays_double_nothing(start, valkey, environment, provider, clients, recipients, chance, tell):
    trust(environment, provider, Mode.NEITHER)
    start(*RELAY)
    start(*RELAY)
    start(*WORKERS)
    messages = sized(30, 600)
    write_some(clients, 0, messages)
    assert wait_for(nothing_waits, 120)

    found = verdict(environment, clients, recipients)
    tell("D19", f"two relays, a provider that promises nothing: {found}")
    assert (found.acknowledged, found.is_clean) == (messages, True)
