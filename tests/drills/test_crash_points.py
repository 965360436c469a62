"""A process dies at each point of an outbox row's life; whoever comes next loses nothing, and doubles nothing it can help.

Crash points of security.md §5.1; the last (a planner in the middle of its batch) comes with the planner of reminders.
"""

from datetime import timedelta

import pytest

from core import clock, relay
from core.models import Job
from notifications.models import Message
from tests.drills.ledger import accepted
from tests.drills.work import CRASHED, FAR, act

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]


class NoBroker:
    is_resting = True

    def publish(self, task, pk):
        return False

    def close(self):
        """Nothing is held."""


def survive():
    """What the relay of another machine does afterwards: the leases end, then everything due is done."""
    long_ago = clock.now() - timedelta(seconds=1)
    for model in (Job, Message):
        model.objects.filter(state=model.BUSY).update(lease_until=long_ago)
        model.objects.filter(offered_at__isnull=False).update(offered_at=long_ago - timedelta(minutes=1))
    survivor = relay.Relay(NoBroker(), hands=0)
    while survivor.turn():
        pass
    survivor.close()


def effects():
    return Job.objects.filter(kind="drill.effect", due_at=FAR).count()


def settled():
    return (
        set(Message.objects.values_list("state", flat=True)),
        set(Job.objects.filter(kind="drill.work").values_list("state", flat=True)),
    )


def test_death_before_the_commit_leaves_nothing(run):
    assert run("act", 1, CRASH_AT="before_commit") == CRASHED
    survive()

    assert (Message.objects.count(), Job.objects.count(), accepted()) == (0, 0, [])


def test_death_after_the_commit_loses_nothing(run):
    assert run("act", 1, CRASH_AT="after_commit") == CRASHED
    survive()

    assert (len(accepted()), effects(), settled()) == (1, 1, ({"sent"}, {"done"}))


@pytest.mark.parametrize("point", ["after_claim", "before_the_provider", "after_acceptance", "after_settling"])
def test_death_while_sending_loses_and_doubles_nothing(run, point):
    act(1)
    assert run("send", CRASH_AT=point) == CRASHED
    survive()

    assert (len(accepted()), settled()[0]) == (1, {"sent"})


@pytest.mark.parametrize("point", ["after_claim", "in_the_handler", "after_settling"])
def test_death_in_a_job_has_its_effect_once(run, point):
    act(1)
    assert run("job", CRASH_AT=point) == CRASHED
    survive()

    assert (effects(), settled()[1]) == (1, {"done"})


def test_death_of_the_relay_between_offer_and_publish_loses_nothing(run):
    act(1)
    assert run("relay", CRASH_AT="between_offer_and_publish") == CRASHED
    assert Job.objects.filter(offered_at__isnull=False, state="pending").exists()
    survive()

    assert (len(accepted()), effects(), settled()) == (1, 1, ({"sent"}, {"done"}))


def test_provider_that_promises_nothing_shows_the_double(run, environment, settings):
    """The negative control, and the limit stated for SMTP: at least once."""
    environment["DRILL_CHANNEL"] = "tests.drills.ledger.ForgetfulLedger"
    settings.MESSAGE_CHANNELS = {**settings.MESSAGE_CHANNELS, "email": environment["DRILL_CHANNEL"]}
    act(1)
    assert run("send", CRASH_AT="after_acceptance") == CRASHED
    survive()

    assert (len(accepted()), len(set(accepted()))) == (2, 1)
