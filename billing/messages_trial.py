"""The e-mail before a trial ends, to the owners of a practice that has not subscribed: what ends, what stays, where to go on."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from billing.days import today
from billing.enums import SubscriptionState
from billing.models import Subscription
from billing.selectors.trials import unsubscribed
from core import clock
from core.phrasing import day_text
from notifications import rendering
from notifications.models import Message
from notifications.registry import Envelope, kind
from practitioners.enums import Role
from practitioners.models import Membership

TRIAL_ENDING = "billing.trial_ending"


@kind(TRIAL_ENDING)
def trial_ending(message: Message) -> Envelope | None:
    """None when the practice subscribed meanwhile, when the trial is over, or when the reader does not own it any more."""
    row = unsubscribed(today()).select_related("practice").filter(pk=message.subject_id or 0).first()
    user = message.user
    if row is None or row.state != SubscriptionState.TRIALING or user is None or not user.is_active:
        return None
    if row.trial_ends_on is None or row.trial_ends_on <= today():
        return None
    owned = Membership.objects.filter(practice=row.practice_id, user=user, role=Role.OWNER)
    if not owned.active(clock.now()).exists() or not user.email:
        return None
    return rendering.email(TRIAL_ENDING, words(row), to=user.email)


def words(row: Subscription) -> dict[str, Any]:
    """What the templates say: the first day that is not free, and where to subscribe."""
    end = row.trial_ends_on or today()
    return {
        "practice": row.practice.name,
        "ends": day_text(end, weekday=True, year=True),
        "link": rendering.absolute(reverse("subscription:start")),
    }


def subject_of(row: Subscription) -> str:
    return f"subscription:{row.pk}"
