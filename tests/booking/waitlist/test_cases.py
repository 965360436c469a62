"""Case 59 of the product's hard cases, each part by name; caps, quiet hours and notice as the page publishes them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.enums import Status
from booking.exceptions import Refusal
from booking.models import Appointment, WaitlistEntry, WaitlistOffer
from booking.selectors.availability import hidden_by
from booking.services.absences import add_absence, remove_absence
from booking.services.appointments import cancel_appointment
from booking.services.desk import cancel_at_desk, undo_change
from booking.services.holds import hold_slot, release_hold
from booking.services.opening import add_opening
from booking.services.waitlist import accept_offer, decline_offer, review_waitlist, withdraw_offer
from booking.services.waitlist._frame import WaitlistRefused
from booking.waitlist import OFFERS_A_DAY, Window
from core import clock
from core.access import Actor, Space
from notifications.models import Message, ReminderPreference
from practitioners.enums import Role
from tests.booking.conftest import actor_of, another_offer, refusal_code, visitor
from tests.booking.waitlist.conftest import NOON, at, book, held, join, live, person, work
from tests.factories import MembershipFactory


def free(visit):
    """Whoever has the visit gives it back."""
    owner = visit.record.patient.user
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()


def team_of(offer):
    member = MembershipFactory(practice=offer.agenda.practice, role=Role.OWNER)
    return Actor(user_id=member.user_id, space=Space.PRACTICE, practice_id=offer.agenda.practice_id, strong=True)


@pytest.fixture
def owner(offer):
    return person("owner")


def test_59_a_slot_freed_inside_the_notice_is_not_offered(offer, owner, noon):
    visit = book(owner, offer, at(3, 10))
    join(person("anne"), offer)
    # The reason asks for an hour of notice.
    noon(at(3, 9, 10))
    free(visit)
    assert (live(), held()) == ([], [])


def test_59_a_slot_freed_with_too_little_time_to_answer_is_not_offered(offer, owner, noon):
    visit = book(owner, offer, at(3, 10))
    join(person("anne"), offer)
    noon(at(3, 8, 50))
    free(visit)
    assert live() == []
    assert hidden_by(offer, visit.start_at, now=clock.now()) is None


def test_59_a_slot_freed_already_past_is_not_offered(offer, owner, noon):
    from booking.services.waitlist import offer_freed

    join(person("anne"), offer)
    noon(at(3, 12))
    past = [clock.epoch_of(at(3, 10)), clock.epoch_of(at(3, 10, 20))]
    assert offer_freed(performer=offer.agenda.practitioner_id, instants=past) is None
    assert held() == []


def test_59_a_reason_taken_by_phone_only_is_not_offered_online(offer, owner):
    visit = book(owner, offer, at(3, 10))
    join(person("anne"), offer)
    offer.online = False
    offer.save(update_fields=["online"])
    free(visit)
    assert (live(), held()) == ([], [])


def test_59_a_visit_by_phone_is_not_offered_to_who_wants_to_come(offer, owner):
    visit = book(owner, offer, at(3, 10))
    join(person("anne"), offer, mode="office")
    offer.modes = ["phone"]
    offer.save(update_fields=["modes"])
    free(visit)
    assert live() == []


def test_59_refused_by_all_it_is_free_for_the_public(offer, owner):
    visit = book(owner, offer, at(3, 10))
    people = [person("anne"), person("bruno")]
    for user in people:
        join(user, offer)
    free(visit)
    for user in people:
        decline_offer(actor=actor_of(user), offer=live()[0].uid)
        work()
    assert (live(), held()) == ([], [])
    assert book(person("passerby"), offer, visit.start_at).start_at == visit.start_at


def test_59_during_the_offer_the_web_cannot_take_it(offer, owner):
    visit = book(owner, offer, at(3, 10))
    join(person("anne"), offer)
    free(visit)
    assert refusal_code(lambda: book(person("passerby"), offer, visit.start_at)) == "slot_taken"
    assert refusal_code(lambda: _hold(offer, visit.start_at)) == "slot_taken"
    assert live()[0].is_live(clock.now())


def test_59_taken_on_the_web_before_anybody_was_asked(offer, owner):
    visit = book(owner, offer, at(3, 10))
    join(person("anne"), offer)
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    book(person("quick"), offer, visit.start_at)
    work()
    assert live() == []


def test_59_the_visit_to_move_is_cancelled_by_the_person_offered(offer, owner):
    """She cancels what she had while a time is kept for her: accepting books it, nothing is moved."""
    visit, anne = book(owner, offer, at(3, 10)), person("anne")
    mine = book(anne, offer, at(6, 15))
    join(anne, offer)
    free(visit)
    cancel_appointment(actor=actor_of(anne), appointment=mine.uid)
    taken = accept_offer(actor=actor_of(anne), offer=live()[0].uid)
    mine.refresh_from_db()
    assert (mine.status, taken.status, taken.start_at) == ("cancelled_by_patient", Status.BOOKED, visit.start_at)
    assert taken.pk != mine.pk


def test_59_what_a_person_gave_back_is_not_offered_to_her(offer):
    anne, bruno = person("anne"), person("bruno")
    visit = book(anne, offer, at(3, 10))
    join(anne, offer)
    join(bruno, offer)
    free(visit)
    assert [one.entry.user for one in live()] == [bruno]


def test_59_an_offer_that_the_person_let_go_and_another_had_is_refused_clearly(offer, owner, noon):
    visit = book(owner, offer, at(3, 10))
    anne, bruno = person("anne"), person("bruno")
    join(anne, offer)
    join(bruno, offer)
    free(visit)
    (first,) = live()
    noon(first.expires_at)
    work()
    accept_offer(actor=actor_of(bruno), offer=live()[0].uid)
    with pytest.raises(WaitlistRefused) as refused:
        accept_offer(actor=actor_of(anne), offer=first.uid)
    assert refused.value.code == "offer_over"


def test_at_most_three_offers_a_day(offer, owner, noon):
    anne = person("anne")
    entry = join(anne, offer)
    visits = [book(person(f"owner{n}"), offer, at(3, 9 + n)) for n in range(OFFERS_A_DAY + 1)]
    for visit in visits:
        free(visit)
        for made in live():
            decline_offer(actor=actor_of(anne), offer=made.uid)
    assert WaitlistOffer.objects.filter(entry=entry).count() == OFFERS_A_DAY
    noon(at(1, 9))
    again = book(person("last"), offer, at(3, 15))
    free(again)
    assert live()[0].entry == entry


def test_the_cap_counts_all_lists_of_the_person(offer, owner):
    anne, second = person("anne"), another_offer(offer)
    join(anne, offer)
    join(anne, second)
    for n in range(OFFERS_A_DAY + 1):
        one = offer if n % 2 else second
        free(book(person(f"owner{n}"), one, at(3 + n, 10)))
        for made in live():
            decline_offer(actor=actor_of(anne), offer=made.uid)
    assert WaitlistOffer.objects.count() == OFFERS_A_DAY


def test_a_slot_freed_at_night_is_kept_until_the_morning(offer, owner, noon):
    visit = book(owner, offer, at(3, 15))
    join(person("anne"), offer)
    noon(at(1, 23))
    free(visit)
    (made,) = live()
    assert made.told_at == at(2, 8)
    assert made.expires_at > at(2, 8)
    assert {message.due_at for message in Message.objects.filter(kind="booking.waitlist_offer")} == {at(2, 8)}
    assert hidden_by(offer, visit.start_at, now=clock.now()) is not None


def test_night_is_that_of_the_person(offer, owner, noon):
    """Réunion is three hours ahead in winter: at 19 h in Paris it is 22 h there."""
    anne, bruno = person("anne"), person("bruno")
    ReminderPreference.objects.create(user=anne, timezone="Indian/Reunion")
    join(anne, offer)
    join(bruno, offer)
    visit = book(owner, offer, at(6, 15))
    noon(at(1, 19))
    free(visit)
    (made,) = live()
    morning = datetime(2027, 1, 14, 8, 0, tzinfo=ZoneInfo("Indian/Reunion"))
    assert (made.entry.user, made.told_at) == (anne, morning)


def test_freed_at_night_too_near_for_the_morning_it_is_free_at_once(offer, owner, noon):
    visit = book(owner, offer, at(2, 9))
    join(person("anne"), offer)
    noon(at(1, 23))
    free(visit)
    assert (live(), held()) == ([], [])


def test_hours_that_do_not_suit_are_not_offered(offer, owner):
    # Friday the 15th at 10 h.
    visit = book(owner, offer, at(3, 10))
    morning = [Window(3, time(8), time(12))]
    join(person("thursday"), offer, windows=morning)
    join(person("later"), offer, earliest_on=date(2027, 1, 16))
    join(person("sooner"), offer, latest_on=date(2027, 1, 14))
    friday = join(person("friday"), offer, windows=[Window(4, morning[0].start, morning[0].end)])
    free(visit)
    assert [made.entry for made in live()] == [friday]


def test_only_earlier_hours_than_the_visit_one_has(offer, owner):
    anne = person("anne")
    book(anne, offer, at(2, 15))
    join(anne, offer)
    free(book(owner, offer, at(3, 10)))
    assert live() == []


def test_no_offer_after_the_cut_off_of_the_visit_one_has(offer, owner, noon):
    anne = person("anne")
    book(anne, offer, at(2, 15))
    join(anne, offer)
    visit = book(owner, offer, at(2, 14))
    noon(at(2, 11, 30))
    free(visit)
    assert live() == []


def test_silence_three_times_ends_the_wait_and_tells(offer, noon):
    anne = person("anne")
    entry = join(anne, offer)
    for n in range(3):
        noon(at(n, 12))
        free(book(person(f"owner{n}"), offer, at(n + 3, 10)))
        noon(live()[0].expires_at)
        work()
    entry.refresh_from_db()
    assert (entry.state, entry.ended_by) == ("ended", "silent")
    assert set(Message.objects.filter(kind="booking.waitlist_ended").values_list("channel", flat=True)) == {
        "email",
        "bell",
    }


def test_a_blocked_person_is_passed_over_and_then_taken_off(offer, owner):
    anne, bruno = person("anne"), person("bruno")
    mine = book(anne, offer, at(6, 15))
    join(anne, offer)
    join(bruno, offer)
    mine.record.blocked_at = clock.now()
    mine.record.save()
    free(book(owner, offer, at(3, 10)))
    assert [made.entry.user for made in live()] == [bruno]
    review_waitlist()
    work()
    assert WaitlistEntry.objects.get(user=anne).ended_by == "blocked"


def test_a_past_last_day_and_a_past_visit_end_the_wait(offer, noon):
    anne, bruno = person("anne"), person("bruno")
    join(anne, offer, latest_on=date(2027, 1, 13))
    book(bruno, offer, at(1, 9))
    join(bruno, offer)
    noon(at(2, 12))
    review_waitlist()
    work()
    assert list(WaitlistEntry.objects.order_by("pk").values_list("ended_by", flat=True)) == ["too_late", "visit_over"]


def test_an_absence_taken_back_and_an_opening_added_are_offered(offer, django_capture_on_commit_callbacks):
    actor = team_of(offer)
    away = add_absence(
        actor=actor,
        agenda=offer.agenda.uid,
        fields={
            "frequency": "once",
            "starts_on": date(2027, 1, 15),
            "ends_on": date(2027, 1, 15),
            "start_time": time(9),
            "end_time": time(12),
        },
    )
    entry = join(person("anne"), offer)
    remove_absence(actor=actor, absence=away.uid)
    work()
    assert [(made.entry, made.start_at) for made in live()] == [(entry, at(3, 9))]
    second = join(person("bruno"), offer, windows=[Window(2, time(18), time())])
    add_opening(
        actor=actor,
        agenda=offer.agenda.uid,
        fields={
            "starts_on": date(2027, 1, 20),
            "ends_on": date(2027, 1, 20),
            "start_time": time(18),
            "end_time": time(19),
        },
    )
    work()
    assert [(made.entry, made.start_at) for made in live()][1:] == [(second, at(8, 18))]


def test_an_absence_over_a_kept_time_takes_it_back(offer, owner):
    anne = person("anne")
    join(anne, offer)
    free(book(owner, offer, at(3, 10)))
    add_absence(
        actor=team_of(offer),
        agenda=offer.agenda.uid,
        fields={
            "frequency": "once",
            "starts_on": date(2027, 1, 15),
            "ends_on": date(2027, 1, 15),
            "start_time": time(9),
            "end_time": time(12),
        },
    )
    work()
    made = WaitlistOffer.objects.get()
    assert (made.answer, held(), made.entry.state) == ("withdrawn", [], "waiting")


def test_a_change_of_the_practice_is_told_later_and_undone_without_anybody_knowing(offer, owner):
    actor = team_of(offer)
    visit = book(owner, offer, at(3, 10))
    join(person("anne"), offer)
    change = cancel_at_desk(actor=actor, appointment=visit.uid)
    work()
    (made,) = live()
    assert made.told_at == clock.now() + timedelta(minutes=5)
    undo_change(actor=actor, change=change.uid)
    visit.refresh_from_db()
    made.refresh_from_db()
    assert (visit.status, made.answer, held()) == ("booked", "withdrawn", [])
    told = Message.objects.filter(kind="booking.waitlist_offer")
    assert set(told.values_list("state", flat=True)) == {"cancelled"}


def test_the_practice_takes_a_kept_time_back(offer, owner):
    join(person("anne"), offer)
    visit = book(owner, offer, at(3, 10))
    free(visit)
    withdraw_offer(actor=team_of(offer), offer=live()[0].uid)
    assert (live(), held()) == ([], [])
    assert WaitlistEntry.objects.get().state == "waiting"


def test_a_hold_given_back_is_offered(offer):
    held_by = visitor()
    kept = _hold(offer, at(3, 10), held_by)
    entry = join(person("anne"), offer)
    release_hold(actor=held_by, hold=kept.uid)
    work()
    assert [(made.entry, made.start_at) for made in live()] == [(entry, at(3, 10))]


def test_a_hold_that_is_over_is_offered(offer, noon):
    from booking.services.holds import forget_expired_holds

    _hold(offer, at(3, 10))
    entry = join(person("anne"), offer)
    noon(NOON + timedelta(minutes=30))
    forget_expired_holds()
    work()
    assert [(made.entry, made.start_at) for made in live()] == [(entry, at(3, 10))]


def test_a_longer_reason_waits_for_enough_room(offer, owner):
    longer = another_offer(offer, duration_minutes=40, step_minutes=20)
    book(person("before"), offer, at(3, 9, 40))
    book(person("after"), offer, at(3, 10, 20))
    entry = join(person("anne"), longer)
    free(book(owner, offer, at(3, 10)))
    assert live() == []
    free(Appointment.objects.get(start_at=at(3, 10, 20)))
    assert [(made.entry, made.start_at, made.end_at) for made in live()] == [(entry, at(3, 10), at(3, 10, 40))]


def test_joining_twice_for_a_reason_is_refused(offer):
    anne = person("anne")
    join(anne, offer)
    with pytest.raises(WaitlistRefused) as refused:
        join(anne, offer)
    assert refused.value.code == "waitlist_twice"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"earliest_on": date(2027, 2, 2), "latest_on": date(2027, 2, 1)}, "waitlist_dates"),
        ({"latest_on": date(2027, 1, 11)}, "waitlist_dates"),
        ({"latest_on": date(2029, 1, 11)}, "waitlist_dates"),
        ({"windows": [Window(7, time(), time(9))]}, "waitlist_windows"),
        ({"windows": [Window(1, time(9), time(9))]}, "waitlist_windows"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(offer, wish, code):
    with pytest.raises(WaitlistRefused) as refused:
        join(person("anne"), offer, **wish)
    assert refused.value.code == code


def test_who_cannot_book_there_cannot_wait_there(offer):
    offer.agenda.accepts_new_patients = False
    offer.agenda.save()
    with pytest.raises(Refusal) as refused:
        join(person("anne"), offer)
    assert refused.value.code == "new_patients_refused"


def _hold(offer, start, actor=None):
    return hold_slot(
        actor=actor or visitor(), agenda=offer.agenda.uid, visit_reason=offer.visit_reason.uid, start=start
    )
