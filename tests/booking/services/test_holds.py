"""Holds: ten minutes, renewed once, bounded, and over cleanly."""

from datetime import timedelta

import pytest
import time_machine
from django.http import Http404

from booking.enums import Status
from booking.models import Appointment
from booking.services.holds import forget_expired_holds, hold_slot, release_hold, renew_hold
from core import clock
from tests.booking.conftest import actor_of, book, free_starts, refusal_code, visitor
from tests.factories import PractitionerFactory

pytestmark = pytest.mark.django_db


def take(offer, start, who=None):
    return hold_slot(actor=who or visitor(), agenda=offer.agenda.uid, visit_reason=offer.visit_reason.uid, start=start)


def test_hold_lasts_ten_minutes_and_hides_the_slot(offer):
    start = free_starts(offer)[0]
    with time_machine.travel(clock.now(), tick=False):
        held = take(offer, start)
        assert held.expires_at == clock.now() + timedelta(minutes=10)
    assert start not in free_starts(offer)


def test_hold_of_the_same_slot_asked_again_is_the_same_hold(offer):
    start = free_starts(offer)[0]
    assert take(offer, start).pk == take(offer, start).pk


def test_hold_of_anothers_slot_is_refused_with_alternatives(offer):
    from booking.exceptions import Refusal

    start = free_starts(offer)[0]
    take(offer, start)
    with pytest.raises(Refusal) as refused:
        take(offer, start, visitor("c" * 64))
    assert refused.value.code == "slot_taken"
    assert start not in [slot.start for slot in refused.value.alternatives]


def test_case_48_a_visitor_keeps_three_slots_at_most(offer):
    starts = free_starts(offer)
    for start in starts[:3]:
        take(offer, start)
    assert refusal_code(lambda: take(offer, starts[3])) == "too_many_holds"


def test_case_48_an_address_keeps_a_bounded_number_of_slots(offer, settings):
    settings.HOLDS_PER_ADDRESS = 4
    starts = free_starts(offer)
    for number, start in enumerate(starts[:4]):
        take(offer, start, visitor(f"{number:064x}"))
    assert refusal_code(lambda: take(offer, starts[5], visitor("e" * 64))) == "too_many_holds"
    assert take(offer, starts[5], visitor("e" * 64, ip="127.0.0.9")).status == Status.HELD


def test_case_48_an_expired_hold_frees_the_slot_for_everybody(offer, charlie):
    start = free_starts(offer)[0]
    take(offer, start)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert start in free_starts(offer)
        assert book(charlie, offer, start).status == Status.BOOKED


def test_case_48_booking_after_the_end_of_the_hold_is_hold_expired_with_alternatives(offer, alice):
    from booking.exceptions import Refusal

    start = free_starts(offer)[0]
    held = take(offer, start, actor_of(alice))
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False), pytest.raises(Refusal) as refused:
        book(alice, offer, start, hold=held.uid)
    assert refused.value.code == "hold_expired"
    assert len(refused.value.alternatives) == 3


def test_renewing_gives_ten_more_minutes_once(offer):
    held = take(offer, free_starts(offer)[0])
    with time_machine.travel(clock.now() + timedelta(minutes=8), tick=False):
        assert renew_hold(actor=visitor(), hold=held.uid).expires_at == clock.now() + timedelta(minutes=10)
        assert refusal_code(lambda: renew_hold(actor=visitor(), hold=held.uid)) == "hold_already_renewed"


def test_renewing_after_the_end_is_refused(offer):
    held = take(offer, free_starts(offer)[0])
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert refusal_code(lambda: renew_hold(actor=visitor(), hold=held.uid)) == "hold_expired"


def test_releasing_gives_the_slot_back(offer):
    start = free_starts(offer)[0]
    held = take(offer, start)
    release_hold(actor=visitor(), hold=held.uid)
    assert start in free_starts(offer)
    assert not Appointment.objects.exists()


def test_a_strangers_hold_is_not_found(offer, charlie):
    held = take(offer, free_starts(offer)[0])
    for act in (release_hold, renew_hold):
        with pytest.raises(Http404):
            act(actor=actor_of(charlie), hold=held.uid)
    assert Appointment.objects.filter(status=Status.HELD).count() == 1


def test_a_stranger_cannot_book_with_anothers_hold(offer, charlie):
    start = free_starts(offer)[0]
    held = take(offer, start)
    assert refusal_code(lambda: book(charlie, offer, start, hold=held.uid)) == "hold_expired"


def test_abandoned_holds_are_deleted_and_live_ones_kept(offer):
    starts = free_starts(offer)
    take(offer, starts[0])
    with time_machine.travel(clock.now() + timedelta(minutes=30), tick=False):
        kept = take(offer, starts[5])
        Appointment.objects.exclude(pk=kept.pk).update(performer=PractitionerFactory())
        forget_expired_holds()
    assert list(Appointment.objects.all()) == [kept]
