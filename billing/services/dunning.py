"""Follows unpaid invoices up: the calendar each night, what a person decides, and what paying puts right at once.

Only new online bookings are ever closed. Visits, reminders, files and exports are out of reach of this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from billing import dunning as calendar
from billing.days import today
from billing.enums_books import DunningAct, StepOutcome
from billing.exceptions_books import BookRefusal
from billing.messages_dunning import LATE, audience_of, subject_of
from billing.models import DunningHold, DunningStep, Invoice, Subscription
from billing.selectors.balance import open_cents
from billing.selectors.unpaid import facts_of, overdue
from billing.services import _money, payments, standing
from billing.services.relief import after_payment, after_return
from core import audit, clock, jobs
from core.access import Actor, get_or_404, system_actor
from notifications.enums import ChannelName
from notifications.services import cancel_pending, notify

__all__ = [
    "after_payment",
    "after_return",
    "dun_chunk",
    "dun_invoice",
    "end_hold",
    "hold",
    "remind_many",
    "remind_now",
    "start_dunning",
]

CHUNK_JOB = "billing.dun_chunk"
CHUNK = 100
LIFE = timedelta(days=5)
LONGEST_HOLD = timedelta(days=92)
_ORDER = [step.act for step in calendar.CALENDAR]


def start_dunning() -> int:
    """Each night: one job per hundred late invoices; started twice the same day it adds nothing. Returns how many."""
    ids = list(overdue(Invoice.objects.all()).order_by("payer_id", "due_date", "pk").values_list("pk", flat=True))
    day = today()
    for first in range(0, len(ids), CHUNK):
        chunk = ids[first : first + CHUNK]
        jobs.enqueue(CHUNK_JOB, unique=f"{CHUNK_JOB}:{day}:{chunk[0]}", invoices=chunk)
    return len(ids)


def dun_chunk(*, actor: Actor, invoices: Sequence[int]) -> int:
    """Takes the step of the day of each; a second time the same day, nothing. Returns how many steps were taken."""
    return sum(dun_invoice(actor=actor, invoice=pk) for pk in invoices)


@transaction.atomic
def dun_invoice(*, actor: Actor, invoice: int, day: date | None = None) -> bool:
    """The step that the calendar has for this invoice on this day, if any. Whoever pays meanwhile is waited for, and what is
    free for the payer pays first: nobody is written to about money that is here."""
    row = _locked(invoice)
    if row is None or not payments.apply_credit(actor=actor, invoice=row):
        return False
    row.open_cents = open_cents(row)  # type: ignore[attr-defined]
    facts = facts_of([row])[row.pk]
    found = calendar.act_on(facts, day or today())
    if found is None:
        return False
    _take(actor, row, found.act, applies=found.applies, day=day or today())
    return True


@transaction.atomic
def remind_now(*, actor: Actor, invoice: UUID) -> DunningAct:
    """The next letter, today, because a person decided so; never the formal notice's restriction ahead of its day.

    Raises NotForYou, `nothing_due`, `not_late`, `no_step_left`.
    """
    row = _locked(get_or_404(actor, Invoice, "dun", uid=invoice).pk)
    if row is None:
        raise BookRefusal("nothing_due")
    facts = facts_of([row])[row.pk]
    if calendar.late_days(facts.due_on, today()) == 0:
        raise BookRefusal("not_late")
    left = [step.act for step in calendar.CALENDAR if step.is_letter and step.act not in facts.taken]
    if not left or left[0] == DunningAct.RESTRICT:
        raise BookRefusal("no_step_left")
    _take(actor, row, left[0], applies=True, day=today())
    return left[0]


@transaction.atomic
def hold(*, actor: Actor, invoice: UUID, until: date, reason: str) -> DunningHold:
    """Nothing more is sent about the invoice until a day. What waits to be sent is called off.

    Raises NotForYou, `nothing_due`, `hold_day_wrong`, `reason_missing`.
    """
    row = _locked(get_or_404(actor, Invoice, "dun", uid=invoice).pk)
    if row is None:
        raise BookRefusal("nothing_due")
    if not today() < until <= today() + LONGEST_HOLD:
        raise BookRefusal("hold_day_wrong")
    if not reason.strip():
        raise BookRefusal("reason_missing")
    DunningHold.objects.filter(invoice=row, ended_at__isnull=True).update(ended_at=clock.now())
    made = DunningHold.objects.create(invoice=row, until=until, reason=reason.strip()[:300], by_id=actor.user_id)
    cancel_pending(subject_of(row))
    audit.record(actor, "billing.hold_dunning", row, practice_id=row.practice_id, until=until)
    return made


@transaction.atomic
def end_hold(*, actor: Actor, invoice: UUID) -> bool:
    """The calendar goes on from today. False when nothing was held. Raises NotForYou."""
    row = get_or_404(actor, Invoice, "dun", uid=invoice)
    ended = DunningHold.objects.filter(invoice=row, ended_at__isnull=True).update(ended_at=clock.now())
    if ended:
        audit.record(actor, "billing.end_dunning_hold", row, practice_id=row.practice_id)
    return bool(ended)


def _locked(invoice: int) -> Invoice | None:
    """The invoice with its payer locked and `open_cents` read after that; None when nothing is open."""
    payer = Invoice.objects.values_list("payer_id", flat=True).get(pk=invoice)
    _money.lock_payers([payer])
    rows = overdue(Invoice.objects.filter(pk=invoice), day=date.max).select_related("payer", "practice")
    return rows.first()


def _take(actor: Actor, row: Invoice, act: DunningAct, *, applies: bool, day: date) -> None:
    """Writes the step and does it. The unique row is the guard: taken at the same time by another, it is not taken."""
    step, made = DunningStep.objects.get_or_create(
        invoice=row,
        act=act,
        defaults={
            "outcome": StepOutcome.DONE if applies else StepOutcome.SKIPPED,
            "on_day": day,
            "by_id": actor.user_id,
        },
    )
    if not made or not applies:
        return
    late = calendar.late_days(row.due_date or day, day)
    audit.record(actor, "billing.dun", row, practice_id=row.practice_id, act=str(act), late=late)
    robot = system_actor("billing.dunning")
    if act == DunningAct.NOTICE:
        subscription = Subscription.objects.filter(practice=row.practice_id).first()
        if subscription is not None:
            standing.mark_past_due(actor=robot, subscription=subscription)
    if act == DunningAct.RESTRICT:
        standing.restrict_online(actor=robot, practice=row.practice)
    if act != DunningAct.RETRY:
        _tell(row, step)


def _tell(row: Invoice, step: DunningStep) -> None:
    for whom in audience_of(row):
        notify(
            kind=LATE,
            channel=ChannelName.EMAIL,
            subject=subject_of(row),
            revision=_ORDER.index(DunningAct(step.act)) + 1,
            practice_id=row.practice_id,
            expires_at=clock.now() + LIFE,
            **whom,
        )


def remind_many(*, actor: Actor, invoices: Iterable[UUID]) -> tuple[int, dict[str, str]]:
    """The next letter of each invoice chosen, in transactions of their own; how many were sent, and why the others not
    (uid → code). Raises `nothing_chosen`."""
    chosen = list(dict.fromkeys(invoices))
    if not chosen:
        raise BookRefusal("nothing_chosen")
    refused = {}
    for uid in chosen:
        try:
            remind_now(actor=actor, invoice=uid)
        except BookRefusal as refusal:
            refused[str(uid)] = refusal.code
    return len(chosen) - len(refused), refused
