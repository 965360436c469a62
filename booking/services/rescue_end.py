"""How a rescue ends: undone while nobody knows of it, ended by the practice, or by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.enums import RescueAnswer, TaskKind
from booking.models import Appointment, Rescue, RescueOffer, Task
from booking.selectors.rescue_progress import linked_rescues
from booking.services import _news
from booking.services._history import TELL_AFTER
from booking.services._rescue import (
    RescueRefused,
    answer,
    free_holds,
    holds_now,
    record,
    settle_later,
    subject_of,
    under_lock,
    zone_of_agenda,
)
from booking.services._transaction import run_verb
from booking.services.todo import ask_for_calls
from core import clock
from core.access import Actor, get_or_404, system_actor
from core.exceptions import NotForYou
from notifications.services import cancel_pending
from practitioners.models import Agenda


def undo_rescue(*, actor: Actor, rescue: UUID) -> None:
    """Take everything back, within five minutes and before any answer: absences, starts, calls of all the days that the act
    closed; nobody hears of it.

    Raises NotForYou, `rescue_undo_over`, `rescue_answered`.
    """
    found = get_or_404(actor, Rescue, "manage", uid=rescue)

    def work() -> None:
        linked = _linked_under_lock(found)
        for current in linked:
            if current.closed_at is not None or clock.now() >= current.created_at + TELL_AFTER:
                raise RescueRefused("rescue_undo_over")
        answered = (RescueAnswer.TAKEN, RescueAnswer.DECLINED)
        if RescueOffer.objects.filter(rescue__in=linked, answer__in=answered).exists():
            raise RescueRefused("rescue_answered")
        performers = {current.agenda.practitioner_id for current in linked}
        for current in linked:
            performers |= _take_back(actor, current)
        _news.refresh_listings(*performers)

    run_verb(work)


def _take_back(actor: Actor, current: Rescue) -> set[int]:
    offers = list(current.offers.all())
    performers = free_holds(offers)
    for offer in offers:
        cancel_pending(subject_of(offer))
    Task.objects.filter(
        appointment__in=[offer.appointment_id for offer in offers],
        kind=TaskKind.TELL,
        done_at__isnull=True,
        created_at__gte=current.created_at,
    ).delete()
    record(actor, "booking.undo_rescue", current)
    if current.absence is not None:
        current.absence.delete()
    current.delete()
    return performers


def end_rescue(*, actor: Actor, rescue: UUID) -> Rescue:
    """End now all the days of the act: what nobody took is free again, who did not answer is to be called.

    Ending twice changes nothing.
    """
    found = get_or_404(actor, Rescue, "manage", uid=rescue)

    def work() -> Rescue:
        linked = _linked_under_lock(found)
        for current in linked:
            if current.closed_at is None:
                _finish(actor, current)
        return next(current for current in linked if current.pk == found.pk)

    return run_verb(work)


def _linked_under_lock(found: Rescue) -> list[Rescue]:
    """The days of one act, every performer of their starts locked at once. Raises NotForYou when undone meanwhile."""
    linked = linked_rescues(found)
    if not linked:
        raise NotForYou
    holds = holds_now(RescueOffer.objects.filter(rescue__in=linked))
    more = {hold.performer_id for hold in holds}
    return [under_lock(one, *more) for one in linked]


def settle_rescue(rescue_id: int) -> None:
    """From time to time until the end: free what visits moved or cancelled by other ways no longer need, then end it.

    Runs in the transaction of its job.
    """
    found = Rescue.objects.filter(pk=rescue_id, closed_at__isnull=True).select_related("agenda").first()
    if found is None:
        return
    actor, current = system_actor("rescue"), under_lock(found)
    if current.closed_at is not None:
        return
    _release_settled(current)
    waiting = current.offers.filter(answer=RescueAnswer.WAITING).exists()
    if clock.now() >= current.ends_at or not (waiting or holds_now(current.offers.all())):
        _finish(actor, current)
    else:
        settle_later(current)


def note_agreement(rescue_id: int, agendas: Sequence[int]) -> None:
    """Tell the colleagues by a task that hours of theirs are kept; nothing when the rescue was undone meanwhile."""
    found = Rescue.objects.filter(pk=rescue_id).select_related("agenda").first()
    if found is None:
        return
    days = [one.day for one in linked_rescues(found)]
    when = f"{days[0]:%d/%m/%Y}" if days[0] == days[-1] else f"{days[0]:%d/%m/%Y} – {days[-1]:%d/%m/%Y}"
    for agenda in Agenda.objects.filter(pk__in=list(agendas)).select_related("practitioner").order_by("pk"):
        about = _("Avec votre accord, des heures de votre agenda sont proposées aux patients du %(day)s.")
        Task.objects.create(
            practice_id=found.practice_id,
            kind=TaskKind.OTHER,
            about=str(about % {"day": when}),
            assignee_id=agenda.practitioner.user_id,
            created_by_id=found.created_by_id,
        )


def _unanswered(current: Rescue) -> list[RescueOffer]:
    waiting = current.offers.filter(answer__in=(RescueAnswer.WAITING, RescueAnswer.TO_CALL))
    return list(waiting.select_related("appointment").order_by("position"))


def _release_settled(current: Rescue) -> None:
    """Offers whose visit was cancelled, moved, or is under way: nobody needs to answer for it any more."""
    offers = _unanswered(current)
    zone = zone_of_agenda(current.agenda)
    settled = [offer for offer in offers if _is_settled(offer.appointment, current.day, zone)]
    for offer in settled:
        answer(offer, RescueAnswer.DECLINED if offer.appointment.is_cancelled else RescueAnswer.TAKEN)
    if settled:
        _news.refresh_listings(*free_holds(settled))


def _finish(actor: Actor, current: Rescue) -> None:
    _release_settled(current)
    offers = _unanswered(current)
    silent = [offer for offer in offers if offer.answer == RescueAnswer.WAITING]
    for offer in silent:
        answer(offer, RescueAnswer.EXPIRED)
    performers = free_holds(offers)
    ask_for_calls(actor, [offer.appointment for offer in silent])
    current.closed_at = clock.now()
    current.save(update_fields=["closed_at"])
    record(actor, "booking.end_rescue", current, silent=len(silent))
    _news.refresh_listings(*performers)


def _is_settled(visit: Appointment, day: date, zone: ZoneInfo) -> bool:
    return visit.is_cancelled or not visit.is_open or clock.local_date(visit.start_at, zone) != day
