"""Two refreshes of one practitioner: the one that read last writes last."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet

from booking.models import Listing
from booking.search import refresh
from tests.concurrency.conftest import book, free_starts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

PATIENCE = 10


def race(monkeypatch, offer, alice, *, waits: float) -> None:
    """A slow refresh reads; a visit is booked and refreshed; only then does the slow one write.

    `waits` is how many seconds the second refresh is given to end while the first has not written.
    """
    has_read, may_write = threading.Event(), threading.Event()
    rows = refresh._rows
    slow = threading.Thread(target=lambda: (refresh.refresh_listings([performer]), connection.close()))

    def reads_then_waits(*args):
        found = rows(*args)
        if threading.current_thread() is slow:
            has_read.set()
            may_write.wait(PATIENCE)
        return found

    performer = offer.agenda.practitioner_id
    monkeypatch.setattr(refresh, "_rows", reads_then_waits)
    slow.start()
    assert has_read.wait(PATIENCE)
    book(alice, offer, Listing.objects.get().next_start)
    quick = threading.Thread(target=lambda: (refresh.refresh_listings([performer]), connection.close()))
    quick.start()
    quick.join(waits)
    may_write.set()
    slow.join(PATIENCE)
    quick.join(PATIENCE)
    assert not slow.is_alive()
    assert not quick.is_alive()


@pytest.fixture
def tomorrow(offer):
    """The row before the race, its first hour well ahead of any notice."""
    offer.agenda.reasons.update(notice_minutes=0)
    offer.agenda.opening_hours.update(starts_on=free_starts(offer)[0].date())
    offer.refresh_from_db()
    refresh.refresh_listings([offer.agenda.practitioner_id])
    return Listing.objects.get().next_start


def test_the_refresh_that_read_last_writes_last(monkeypatch, offer, people, tomorrow):
    race(monkeypatch, offer, people(1)[0], waits=0.5)

    assert Listing.objects.get().next_start == tomorrow + timedelta(minutes=20)


def test_without_the_lock_an_old_hour_comes_back(monkeypatch, offer, people, tomorrow):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)

    race(monkeypatch, offer, people(1)[0], waits=PATIENCE)

    assert Listing.objects.get().next_start == tomorrow
