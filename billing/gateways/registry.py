"""Which gateway stands behind each way to pay."""

from __future__ import annotations

from billing.enums import PaymentMethod
from billing.gateways.base import Gateway
from billing.gateways.sepa import SepaGateway
from billing.gateways.stripe import StripeGateway
from billing.gateways.transfer import TransferGateway

_GATEWAYS: dict[str, type[Gateway]] = {
    PaymentMethod.TRANSFER: TransferGateway,
    PaymentMethod.SEPA: SepaGateway,
    PaymentMethod.CARD: StripeGateway,
}


def gateway_of(method: str) -> Gateway:
    """The gateway of a way to pay, as the settings have it now."""
    return _GATEWAYS[method]()
