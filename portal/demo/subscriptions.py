"""Every practice of the demo is subscribed: seats, payer and means of payment, months ago; one is still in its trial."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from stdnum import luhn

from billing.days import today
from billing.enums import PaymentMethod, ProductKind
from billing.enums import SubscriptionState as State
from billing.models import Payer, Product, Subscription, SubscriptionEvent, SubscriptionItem
from billing.money import months_before
from billing.reference import COMPLETE, ESSENTIAL
from billing.services.catalogue import load_catalogue
from billing.vat import territory_of
from billing.vat_numbers import vat_number_of
from practitioners.models import Agenda, Practice

METHODS = (PaymentMethod.SEPA, PaymentMethod.SEPA, PaymentMethod.TRANSFER, PaymentMethod.CARD)
TRIAL_DAYS = 30


def subscribe_practices(random: Random, agendas: Sequence[Agenda], in_trial: int | None = None) -> int:
    """Subscribe the practices of these agendas; `in_trial` is the id of the one that tries. Returns how many."""
    load_catalogue()
    plans = {product.code: product for product in Product.objects.filter(kind=ProductKind.PLAN)}
    mine: dict[Practice, list[Agenda]] = defaultdict(list)
    for agenda in agendas:
        mine[agenda.practice].append(agenda)
    now = today()
    payers, subscriptions = [], []
    for number, (practice, theirs) in enumerate(mine.items()):
        trying = practice.pk == in_trial
        started = now - timedelta(days=12) if trying else months_before(now, random.randint(2, 7))
        payers.append(_payer(practice, theirs[0], number, random))
        subscriptions.append(
            Subscription(
                practice=practice,
                state=State.TRIALING if trying else State.ACTIVE,
                started_on=started,
                trial_ends_on=started + timedelta(days=TRIAL_DAYS),
            )
        )
    Payer.objects.bulk_create(payers)
    Subscription.objects.bulk_create(subscriptions)
    items, events = [], []
    for payer, subscription, theirs in zip(payers, subscriptions, mine.values(), strict=True):
        plan = plans[COMPLETE if random.random() < 0.15 else ESSENTIAL]
        people = sorted({agenda.practitioner_id for agenda in theirs})
        items += [_seat(subscription, plan, person, payer, subscription.started_on) for person in people]
        events.append(
            SubscriptionEvent(
                subscription=subscription,
                kind="subscribe",
                to_state=State.TRIALING,
                on_day=subscription.started_on,
                system_name="demo",
            )
        )
    SubscriptionItem.objects.bulk_create(items, batch_size=1_000)
    SubscriptionEvent.objects.bulk_create(events, batch_size=1_000)
    return len(subscriptions)


def _seat(subscription: Subscription, plan: Product, person: int, payer: Payer, since: date) -> SubscriptionItem:
    return SubscriptionItem(
        subscription=subscription, product=plan, kind=plan.kind, practitioner_id=person, payer=payer, starts_on=since
    )


def _payer(practice: Practice, agenda: Agenda, number: int, random: Random) -> Payer:
    """A company that exists nowhere, with numbers whose keys are right."""
    location = agenda.location
    siren = _keyed(f"{90_000_000 + number:08d}")
    return Payer(
        practice=practice,
        name=practice.name,
        legal_form=random.choice(("SCM", "SELARL", "EI")),
        siren=siren,
        siret=_keyed(f"{siren}0001"),
        vat_number=vat_number_of(siren),
        street=location.street,
        postcode=location.postcode,
        city=location.place.name,
        territory=territory_of(location.postcode),
        email=practice.email or "comptabilite@prendsoin.example",
        method=random.choice(METHODS),
        is_default=True,
    )


def _keyed(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)
