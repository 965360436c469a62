"""A practice subscribes, changes its seats, leaves and comes back."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from billing.enums import SubscriptionState as State
from billing.exceptions import BillingRefusal
from billing.models import Payer, SubscriptionItem
from billing.services.payers import close_payer, make_usual, open_payer
from billing.services.seats import add_seat, change_payer, change_plan, remove_seat, set_addon
from billing.services.subscribing import cancel, keep
from core.exceptions import NotForYou
from core.idempotency import Claim
from core.models import AuditEvent
from practitioners.models import OnlineBlock
from tests.billing.world import FIELDS, Clock, World, make_world

pytestmark = pytest.mark.django_db
START = date(2026, 4, 1)


@pytest.fixture
def time(monkeypatch) -> Clock:
    return Clock(monkeypatch, START)


@pytest.fixture
def world(time) -> World:
    return make_world()


def seats(world: World) -> list[tuple]:
    rows = SubscriptionItem.objects.filter(subscription__practice=world.practice).order_by("starts_on", "pk")
    return [
        (row.practitioner.last_name if row.practitioner else "", row.product.code, row.starts_on, row.ends_on)
        for row in rows.select_related("product", "practitioner")
        if row.starts_on != row.ends_on
    ]


def refused(code: str):
    return pytest.raises(BillingRefusal, match=f"^{code}$")


def test_subscribe_gives_each_practitioner_a_seat_and_begins_the_trial(world):
    subscription = world.subscribe(world.martin, world.paul)

    assert (subscription.state, subscription.trial_ends_on) == (State.TRIALING, START + timedelta(days=30))
    assert seats(world) == [("Martin", "essentiel", START, None), ("Paul", "essentiel", START, None)]
    payer = world.payer
    assert (payer.siren, payer.territory, payer.is_default) == ("732829320", "fr", True)
    assert [event.kind for event in subscription.events.all()] == ["subscribe"]
    assert AuditEvent.objects.filter(action="billing.subscribe", practice_id=world.practice.pk).count() == 1


def test_trial_waits_for_the_first_public_agenda(world):
    for agenda in (world.agenda, world.second):
        OnlineBlock.objects.create(agenda=agenda, cause="owner")

    assert world.subscribe().trial_ends_on is None


def test_subscribe_twice_with_one_claim_is_once(world):
    claim = Claim("k", "POST", "h")

    assert world.subscribe(claim=claim).pk == world.subscribe(claim=claim).pk
    assert len(seats(world)) == 1


def test_subscribe_again_is_refused(world):
    world.subscribe()

    with refused("already_subscribed"):
        world.subscribe()

    assert len(seats(world)) == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"terms_accepted": False}, "terms_not_accepted"),
        ({"plan": "gold"}, "plan_unknown"),
        ({"plan": "sms-500"}, "plan_unknown"),
        ({"payer_fields": {**FIELDS, "name": " "}}, "payer_name_missing"),
        ({"payer_fields": {**FIELDS, "siret": "73282932000075"}}, "siret_wrong"),
        ({"payer_fields": {**FIELDS, "vat_number": "FR00732829320"}}, "vat_number_wrong"),
        ({"payer_fields": {**FIELDS, "postcode": "9326"}}, "postcode_wrong"),
        ({"payer_fields": None}, "payer_name_missing"),
    ],
)
def test_subscribe_refuses_and_leaves_nothing(world, given, code):
    with refused(code):
        world.subscribe(**given)

    assert not Payer.objects.exists()
    assert not seats(world)


def test_subscribe_refuses_practitioners_of_another_practice(world):
    stranger = world.elsewhere.agendas.get().practitioner

    with refused("seats_empty"):
        world.subscribe(stranger)

    assert not SubscriptionItem.objects.exists()


@pytest.mark.parametrize("who", ["compta", "paul", "sophie", "lea", "other", "boris"])
def test_subscribe_is_for_the_owner_alone(world, who):
    with pytest.raises(NotForYou):
        world.subscribe(actor=world.actor(who))

    assert not SubscriptionItem.objects.exists()


def test_add_and_remove_a_seat_from_a_day(world, time):
    uid = world.subscribe().uid
    time.day = date(2026, 4, 10)
    add_seat(actor=world.owner, subscription=uid, practitioner=world.paul.uid, plan="complet")
    remove_seat(actor=world.owner, subscription=uid, practitioner=world.paul.uid, on=date(2026, 5, 1))

    assert seats(world)[1] == ("Paul", "complet", date(2026, 4, 10), date(2026, 5, 1))

    add_seat(actor=world.owner, subscription=uid, practitioner=world.paul.uid, plan="complet")
    assert seats(world)[1] == ("Paul", "complet", date(2026, 4, 10), None)


def test_seat_that_is_there_is_not_added_twice(world):
    uid = world.subscribe().uid

    with refused("seat_taken"):
        add_seat(actor=world.owner, subscription=uid, practitioner=world.martin.uid, plan="complet")

    assert seats(world) == [("Martin", "essentiel", START, None)]


def test_last_seat_is_left_by_cancelling(world):
    uid = world.subscribe().uid

    with refused("last_seat"):
        remove_seat(actor=world.owner, subscription=uid, practitioner=world.martin.uid)

    assert seats(world) == [("Martin", "essentiel", START, None)]


def test_seat_of_a_stranger_does_not_exist(world):
    uid = world.subscribe().uid
    stranger = world.elsewhere.agendas.get().practitioner.uid

    for act in (add_seat, change_plan):
        with pytest.raises(NotForYou):
            act(actor=world.owner, subscription=uid, practitioner=stranger, plan="complet")
    for unknown in (stranger, uuid4()):
        with pytest.raises(NotForYou):
            remove_seat(actor=world.owner, subscription=uid, practitioner=unknown)

    assert seats(world) == [("Martin", "essentiel", START, None)]


def test_case_68_plan_changed_twice_a_day_keeps_the_last(world, time):
    uid = world.subscribe().uid
    time.day = date(2026, 4, 11)
    for plan in ("complet", "essentiel", "complet"):
        change_plan(actor=world.owner, subscription=uid, practitioner=world.martin.uid, plan=plan)

    assert seats(world) == [
        ("Martin", "essentiel", START, date(2026, 4, 11)),
        ("Martin", "complet", date(2026, 4, 11), None),
    ]


def test_change_of_plan_keeps_a_planned_end(world, time):
    uid = world.subscribe(world.martin, world.paul).uid
    remove_seat(actor=world.owner, subscription=uid, practitioner=world.paul.uid, on=date(2026, 6, 1))
    time.day = date(2026, 4, 11)
    change_plan(actor=world.owner, subscription=uid, practitioner=world.paul.uid, plan="complet")

    assert seats(world)[-1] == ("Paul", "complet", date(2026, 4, 11), date(2026, 6, 1))


def test_change_of_payer_from_a_day_opens_another_line(world, time):
    uid = world.subscribe().uid
    other = open_payer(actor=world.actor("compta"), practice=world.practice.uid, fields={"name": "Dr Martin"})
    change_payer(
        actor=world.owner, subscription=uid, practitioner=world.martin.uid, payer=other.uid, on=date(2026, 4, 16)
    )

    lines = SubscriptionItem.objects.filter(subscription__uid=uid).order_by("starts_on")
    assert [(line.payer.name, line.starts_on, line.ends_on) for line in lines.select_related("payer")] == [
        (FIELDS["name"], START, date(2026, 4, 16)),
        ("Dr Martin", date(2026, 4, 16), None),
    ]


def test_payer_of_another_practice_is_unknown(world):
    uid = world.subscribe().uid
    foreign = open_payer(actor=world.actor("other"), practice=world.elsewhere.uid, fields={"name": "Ailleurs"})

    with pytest.raises(NotForYou):
        change_payer(actor=world.owner, subscription=uid, practitioner=world.martin.uid, payer=foreign.uid)

    assert SubscriptionItem.objects.get().payer == world.payer


def test_payer_in_use_or_usual_stays_open(world):
    world.subscribe()
    first = world.payer
    second = open_payer(actor=world.owner, practice=world.practice.uid, fields={"name": "Autre"})

    with refused("payer_in_use"):
        close_payer(actor=world.owner, payer=first.uid)
    make_usual(actor=world.owner, payer=second.uid)
    with refused("payer_is_default"):
        close_payer(actor=world.owner, payer=second.uid)
    assert world.payer == second


def test_addon_changes_quantity_from_a_day(world, time):
    uid = world.subscribe().uid
    set_addon(actor=world.owner, subscription=uid, addon="sms-500", quantity=2)
    time.day = date(2026, 4, 5)
    set_addon(actor=world.owner, subscription=uid, addon="sms-500", quantity=3)
    set_addon(actor=world.owner, subscription=uid, addon="sms-500", quantity=0, on=date(2026, 5, 1))

    rows = SubscriptionItem.objects.filter(product__code="sms-500").order_by("starts_on")
    assert [(row.quantity, row.starts_on, row.ends_on) for row in rows] == [
        (2, START, date(2026, 4, 5)),
        (3, date(2026, 4, 5), date(2026, 5, 1)),
    ]


@pytest.mark.parametrize(
    ("who", "day", "code"),
    [
        ("martin", date(2026, 4, 9), "day_past"),
        ("boris", date(2026, 2, 28), "day_too_early"),
        ("martin", date(2027, 4, 2), "day_too_far"),
    ],
)
def test_day_of_a_change_is_bounded(world, time, who, day, code):
    uid = world.subscribe().uid
    time.day = date(2026, 4, 10)

    with refused(code):
        change_plan(actor=world.actor(who), subscription=uid, practitioner=world.martin.uid, plan="complet", on=day)

    assert seats(world) == [("Martin", "essentiel", START, None)]


def test_stale_change_is_told(world):
    subscription = world.subscribe()
    stale = subscription.revision
    set_addon(actor=world.owner, subscription=subscription.uid, addon="sms-500", quantity=1)

    with refused("changed_meanwhile"):
        cancel(actor=world.owner, subscription=subscription.uid, when="now", expected_revision=stale)

    assert world.subscription.state != State.CANCELLED


def test_cancel_at_term_may_be_taken_back(world, time):
    uid = world.subscribe().uid
    time.day = date(2026, 6, 10)
    cancelled = cancel(actor=world.owner, subscription=uid, when="term")

    assert (cancelled.state, cancelled.cancels_on) == (State.TRIALING, date(2026, 7, 1))
    assert seats(world)[0][3] == date(2026, 7, 1)
    with refused("ending"):
        add_seat(actor=world.owner, subscription=uid, practitioner=world.paul.uid, plan="complet")

    keep(actor=world.owner, subscription=uid)
    assert seats(world)[0][3] is None
    with refused("not_ending"):
        keep(actor=world.owner, subscription=uid)


def test_cancel_during_the_trial_ends_with_it(world):
    uid = world.subscribe().uid

    assert cancel(actor=world.owner, subscription=uid, when="term").cancels_on == date(2026, 5, 1)


def test_cancel_now_closes_online_booking_and_nothing_else(world, time):
    uid = world.subscribe(world.martin, world.paul).uid
    time.day = date(2026, 4, 11)
    row = cancel(actor=world.owner, subscription=uid, when="now")

    assert (row.state, row.ended_on) == (State.CANCELLED, date(2026, 4, 11))
    assert {row[3] for row in seats(world)} == {date(2026, 4, 11)}
    blocks = OnlineBlock.objects.filter(agenda__practice=world.practice, closed_at__isnull=True)
    assert sorted(blocks.values_list("agenda", "cause")) == sorted(
        [(world.agenda.pk, "billing"), (world.second.pk, "billing")]
    )


@pytest.mark.parametrize("who", ["compta", "paul", "sophie", "other"])
def test_leaving_is_for_the_owner(world, who):
    uid = world.subscribe().uid

    with pytest.raises(NotForYou):
        cancel(actor=world.actor(who), subscription=uid, when="now")

    assert world.subscription.state != State.CANCELLED
