"""SEPA debits: a collection is a day and a reference; the money moves with the bank's file (`billing.pain008`)."""

from __future__ import annotations

from billing.debit_calendar import collection_day, is_alive
from billing.gateways.base import Answer, Demand, Gateway, GiveBack, State


class SepaGateway(Gateway):
    name = "sepa"

    def collect(self, demand: Demand) -> Answer:
        """The day of the collection and its end-to-end reference; `no_mandate` or `mandate_over` when none may be
        made.
        """
        mandate = demand.mandate
        if mandate is None:
            return Answer(State.FAILED, code="no_mandate")
        day = collection_day(notified_on=demand.today, due_on=demand.due_on, notice_days=mandate.notice_days)
        if not mandate.is_active or not is_alive(mandate.signed_on, mandate.last_used_on, day):
            return Answer(State.FAILED, code="mandate_over")
        return Answer(State.WAITING, demand.key[:35], day)

    def give_back(self, order: GiveBack) -> Answer:
        """A debit is given back by a transfer that a person makes."""
        return Answer(State.WAITING, order.key)
