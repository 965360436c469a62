"""Case 51: what a practice writes reaches the next free start of the directory with its commit, and never without it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.models import Listing
from booking.recurrence import Frequency
from booking.services.absences import add_absence, remove_absence
from booking.services.opening import remove_opening
from core import audit, clock
from notifications.testing import run_due_jobs
from practitioners.models import AgendaReason, OnlineBlock
from practitioners.services.agendas import change_agenda
from practitioners.services.offers import change_offer, remove_offer, set_offer
from practitioners.services.visit_reasons import change_reason
from practitioners.signals import offering_changed
from tests.desk import everything_written, refreshed

pytestmark = pytest.mark.django_db


class Broken(Exception):
    pass


def acts_of(desk):
    actor, offer = desk.actor("martin"), desk.offer
    pair = {"visit_reason": offer.visit_reason.uid, "agenda": desk.agenda.uid}
    return [
        lambda: change_agenda(actor=actor, agenda=desk.agenda.uid, changes={"online": False}),
        lambda: change_agenda(actor=actor, agenda=desk.agenda.uid, changes={"accepts_new_patients": False}),
        lambda: change_offer(actor=actor, changes={"notice_minutes": 0}, **pair),
        lambda: set_offer(actor=actor, terms={"duration_minutes": 30, "modes": ["phone"]}, **pair),
        lambda: remove_offer(actor=actor, **pair),
        lambda: change_reason(actor=actor, visit_reason=offer.visit_reason.uid, changes={"archived": True}),
    ]


def kept(desk):
    return (
        list(AgendaReason.objects.filter(agenda=desk.agenda).values()),
        list(OnlineBlock.objects.values()),
        list(type(desk.agenda).objects.order_by("pk").values()),
        list(desk.agenda.practice.visit_reasons.order_by("pk").values()),
    )


def test_what_was_rolled_back_told_nobody(desk, monkeypatch):
    def broken(*args, **kwargs):
        raise Broken

    monkeypatch.setattr(audit, "record", broken)
    before = (everything_written(), kept(desk))
    for act in acts_of(desk):
        with pytest.raises(Broken):
            act()
    assert (everything_written(), kept(desk)) == before


def test_the_news_is_given_in_the_transaction_of_the_change(desk):
    told = []

    def listen(sender, practitioner_ids, **kwargs):
        told.append(list(practitioner_ids))

    offering_changed.connect(listen)
    try:
        for act in acts_of(desk)[:4]:
            act()
    finally:
        offering_changed.disconnect(listen)

    assert told == [[desk.agenda.practitioner_id]] * 4
    # One pending job per practitioner, however many changes.
    assert refreshed() == [desk.agenda.practitioner_id]


def test_the_directory_follows_what_is_written(desk):
    def listing():
        run_due_jobs()
        row = Listing.objects.get(agenda=desk.agenda)
        return row.bookable, row.next_start

    actor = desk.actor("martin")
    change_offer(
        actor=actor, visit_reason=desk.offer.visit_reason.uid, agenda=desk.agenda.uid, changes={"notice_minutes": 0}
    )
    bookable, first = listing()
    assert bookable
    zone = ZoneInfo("Europe/Paris")
    day = clock.local_date(first, zone)
    midnight = {"start_time": clock.instant(0).time(), "end_time": clock.instant(0).time(), "span_days": 3}
    absence = add_absence(
        actor=actor,
        agenda=desk.agenda.uid,
        fields={"frequency": Frequency.ONCE, "starts_on": day - timedelta(days=1), **midnight},
    )
    assert listing()[1] >= first + timedelta(days=1)
    remove_absence(actor=actor, absence=absence.uid)
    assert listing()[1] == first
    change_agenda(actor=actor, agenda=desk.agenda.uid, changes={"online": False})
    assert listing() == (False, None)
    change_agenda(actor=actor, agenda=desk.agenda.uid, changes={"online": True})
    remove_opening(actor=actor, opening=desk.agenda.opening_hours.get().uid)
    assert listing() == (True, None)
