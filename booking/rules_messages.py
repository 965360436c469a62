"""Who decides when patients are reminded, and who writes to many of them at once."""

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from booking.models import Broadcast, ReminderPlan
from core.access import Actor, Space, rule
from notifications.models import Message
from practitioners.rules import NOBODY, arranged_agendas, runs_practice


@rule(ReminderPlan, "manage")
def manage_reminder_plan(actor: Actor) -> Q:
    """What is of an agenda, for who arranges it; what holds for all of them, for who shapes the practice."""
    return (Q(agenda__isnull=True) & runs_practice(actor)) | arranged_agendas(actor, "agenda__")


@rule(Broadcast, "manage")
def manage_broadcast(actor: Actor) -> Q:
    """Whoever may write to patients of the practice sees what was written to them, and may stop it.

    To whom one writes is bounded by the agendas one arranges, when the broadcast is made.
    """
    return runs_practice(actor)


@rule(Broadcast, "read")
def read_broadcast(actor: Actor) -> Q:
    """A patient reads again what was written to her account."""
    if actor.user_id is None or actor.space != Space.PATIENT:
        return NOBODY
    recipient = Value(f"|0|booking.broadcast|email|user:{actor.user_id}")
    key = Concat(Value("broadcast:"), Cast(OuterRef("pk"), CharField()), recipient)
    return Q(void=False) & Q(Exists(Message.objects.filter(key=key)))
