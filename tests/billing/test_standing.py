"""Trials, pauses, restriction and lapse: what closes, what stays open, and who opens it again."""

from datetime import date, time, timedelta

import pytest

from billing.enums import SubscriptionState as State
from billing.exceptions import BillingRefusal
from billing.messages_trial import TRIAL_ENDING
from billing.models import FreePeriod, Pause, Subscription
from billing.selectors.charges import charges_for
from billing.services.gifts import adjust, give_free_months, withdraw_adjustment
from billing.services.lifecycle import follow_calendar
from billing.services.pauses import pause, resume
from billing.services.payers import open_payer
from billing.services.standing import lift_online, mark_past_due, mark_settled, restrict_online
from billing.services.subscribing import cancel
from booking.enums import Status
from booking.models import Absence, Appointment
from booking.recurrence import Frequency
from core import clock as core_clock
from core.access import system_actor
from core.exceptions import NotForYou
from notifications.models import Message
from notifications.registry import composer
from practitioners.models import OnlineBlock
from tests.billing.world import Clock, World, make_world
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
START = date(2026, 4, 1)
NIGHT = system_actor("test.night")


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch, START)


@pytest.fixture
def world(clock) -> World:
    return make_world()


def refused(code: str):
    return pytest.raises(BillingRefusal, match=f"^{code}$")


def open_causes() -> list[tuple[int, str]]:
    return sorted(OnlineBlock.objects.filter(closed_at=None).values_list("agenda", "cause"))


def away(world: World, first: date, days: int, agenda=None) -> Absence:
    return Absence.objects.create(
        agenda=agenda or world.agenda, frequency=Frequency.ONCE, starts_on=first, span_days=days,
        start_time=time.min, end_time=time.min,
    )  # fmt: skip


def test_case_67_lapse_keeps_40_bookings_takes_no_new_one_and_reopens_in_the_same_second(world):
    uid = world.subscribe().uid
    start = core_clock.now() + timedelta(days=10)
    for number in range(40):
        AppointmentFactory(agenda=world.agenda, start_at=start + timedelta(hours=number))
    before = sorted(Appointment.objects.values_list("pk", "status", "start_at"))

    cancel(actor=world.owner, subscription=uid, when="now")

    assert [agenda for agenda, cause in open_causes() if cause == "billing"] == [world.agenda.pk, world.second.pk]
    assert sorted(Appointment.objects.values_list("pk", "status", "start_at")) == before
    assert {status for _pk, status, _at in before} == {Status.BOOKED}

    world.subscribe(payer=world.payer.uid, payer_fields=None)

    assert open_causes() == []
    assert sorted(Appointment.objects.values_list("pk", "status", "start_at")) == before
    month = charges_for([world.payer], START)[world.payer.pk]
    assert [line.kind for line in month] == ["free"]


def test_trial_that_nobody_followed_closes_online_booking_alone(world, clock):
    follow_calendar(actor=NIGHT)
    trial = world.subscription
    assert (trial.state, trial.trial_ends_on) == (State.TRIALING, date(2026, 5, 1))

    clock.day = date(2026, 5, 1)
    follow_calendar(actor=NIGHT)

    assert world.subscription.state == State.CANCELLED
    assert (world.agenda.pk, "billing") in open_causes()


def test_trial_that_ends_is_told_once_a_week_before_to_who_has_not_subscribed(world, clock):
    follow_calendar(actor=NIGHT)
    clock.day = date(2026, 4, 23)
    follow_calendar(actor=NIGHT)
    assert not Message.objects.filter(kind=TRIAL_ENDING).exists()

    for day in (24, 25, 30):
        clock.day = date(2026, 4, day)
        follow_calendar(actor=NIGHT)

    message = Message.objects.get(kind=TRIAL_ENDING, practice_id=world.practice.pk)
    assert message.user_id == world.users["martin"].pk
    envelope = composer(TRIAL_ENDING)(message)
    assert envelope.to == world.users["martin"].email
    assert "1er mai 2026" in envelope.text
    world.subscribe()
    assert composer(TRIAL_ENDING)(message) is None


def test_trial_of_who_has_subscribed_ends_without_a_word(world, clock):
    world.subscribe()
    clock.day = date(2026, 4, 28)
    follow_calendar(actor=NIGHT)

    assert not Message.objects.filter(kind=TRIAL_ENDING, practice_id=world.practice.pk).exists()


def test_trial_begins_the_night_the_first_agenda_is_public(world, clock):
    block = OnlineBlock.objects.create(agenda=world.agenda, cause="owner")
    other = OnlineBlock.objects.create(agenda=world.second, cause="owner")
    world.subscribe()
    clock.day = date(2026, 4, 20)
    follow_calendar(actor=NIGHT)
    assert world.subscription.trial_ends_on is None

    block.delete()
    other.delete()
    follow_calendar(actor=NIGHT)

    assert world.subscription.trial_ends_on == date(2026, 5, 20)


def test_restriction_closes_every_agenda_and_opens_its_own_block_only(world):
    world.subscribe()
    OnlineBlock.objects.create(agenda=world.second, cause="owner")

    assert restrict_online(actor=NIGHT, practice=world.practice) == 2
    assert restrict_online(actor=NIGHT, practice=world.practice) == 0
    assert world.subscription.restricted_at is not None

    assert lift_online(actor=NIGHT, practice=world.practice) == 2
    assert open_causes() == [(world.second.pk, "owner")]
    assert world.subscription.restricted_at is None


def test_paying_does_not_reopen_a_practice_that_left(world):
    uid = world.subscribe().uid
    restrict_online(actor=NIGHT, practice=world.practice)
    cancel(actor=world.owner, subscription=uid, when="now")

    assert lift_online(actor=NIGHT, practice=world.practice) == 0
    assert len(open_causes()) == 2


def test_coming_back_does_not_lift_an_unpaid_restriction(world):
    uid = world.subscribe().uid
    restrict_online(actor=NIGHT, practice=world.practice)
    cancel(actor=world.owner, subscription=uid, when="now")

    world.subscribe(payer=world.payer.uid, payer_fields=None)

    assert len(open_causes()) == 2
    assert lift_online(actor=NIGHT, practice=world.practice) == 2


def test_practice_without_a_subscription_is_restricted_and_lifted(world):
    assert restrict_online(actor=NIGHT, practice=world.practice) == 2
    assert lift_online(actor=NIGHT, practice=world.practice) == 2


def test_late_and_settled_move_an_active_subscription(world, clock):
    subscription = world.subscribe()
    assert not mark_past_due(actor=NIGHT, subscription=subscription)
    Subscription.objects.update(state=State.ACTIVE)

    assert mark_past_due(actor=NIGHT, subscription=subscription)
    assert not mark_past_due(actor=NIGHT, subscription=subscription)
    assert subscription.state == State.PAST_DUE
    assert mark_settled(actor=NIGHT, subscription=subscription)
    assert not mark_settled(actor=NIGHT, subscription=subscription)
    assert world.subscription.state == State.ACTIVE


def paused(world: World, **more):
    given = {"starts_on": date(2026, 4, 10), "ends_on": date(2026, 5, 10), "practitioner": world.martin.uid, **more}
    return pause(actor=world.owner, subscription=world.subscription.uid, **given)


def test_pause_rests_on_an_absence_in_every_agenda(world):
    world.subscribe()
    with refused("leave_not_declared"):
        paused(world)
    away(world, date(2026, 4, 10), 29)
    with refused("leave_not_declared"):
        paused(world)
    away(world, date(2026, 5, 9), 1)

    assert paused(world).ends_on == date(2026, 5, 10)
    with refused("pause_overlaps"):
        paused(world)


@pytest.mark.parametrize(
    ("first", "until", "code"),
    [
        (date(2026, 3, 1), date(2026, 5, 1), "day_past"),
        (date(2026, 4, 10), date(2026, 4, 10), "dates_reversed"),
        (date(2026, 4, 10), date(2026, 4, 16), "pause_too_short"),
        (date(2026, 4, 10), date(2027, 4, 12), "pause_too_long"),
    ],
)
def test_pause_has_bounds(world, first, until, code):
    world.subscribe()
    away(world, date(2026, 1, 1), 800)

    with refused(code):
        paused(world, starts_on=first, ends_on=until)

    assert not Pause.objects.exists()


def test_pause_of_the_only_seat_pauses_the_subscription_and_ends_by_itself(world, clock):
    world.subscribe()
    Subscription.objects.update(state=State.ACTIVE, trial_ends_on=START)
    away(world, START, 60)
    paused(world, starts_on=START)
    assert world.subscription.state == State.PAUSED

    clock.day = date(2026, 5, 10)
    follow_calendar(actor=NIGHT)

    assert world.subscription.state == State.ACTIVE


def test_absence_cut_short_cuts_the_pause(world, clock):
    world.subscribe(world.martin, world.paul)
    absence = away(world, date(2026, 4, 10), 30)
    paused(world)
    clock.day = date(2026, 4, 20)
    absence.span_days = 15
    absence.save()

    follow_calendar(actor=NIGHT)

    assert Pause.objects.get().ends_on == date(2026, 4, 25)


def test_resume_ends_the_pause_today_and_only_once(world, clock):
    world.subscribe()
    away(world, date(2026, 4, 10), 30)
    made = paused(world)
    clock.day = date(2026, 4, 20)

    assert resume(actor=world.owner, pause=made.uid).ends_on == date(2026, 4, 20)
    with refused("pause_over"):
        resume(actor=world.owner, pause=made.uid)
    with pytest.raises(NotForYou):
        resume(actor=world.actor("other"), pause=made.uid)


def test_free_months_begin_after_the_trial_and_are_for_staff(world):
    uid = world.subscribe().uid
    with pytest.raises(NotForYou):
        give_free_months(actor=world.owner, subscription=uid, months=1, reason="Envie")
    give_free_months(actor=world.actor("boris"), subscription=uid, months=2, reason="Accord commercial")

    given = FreePeriod.objects.get()
    assert (given.starts_on, given.ends_on) == (date(2026, 5, 1), date(2026, 7, 1))


def test_adjustment_is_for_staff_and_may_be_taken_back(world):
    world.subscribe()
    terms = {"amount_cents": -500, "label": "Geste", "reason": "Appel"}
    with pytest.raises(NotForYou):
        adjust(actor=world.owner, payer=world.payer.uid, **terms)
    made = adjust(actor=world.actor("boris"), payer=world.payer.uid, **terms)
    assert [line.net_cents for line in charges_for([world.payer], START)[world.payer.pk] if line.adjustment_id] == [
        -500
    ]

    withdraw_adjustment(actor=world.actor("boris"), adjustment=made.uid)

    assert [line for line in charges_for([world.payer], START)[world.payer.pk] if line.adjustment_id] == []


def test_charges_take_as_many_statements_for_one_payer_as_for_three(world, django_assert_num_queries):
    world.subscribe(world.martin, world.paul)
    payers = [world.payer]
    with django_assert_num_queries(7):
        charges_for(payers, START)
    payers += [
        open_payer(actor=world.owner, practice=world.practice.uid, fields={"name": n}) for n in ("Deux", "Trois")
    ]
    with django_assert_num_queries(7):
        charges_for(payers, START)
