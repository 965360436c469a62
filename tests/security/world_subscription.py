"""The subscription of one of two practices: a seat, a second payer, a pause."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from billing.days import today
from billing.models import Pause, Payer, Product, Subscription, SubscriptionItem
from billing.services.catalogue import load_catalogue

SUBSCRIPTION_BODIES = {
    ("subscription:addons", "POST"): {"sms-500": "1"},
    ("subscription:leave", "POST"): {"when": "term", "form_token": "a-token-of-the-matrix"},
}


def subscription_targets(lilas: Any, diallo: Any) -> dict[str, dict[str, Any]]:
    """Target → the arguments of its address. `lilas` and `diallo` are agendas; the second one's practice has none."""
    load_catalogue()
    plan, day = Product.objects.get(code="essentiel"), today()
    first, second = (Payer.objects.create(practice=lilas.practice, name=name) for name in ("Premier", "Second"))
    Payer.objects.filter(pk=first.pk).update(is_default=True)
    subscription = Subscription.objects.create(
        practice=lilas.practice, started_on=day, trial_ends_on=day + timedelta(days=30)
    )
    SubscriptionItem.objects.create(
        subscription=subscription,
        product=plan,
        kind=plan.kind,
        practitioner=lilas.practitioner,
        payer=first,
        starts_on=day,
    )
    pause = Pause.objects.create(
        subscription=subscription,
        practitioner=lilas.practitioner,
        starts_on=day + timedelta(days=9),
        ends_on=day + timedelta(days=30),
    )
    return {
        "lilas_seat": {"practitioner": lilas.practitioner.uid},
        "diallo_seat": {"practitioner": diallo.practitioner.uid},
        "lilas_payer": {"uid": second.uid},
        "lilas_pause": {"uid": pause.uid},
    }
