"""Delays announced at the same instant, and while the messages of one are leaving: each patient hears of two at most."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from booking.models import LateNotice
from booking.services.late import announce_delay
from core import clock
from notifications.models import Message
from notifications.services import send_message
from tests.booking.desk.desk_acts import at_hour, caller
from tests.booking.desk.test_late import NINE, put
from tests.concurrency.rivals import outcomes, race
from tests.desk import desk  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

PHONES = ("+33639980001", "+33639980002", "+33639980002")


@pytest.fixture
def waiting(desk):  # noqa: F811
    """Three visits this morning, two of them of one family."""
    with time_machine.travel(NINE - timedelta(days=1), tick=False) as now:
        for hour, phone in zip((10, 11, 12), PHONES, strict=True):
            put(desk, at_hour(desk.agenda, hour), record=caller(desk, email="", phone=phone))
        now.move_to(NINE)
        yield desk


def announce(place, minutes):
    return lambda: announce_delay(
        actor=place.actor("sophie"), agenda=place.agenda.uid, minutes=minutes, window="demi-journee"
    )


def send_what_waits():
    for pk in Message.objects.filter(state="pending", due_at__lte=clock.now()).values_list("pk", flat=True):
        send_message(pk)


def left():
    """How many notices each address was sent."""
    return Counter(Message.objects.filter(kind="booking.late", state="sent").values_list("recipient", flat=True))


def test_delays_at_the_same_instant_leave_one_standing_and_tell_each_once(waiting):
    assert outcomes(race([announce(waiting, minutes) for minutes in (10, 20, 30, 40)])) == {"ok": 4}
    send_what_waits()

    assert LateNotice.objects.filter(ended_at__isnull=True).count() == 1
    assert sorted(left().values()) == [1, 1]


def test_delays_that_race_with_their_sending_tell_each_twice_at_most(waiting):
    over = threading.Event()

    def post():
        try:
            while not over.is_set():
                send_what_waits()
        finally:
            connection.close()

    postman = threading.Thread(target=post)
    postman.start()
    try:
        for base in (10, 30, 60, 90):
            race([announce(waiting, base + number) for number in range(2)])
    finally:
        over.set()
        postman.join()
    send_what_waits()

    assert set(left().values()) <= {1, 2}
    assert len(left()) == 2
