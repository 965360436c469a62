"""What the platform's staff may do with a row that was given up: have it tried again, or let it go. Each act is recorded."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit, clock, relay
from core.access import Actor, Space
from core.exceptions import DomainError, NotForYou
from core.models.outbox import DEAD, PENDING, OutboxRow

ABANDONED = "abandoned"
REFUSALS = {
    "no_longer_dead": _("Quelqu’un s’en est déjà occupé."),
    "already_waiting": _("Un travail semblable attend déjà."),
    "address_erased": _("L’adresse de ce message a été effacée : il ne peut plus partir."),
    "too_late": _("Ce message n’a plus de sens : son heure est passée."),
    "took_another_way": _("La nouvelle est déjà partie par un autre moyen."),
}


@transaction.atomic
def try_again(*, actor: Actor, task: str, pk: int) -> None:
    """Makes a row given up due at once, with all its attempts.

    Raises NotForYou outside of the platform's space or for an unknown row; `no_longer_dead`, `already_waiting`,
    `address_erased`, `too_late`, `took_another_way`.
    """
    row = _row(actor, task, pk)
    if code := row.refusal_to_retry():
        raise refusal(code)
    row.state, row.attempts, row.due_at = PENDING, 0, clock.now()
    row.offered_at = row.lease_until = row.finished_at = None
    row.last_error = ""
    audit.record(actor, "core.retry_work", row, kind=row.kind)
    try:
        with transaction.atomic():
            row.save(
                update_fields=["state", "attempts", "due_at", "offered_at", "lease_until", "finished_at", "last_error"]
            )
    except IntegrityError as error:
        raise refusal("already_waiting") from error


@transaction.atomic
def let_go(*, actor: Actor, task: str, pk: int) -> None:
    """Closes a row given up: nobody is to look at it again here. Raises as `try_again`; `no_longer_dead`."""
    row = _row(actor, task, pk)
    row.state, row.last_error = row.LET_GO, ABANDONED
    row.save(update_fields=["state", "last_error"])
    audit.record(actor, "core.let_work_go", row, kind=row.kind)


def refusal(code: str) -> DomainError:
    return DomainError(code, REFUSALS[code], status=409)


def _row(actor: Actor, task: str, pk: int) -> OutboxRow:
    if actor.space != Space.PLATFORM or not actor.strong:
        raise NotForYou
    queue = next((one for one in relay.queues() if one.task == task), None)
    row = queue.model._default_manager.select_for_update().filter(pk=pk).first() if queue else None
    if row is None:
        raise NotForYou
    if row.state != DEAD:
        raise refusal("no_longer_dead")
    return row
