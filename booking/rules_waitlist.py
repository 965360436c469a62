"""Who may see, answer and leave the waitlist: one Q-builder per (model, action)."""

from django.db.models import Exists, OuterRef, Q

from booking.models import WaitlistEntry, WaitlistOffer
from core import clock
from core.access import Actor, Space, rule
from patients.enums import Level
from patients.models import Guardianship
from practitioners.enums import Discretion
from practitioners.models import Agenda
from practitioners.rules import NOBODY, arranged_agendas


@rule(WaitlistEntry, "read")
def read_entry(actor: Actor) -> Q:
    """The person, who joined for them as long as they may act, and granted guardians but for a concealed reason."""
    if actor.space != Space.PATIENT or actor.user_id is None:
        return NOBODY
    live = Guardianship.objects.active(clock.now()).filter(user_id=actor.user_id, patient_id=OuterRef("patient_id"))
    own = Q(patient__user_id=actor.user_id)
    joined = Q(user_id=actor.user_id) & Q(Exists(live))
    granted = Q(Exists(live.filter(level=Level.GRANTED))) & ~Q(visit_reason__discretion=Discretion.CONCEALED)
    return (own | joined | granted) & Q(patient__removed_at__isnull=True)


@rule(WaitlistEntry, "change")
def change_entry(actor: Actor) -> Q:
    """Leaving: the same people as reading."""
    return read_entry(actor)


@rule(WaitlistEntry, "work")
def work_on_entry(actor: Actor) -> Q:
    """The practice's list, for who writes the hours of one of the agendas waited for: not for a locum or a cover."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    mine = Agenda.objects.filter(arranged_agendas(actor)).filter(waitlist_entries=OuterRef("pk"))
    return Q(practice_id=actor.practice_id) & Q(Exists(mine))


@rule(WaitlistOffer, "manage")
def manage_offer(actor: Actor) -> Q:
    """Taking a time back: who writes the hours of its agenda."""
    return arranged_agendas(actor, "agenda__")


@rule(WaitlistOffer, "answer")
def answer_offer(actor: Actor) -> Q:
    """The people of the entry in their own space; the desk for somebody whom it has on the phone."""
    if actor.space == Space.PRACTICE:
        return manage_offer(actor)
    entries = WaitlistEntry.objects.filter(read_entry(actor), pk=OuterRef("entry_id"))
    return NOBODY if actor.space != Space.PATIENT or actor.user_id is None else Q(Exists(entries))
