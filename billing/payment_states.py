"""What a payment service's events make of a payment, in whatever order and however often they come. Pure.

Each event raises something and lowers nothing: the state is the highest one told, sums given back are the largest
told. So the outcome is the same for every order and every repetition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from billing.enums_payment import PaymentState, RefundState

_RANK = {
    PaymentState.PENDING: 0,
    PaymentState.FAILED: 1,
    PaymentState.SETTLED: 2,
    PaymentState.RETURNED: 3,
}
_REFUND_RANK = {RefundState.ASKED: 0, RefundState.DONE: 1, RefundState.FAILED: 2}
_TOLD = {
    "payment_intent.succeeded": PaymentState.SETTLED,
    "payment_intent.payment_failed": PaymentState.FAILED,
    "payment_intent.canceled": PaymentState.FAILED,
    "payment_intent.requires_action": PaymentState.FAILED,
    "payment_intent.processing": PaymentState.PENDING,
    "charge.dispute.closed": PaymentState.RETURNED,
}
_REFUND_TOLD = {"succeeded": RefundState.DONE, "failed": RefundState.FAILED, "canceled": RefundState.FAILED}


@dataclass(frozen=True, slots=True)
class Standing:
    """A payment as the events told so far make it."""

    state: str = PaymentState.PENDING
    disputed: bool = False


def after(standing: Standing, kind: str, *, lost: bool = False) -> Standing:
    """The standing after one more event; `lost` says how a closed dispute ended. An event of another kind changes
    nothing.
    """
    if kind == "charge.dispute.created":
        return replace(standing, disputed=True)
    told = _TOLD.get(kind)
    if told is None or (kind == "charge.dispute.closed" and not lost):
        return standing
    disputed = standing.disputed or kind == "charge.dispute.closed"
    higher = told if _RANK[told] > _RANK[PaymentState(standing.state)] else standing.state
    return Standing(higher, disputed)


def folded(events: Iterable[tuple[str, bool]], start: Standing | None = None) -> Standing:
    """The standing after these events: (kind, lost)."""
    standing = start or Standing()
    for kind, lost in events:
        standing = after(standing, kind, lost=lost)
    return standing


def refund_after(state: str, told: str) -> str:
    """The state of a refund after the service told its own word for it; a refund that failed stays so."""
    found = _REFUND_TOLD.get(told)
    if found is None or _REFUND_RANK[found] <= _REFUND_RANK[RefundState(state)]:
        return state
    return found
