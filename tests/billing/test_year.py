"""A year of a practice replayed with a clock that the test turns: each month's invoices to the cent, and nothing twice."""

from collections import defaultdict
from datetime import date, time, timedelta

import pytest

from billing.charges import charges
from billing.enums import SubscriptionState as State
from billing.models import Invoice, InvoiceLine, Payer, Subscription, SubscriptionEvent
from billing.money import months_before
from billing.selectors.charges import charges_of, facts_of
from billing.selectors.reports import churn, recurring_revenue
from billing.services.gifts import adjust, give_free_months
from billing.services.lifecycle import follow_calendar
from billing.services.pauses import pause
from billing.services.payers import open_payer
from billing.services.run import do_chunk, start_run
from billing.services.seats import add_seat, change_payer, change_plan, remove_seat
from billing.services.settling import GIVE_BACK
from billing.services.subscribing import cancel
from booking.models import Absence
from booking.recurrence import Frequency
from core import jobs
from core.access import system_actor
from core.models import Job
from practitioners.models import OnlineBlock
from tests.billing.world import FIELDS, Clock, World, make_world

pytestmark = pytest.mark.django_db
NIGHT = system_actor("test.night")


def night(world: World, clock: Clock, day: date) -> None:
    """The clock comes to a day: what the calendar does, the run on the first of the month, the jobs that wait."""
    clock.day = day
    follow_calendar(actor=NIGHT)
    if day.day == 1:
        run = start_run(actor=NIGHT, month=day)
        do_chunk(run_id=run.pk, after=0, upto=10**9)
    settle()


def settle() -> None:
    for job in Job.objects.filter(kind=GIVE_BACK, state="pending").order_by("pk"):
        assert jobs.run(job.pk).error is None


def billed() -> dict[str, dict[str, int]]:
    """Month of issue → payer → what was invoiced less what was given back, before tax."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in Invoice.objects.issued().select_related("payer").order_by("pk"):
        month = row.issue_date.isoformat()[:7]
        name = row.payer.name[:2]
        found[month][name] = found[month].get(name, 0) + row.sign * row.net_cents
    return dict(found)


def test_year_of_a_practice_is_billed_to_the_cent(monkeypatch):
    clock = Clock(monkeypatch, date(2026, 1, 10))
    world = make_world()
    owner, boris = world.owner, world.actor("boris")
    uid = world.subscribe(payer_fields={**FIELDS, "name": "P1"}).uid
    for day in (date(2026, 2, 1), date(2026, 2, 9), date(2026, 3, 1)):
        night(world, clock, day)
    assert world.subscription.state == State.ACTIVE

    night(world, clock, date(2026, 3, 11))
    change_plan(actor=owner, subscription=uid, practitioner=world.martin.uid, plan="complet")
    night(world, clock, date(2026, 4, 1))
    night(world, clock, date(2026, 4, 15))
    add_seat(actor=owner, subscription=uid, practitioner=world.paul.uid, plan="essentiel")
    night(world, clock, date(2026, 5, 1))
    night(world, clock, date(2026, 6, 1))

    night(world, clock, date(2026, 6, 5))
    Absence.objects.create(
        agenda=world.agenda, frequency=Frequency.ONCE, starts_on=date(2026, 6, 10), span_days=61,
        start_time=time.min, end_time=time.min,
    )  # fmt: skip
    pause(
        actor=owner,
        subscription=uid,
        practitioner=world.martin.uid,
        starts_on=date(2026, 6, 10),
        ends_on=date(2026, 8, 10),
        reason="family",
    )
    settle()
    for day in (date(2026, 7, 1), date(2026, 8, 1)):
        night(world, clock, day)

    night(world, clock, date(2026, 8, 20))
    second = open_payer(actor=owner, practice=world.practice.uid, fields={**FIELDS, "name": "P2"})
    change_payer(actor=owner, subscription=uid, practitioner=world.paul.uid, payer=second.uid)
    settle()
    night(world, clock, date(2026, 9, 1))
    give_free_months(actor=boris, subscription=uid, months=1, reason="Panne du 3 septembre")
    for day in (date(2026, 10, 1), date(2026, 11, 1)):
        night(world, clock, day)
    adjust(actor=boris, payer=world.payer.uid, amount_cents=-1_000, label="Geste commercial", reason="Appel du 2")
    remove_seat(actor=owner, subscription=uid, practitioner=world.paul.uid, on=date(2026, 11, 16))
    night(world, clock, date(2026, 12, 1))

    night(world, clock, date(2026, 12, 20))
    cancel(actor=owner, subscription=uid, when="term")
    night(world, clock, date(2027, 1, 1))
    assert world.subscription.state == State.CANCELLED
    assert _closed(world) == 2
    night(world, clock, date(2027, 1, 15))
    world.subscribe(payer=world.payer.uid, payer_fields=None)
    night(world, clock, date(2027, 2, 1))

    assert (world.subscription.state, _closed(world)) == (State.ACTIVE, 0)
    assert billed() == {
        "2026-02": {"P1": 6_357},  # 20 days of 28 after the trial
        "2026-03": {"P1": 8_900},
        "2026-04": {"P1": 12_900 + 8_739 - 6_029},  # 21 days of 31 at each price
        "2026-05": {"P1": 12_900 + 8_900 + 4_747},  # and 16 days of 30 of a second seat
        "2026-06": {"P1": 12_900 + 8_900 - 9_030},  # 21 days of 30 given back at once
        "2026-07": {"P1": 8_900},
        "2026-08": {"P1": 9_155 + 8_900 - 3_445},  # 22 days of 31; 12 days of 31 given back to who no longer pays
        "2026-09": {"P1": 12_900, "P2": 8_900 + 3_445},
        # October was offered
        "2026-11": {"P1": 12_900, "P2": 8_900},
        "2026-12": {"P1": 12_900 - 1_000, "P2": -4_450},  # 15 days of 30: a credit note
        "2027-02": {"P1": 8_900 + 4_881},  # and 17 days of January
    }
    _nothing_is_owed_or_billed_twice(date(2027, 2, 1))


def _closed(world: World) -> int:
    return OnlineBlock.objects.filter(closed_at=None, cause="billing", agenda__practice=world.practice).count()


def _nothing_is_owed_or_billed_twice(last: date) -> None:
    """What was billed is what the facts as they are now owe, month after month; a run again finds nothing."""
    for payer in Payer.objects.filter(items__isnull=False).distinct():
        facts = facts_of([payer.pk], last)[payer.pk]
        owed = sum(line.net_cents for line in charges(facts, last))
        lines = InvoiceLine.objects.filter(item__payer=payer, period_start__gte=months_before(last, 12))
        given = sum(
            (1 if line.invoice.kind == "invoice" else -1) * line.net_cents for line in lines.select_related("invoice")
        )
        assert given == owed
    before = Invoice.objects.count()
    run = start_run(actor=NIGHT, month=last)
    do_chunk(run_id=run.pk, after=0, upto=10**9)
    assert Invoice.objects.count() == before


def test_month_billed_ahead_of_a_seat_that_closed_is_no_mystery_a_year_later(monkeypatch):
    clock = Clock(monkeypatch, date(2026, 1, 10))
    world = make_world()
    world.subscribe(world.martin, world.paul)
    for day in (date(2026, 2, 9), date(2026, 3, 1)):
        night(world, clock, day)
    # The run of April is begun ahead; on the last day of March a seat closes.
    clock.day = date(2026, 3, 30)
    do_chunk(run_id=start_run(actor=NIGHT, month=date(2026, 4, 1)).pk, after=0, upto=10**9)
    clock.day = date(2026, 3, 31)
    remove_seat(actor=world.owner, subscription=world.subscription.uid, practitioner=world.paul.uid)
    night(world, clock, date(2026, 5, 1))
    # What May charges is as much as the month of April that is given back: one credit note of a day of March.
    assert billed()["2026-05"] == {"Ma": -287}

    lines = charges_of(world.payer, date(2027, 4, 1))

    # A year later the window begins on the day after the seat closed: the month billed ahead and given back is still there.
    assert {line.holder for line in lines} == {world.martin.display_name}


def test_calendar_may_be_followed_twice_or_late(monkeypatch):
    clock = Clock(monkeypatch, date(2026, 1, 10))
    world = make_world()
    world.subscribe()
    clock.day = date(2026, 3, 20)

    first, second = follow_calendar(actor=NIGHT), follow_calendar(actor=NIGHT)

    assert (first["activated"], second["activated"]) == (1, 0)
    over = SubscriptionEvent.objects.get(kind="trial_over")
    assert over.on_day == date(2026, 1, 10) + timedelta(days=30)


def test_revenue_says_what_left_each_month(monkeypatch):
    clock = Clock(monkeypatch, date(2026, 1, 1))
    world = make_world()
    world.subscribe(world.martin, world.paul)
    Subscription.objects.update(state=State.ACTIVE, trial_ends_on=date(2026, 1, 1))
    clock.day = date(2026, 3, 10)
    change_plan(actor=world.owner, subscription=world.subscription.uid, practitioner=world.martin.uid, plan="complet")
    remove_seat(actor=world.owner, subscription=world.subscription.uid, practitioner=world.paul.uid)

    january, february, march = recurring_revenue(date(2026, 3, 20), 3)

    assert [(one.seats, one.left_cents, one.left_seats) for one in (january, february)] == [(2, 0, 0), (2, 0, 0)]
    # A dearer plan is no departure; the seat that closed is.
    assert (march.seats, march.left_cents, march.left_seats) == (1, 8_900, 1)
    assert churn([january, february, march]) == 50.0
    assert churn([february]) is None
