"""Transfers: the payer acts, with the reference of the invoice; the bank's file tells what came (`billing.matching`)."""

from __future__ import annotations

from billing.gateways.base import Answer, Demand, Gateway, GiveBack, State


class TransferGateway(Gateway):
    name = "transfer"

    def collect(self, demand: Demand) -> Answer:
        """Nothing moves until the payer does; the reference is what he writes."""
        return Answer(State.WAITING, demand.reference)

    def give_back(self, order: GiveBack) -> Answer:
        """A person makes the transfer, and says when."""
        return Answer(State.WAITING, order.key)
