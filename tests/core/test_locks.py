"""Advisory locks taken at once, or not at all."""

import threading

import pytest
from django.db import connection, transaction

from core import locks

pytestmark = pytest.mark.django_db

HELD = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
"""


def held() -> int:
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        return cursor.fetchone()[0]


def in_another_session(act):
    """Run `act` in a thread, which has a connection of its own."""
    found = []

    def work():
        try:
            with transaction.atomic():
                found.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    return found[0]


def test_free_locks_are_taken_together():
    assert locks.take_at_once((locks.PATIENT, [3, 2]), (locks.PERFORMER, [1])) is True
    assert held() == 3


def test_nothing_is_taken_while_the_first_is_somebody_elses():
    locks.take((locks.PERFORMER, [7]))

    def ask():
        return locks.take_at_once((locks.PERFORMER, [7]), (locks.PATIENT, [8])), held()

    assert in_another_session(ask) == (False, 0)


def test_no_lock_asked_for_is_taken():
    assert locks.take_at_once((locks.PATIENT, [])) is True
    assert held() == 0
