"""Who reads and keeps a practice's subscription and payers: Q-builders, read from rows at each request.

The owner subscribes and decides; the accountant reads, and keeps payers and means of payment; the rest of the team sees
nothing of it. Billing staff read every practice and correct. The rules of invoices, payments and books are in
`billing.rules_*`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, Q

from billing.models import Adjustment, Pause, Payer, Subscription, SubscriptionItem
from core.access import Actor, Space, rule
from practitioners.enums import Role
from practitioners.models import Practice
from practitioners.rules import memberships_of

NOBODY = Q(pk__in=[])
DECIDES = (Role.OWNER,)
KEEPS = (Role.OWNER, Role.ACCOUNTANT)


def in_practice(actor: Actor, path: str, roles: Sequence[str]) -> Q:
    """Rows of the practice of the current space, for these roles; `path` leads to the practice's id."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    return Q(**{path: actor.practice_id}) & Q(Exists(memberships_of(actor).filter(role__in=roles)))


def is_staff(actor: Actor) -> bool:
    """Whether the actor is at work as billing staff: entering that space asks for the mark on the account."""
    return actor.space == Space.BILLING and actor.user_id is not None


def staff_only(actor: Actor) -> Q:
    """All rows for billing staff at work, none for anybody else."""
    return ~NOBODY if is_staff(actor) else NOBODY


def staff_or(actor: Actor, path: str, roles: Sequence[str]) -> Q:
    """All rows for billing staff at work; for a practice its own, for these roles. `path` as in `in_practice`."""
    return staff_only(actor) if is_staff(actor) else in_practice(actor, path, roles)


@rule(Practice, "read_billing")
def read_billing(actor: Actor) -> Q:
    """Whose subscription page opens, subscribed or not."""
    return staff_or(actor, "pk", KEEPS)


@rule(Practice, "subscribe")
def subscribe(actor: Actor) -> Q:
    """Which practice one engages: its owner alone."""
    return in_practice(actor, "pk", DECIDES)


@rule(Practice, "keep_payers")
def keep_payers(actor: Actor) -> Q:
    """For which practice one opens payers."""
    return staff_or(actor, "pk", KEEPS)


@rule(Subscription, "read")
def read_subscription(actor: Actor) -> Q:
    return staff_or(actor, "practice_id", KEEPS)


@rule(Subscription, "manage")
def manage_subscription(actor: Actor) -> Q:
    """Plan, seats, pause and leave: the owner, and billing staff on request."""
    return staff_or(actor, "practice_id", DECIDES)


@rule(Subscription, "correct")
def correct_subscription(actor: Actor) -> Q:
    """Free months: billing staff alone."""
    return staff_only(actor)


@rule(SubscriptionItem, "read")
def read_item(actor: Actor) -> Q:
    return staff_or(actor, "subscription__practice_id", KEEPS)


@rule(Pause, "read")
def read_pause(actor: Actor) -> Q:
    return staff_or(actor, "subscription__practice_id", KEEPS)


@rule(Pause, "manage")
def manage_pause(actor: Actor) -> Q:
    return staff_or(actor, "subscription__practice_id", DECIDES)


@rule(Payer, "read")
def read_payer(actor: Actor) -> Q:
    return staff_or(actor, "practice_id", KEEPS)


@rule(Payer, "keep")
def keep_payer(actor: Actor) -> Q:
    """Name, address and means of payment of a payer."""
    return read_payer(actor)


@rule(Payer, "adjust")
def adjust_payer(actor: Actor) -> Q:
    """On whose next invoice one puts an amount: billing staff alone."""
    return staff_only(actor)


@rule(Adjustment, "read")
def read_adjustment(actor: Actor) -> Q:
    return staff_only(actor)


@rule(Adjustment, "withdraw")
def withdraw_adjustment(actor: Actor) -> Q:
    return Q(withdrawn_at__isnull=True) if is_staff(actor) else NOBODY
