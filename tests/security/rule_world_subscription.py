"""Subscriptions, payers, seats, pauses and adjustments of two practices."""

from datetime import timedelta
from typing import Any

from billing.days import today
from billing.models import Adjustment, Pause, Payer, Product, Subscription, SubscriptionItem
from billing.services.catalogue import load_catalogue
from core import clock
from practitioners.models import Agenda, Practice


def add_subscriptions(world: Any) -> None:
    load_catalogue()
    plan, day = Product.objects.get(code="essentiel"), today()
    for name, agenda in {"lilas": "owner", "other": "other"}.items():
        practice, doctor = world.get(Practice, name), world.get(Agenda, agenda).practitioner
        payer = Payer.objects.create(practice=practice, name=name, is_default=True)
        subscription = Subscription.objects.create(practice=practice, started_on=day, trial_ends_on=day)
        seat = {"subscription": subscription, "product": plan, "kind": plan.kind, "practitioner": doctor}
        item = SubscriptionItem.objects.create(**seat, payer=payer, starts_on=day)
        pause = Pause.objects.create(
            subscription=subscription, practitioner=doctor, starts_on=day, ends_on=day + timedelta(days=30)
        )
        gift = {"payer": payer, "amount_cents": -500, "label": "Geste", "reason": "Appel"}
        world.add(**{name: payer})
        world.add(**{name: subscription})
        world.add(**{name: item})
        world.add(**{name: pause})
        world.add(**{name: Adjustment.objects.create(**gift)})
        world.add(**{f"{name}_withdrawn": Adjustment.objects.create(**gift, withdrawn_at=clock.now())})
