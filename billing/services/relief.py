"""What paying puts right at once, and what a payment taken back undoes: online booking and the standing of a practice."""

from __future__ import annotations

from django.db import transaction

from billing.enums_books import DunningAct, StepOutcome
from billing.messages_dunning import subject_of
from billing.models import DunningStep, Invoice, Subscription
from billing.selectors.unpaid import is_behind, keeps_closed
from billing.services import standing
from core.access import Actor, system_actor
from notifications.services import cancel_pending


def after_payment(*, actor: Actor, invoice: Invoice) -> None:
    """An invoice owes nothing any more: its letters are called off, and what it closed opens in the same transaction.

    Only this module's own restriction is lifted, and only when no other unpaid invoice of the practice asks for it.
    """
    del actor  # whoever pays, the consequence is the system's
    robot = system_actor("billing.dunning")
    with transaction.atomic():
        cancel_pending(subject_of(invoice))
        subscription = Subscription.objects.filter(practice=invoice.practice_id).select_related("practice").first()
        if not keeps_closed(invoice.practice_id) and _was_restricted(invoice.practice_id):
            standing.lift_online(actor=robot, practice=invoice.practice)
        if subscription is not None and not is_behind(invoice.practice_id):
            standing.mark_settled(actor=robot, subscription=subscription)


def after_return(*, actor: Actor, invoice: Invoice) -> None:
    """An invoice that was paid owes again: if it had restricted its practice, it does so again."""
    del actor
    with transaction.atomic():
        if keeps_closed(invoice.practice_id):
            standing.restrict_online(actor=system_actor("billing.dunning"), practice=invoice.practice)


def _was_restricted(practice_id: int) -> bool:
    return DunningStep.objects.filter(
        invoice__practice=practice_id, act=DunningAct.RESTRICT, outcome=StepOutcome.DONE
    ).exists()
