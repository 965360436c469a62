"""`manage.py relay`: survives a database that is away, and does what is due once when asked."""

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError

from core import jobs, relay
from core.management.commands import relay as command
from core.models import Heartbeat, Job, JobState

pytestmark = pytest.mark.django_db


class Turns:
    """A relay whose turns give or raise what a test says."""

    def __init__(self, *turns):
        self.turns = list(turns)

    def turn(self):
        result = self.turns.pop(0)
        if isinstance(result, Exception):
            raise result
        return result


@pytest.fixture
def loop(monkeypatch):
    monkeypatch.setattr(command.connection, "close", lambda: None)
    made = command.Command()
    made.next_beat = 0.0
    return made


def test_turn_with_work_is_followed_at_once_and_an_empty_one_after_a_pause(loop):
    assert [loop.step(Turns(3)), loop.step(Turns(0))] == [0.0, command.IDLE]
    assert command.IDLE <= 0.5


@pytest.mark.parametrize("error", [OperationalError(), InterfaceError()])
def test_database_away_is_waited_for(loop, error):
    assert loop.step(Turns(error)) == command.DATABASE_REST


def test_any_other_fault_is_not_hidden(loop):
    with pytest.raises(ZeroDivisionError):
        loop.step(Turns(ZeroDivisionError()))


def test_relay_shows_that_it_lives(loop):
    loop.step(Turns(0))
    loop.step(Turns(0))

    assert list(Heartbeat.objects.values_list("name", flat=True)) == [relay.HEARTBEAT]


def test_once_does_all_that_is_due_and_what_it_brings_about(monkeypatch):
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    monkeypatch.setattr("core.broker.Broker.publish", lambda self, task, pk: False)
    done = []

    @jobs.handler("test.countdown")
    def countdown(number):
        done.append(number)
        if number:
            jobs.enqueue("test.countdown", number=number - 1)

    jobs.enqueue("test.countdown", number=2)

    call_command("relay", "--once")

    assert done == [2, 1, 0]
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}
