"""Cards through Stripe, by its own library. Card numbers are typed on Stripe's page and never reach this site.

The library is loaded when it is first needed: it is slow to import. `STRIPE_API` names the endpoint; whatever is not
Stripe's own is a double, and pages say so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings

from billing.gateways.base import Answer, Demand, Gateway, GatewayDown, GiveBack, State

OWN_API = "https://api.stripe.com"
_SECONDS = (3.0, 12.0)
_TOLERANCE_SECONDS = 300
_STATES = {
    "succeeded": State.SETTLED,
    "processing": State.PROCESSING,
    "requires_action": State.FAILED,
    "requires_confirmation": State.FAILED,
    "requires_payment_method": State.FAILED,
    "canceled": State.FAILED,
}
_REFUNDS = {"succeeded": State.SETTLED, "failed": State.FAILED, "canceled": State.FAILED}
T = TypeVar("T")


class CardServiceRefused(Exception):
    """The service understood and said no; `code` is its word for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code[:60]


class SignatureRefused(Exception):
    """An event that Stripe did not sign, or signed too long ago."""


@dataclass(frozen=True, slots=True)
class CardSetup:
    """The recording of a card: where the payer goes, and afterwards what is kept. `method` empty: not done yet."""

    ref: str
    address: str = ""
    customer: str = ""
    method: str = ""
    brand: str = ""
    last4: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a payer pays by himself. `ref` is the service's name of the page."""

    ref: str
    address: str


class StripeGateway(Gateway):
    name = "stripe"

    def __init__(self, *, key: str | None = None, api: str | None = None) -> None:
        self.key = settings.STRIPE_SECRET_KEY if key is None else key
        self.api = (settings.STRIPE_API if api is None else api).rstrip("/")
        self.is_double = self.api != OWN_API

    @property
    def is_open(self) -> bool:
        return bool(self.key)

    def collect(self, demand: Demand) -> Answer:
        """A PaymentIntent, confirmed at once without the payer; `no_card` without one."""
        if demand.card is None or not demand.card.method:
            return Answer(State.FAILED, code="no_card")
        card = demand.card
        try:
            found = self._ask(
                lambda client: client.v1.payment_intents.create(
                    {
                        "amount": demand.amount_cents,
                        "currency": "eur",
                        "customer": card.customer,
                        "payment_method": card.method,
                        "confirm": True,
                        "off_session": True,
                        "description": demand.reference,
                        "metadata": {"payment": demand.payment, "invoice": demand.reference},
                    },
                    {"idempotency_key": demand.key},
                )
            )
        except CardServiceRefused as refusal:
            return Answer(State.FAILED, code=refusal.code)
        return _answer(found, demand)

    def start_page(self, demand: Demand, *, back: str, until: datetime, customer: str = "") -> Page:
        """A page of Stripe on which the payer pays by himself, and authenticates when his bank asks; open until an instant
        (half an hour at least). The PaymentIntent is the service's to make. Raises GatewayDown, CardServiceRefused.
        """
        told = {"payment": demand.payment, "invoice": demand.reference}
        price = {
            "currency": "eur",
            "unit_amount": demand.amount_cents,
            "product_data": {"name": f"Facture {demand.reference}"},
        }
        fields = {
            "mode": "payment",
            "payment_method_types": ["card"],
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": back,
            "cancel_url": back,
            "client_reference_id": demand.payment,
            "expires_at": int(until.timestamp()),
            "payment_intent_data": {"description": demand.reference, "metadata": told},
            **({"customer": customer} if customer else {}),
        }
        session = self._ask(lambda client: client.v1.checkout.sessions.create(fields, {"idempotency_key": demand.key}))
        return Page(session.id, session.url or "")

    def read_page(self, ref: str) -> Answer:
        """What became of a page: `WAITING` while it is open, `abandoned` when nobody paid on it. Raises GatewayDown,
        CardServiceRefused.
        """
        session = self._ask(lambda client: client.v1.checkout.sessions.retrieve(ref, {"expand": ["payment_intent"]}))
        intent = session.payment_intent
        if session.status == "expired":
            return Answer(State.FAILED, code="abandoned")
        if session.status != "complete" or intent is None or isinstance(intent, str):
            return Answer(State.WAITING)
        if session.payment_status != "paid":
            return Answer(State.PROCESSING, intent.id)
        return Answer(State.SETTLED, intent.id, datetime.fromtimestamp(intent.created, UTC).date())

    def close_page(self, ref: str) -> Answer:
        """Close a page that nobody paid on; the answer is what became of it. Raises GatewayDown, CardServiceRefused."""
        try:
            self._ask(lambda client: client.v1.checkout.sessions.expire(ref))
        except CardServiceRefused:
            # Paid, or closed by the service meanwhile.
            return self.read_page(ref)
        return Answer(State.FAILED, code="abandoned")

    def give_back(self, order: GiveBack) -> Answer:
        try:
            found = self._ask(
                lambda client: client.v1.refunds.create(
                    {
                        "payment_intent": order.collected,
                        "amount": order.amount_cents,
                        "metadata": {"refund": order.refund},
                    },
                    {"idempotency_key": order.key},
                )
            )
        except CardServiceRefused as refusal:
            return Answer(State.FAILED, code=refusal.code)
        return Answer(_REFUNDS.get(found.status, State.PROCESSING), found.id, code=found.failure_reason or "")

    def start_setup(self, *, key: str, payer: str, name: str, email: str, customer: str, back: str) -> CardSetup:
        """A SetupIntent inside a page of Stripe; the payer goes to `address`. Raises GatewayDown, CardServiceRefused."""
        if not customer:
            made = self._ask(
                lambda client: client.v1.customers.create(
                    {"name": name, "email": email, "metadata": {"payer": payer}}, {"idempotency_key": f"{key}-c"}
                )
            )
            customer = made.id
        session = self._ask(
            lambda client: client.v1.checkout.sessions.create(
                {
                    "mode": "setup",
                    "customer": customer,
                    "payment_method_types": ["card"],
                    "success_url": back,
                    "cancel_url": back,
                    "client_reference_id": key,
                    "setup_intent_data": {"metadata": {"card": key}},
                },
                {"idempotency_key": f"{key}-s"},
            )
        )
        return CardSetup(ref=session.id, address=session.url or "", customer=customer)

    def read_setup(self, ref: str) -> CardSetup:
        """What became of the recording, asked from the service itself. Raises GatewayDown, CardServiceRefused."""
        session = self._ask(
            lambda client: client.v1.checkout.sessions.retrieve(
                ref, {"expand": ["setup_intent", "setup_intent.payment_method"]}
            )
        )
        intent = session.setup_intent
        if intent is None or isinstance(intent, str) or intent.status != "succeeded":
            return CardSetup(ref=ref, customer=str(session.customer or ""))
        method = intent.payment_method
        card = None if method is None or isinstance(method, str) else method.card
        return CardSetup(
            ref=ref,
            customer=str(session.customer or ""),
            method=method if isinstance(method, str) else method.id if method else "",
            brand=card.brand if card else "",
            last4=card.last4 if card else "",
            ends=f"{card.exp_month:02d}/{card.exp_year}" if card else "",
        )

    def forget_card(self, method: str) -> None:
        """Take a card away from its payer. One that is already gone is gone."""
        try:
            self._ask(lambda client: client.v1.payment_methods.detach(method))
        except CardServiceRefused:
            return

    def _ask(self, call: Callable[[Any], T]) -> T:
        import stripe  # noqa: PLC0415  (slow to import)

        try:
            return call(_client(self.key, self.api))
        except stripe.CardError as error:
            raise CardServiceRefused(error.code or "card_declined") from None
        except stripe.InvalidRequestError as error:
            raise CardServiceRefused(error.code or "invalid_request") from None
        except stripe.StripeError as error:
            raise GatewayDown(type(error).__name__) from None


def check_signature(body: bytes, header: str, secret: str) -> None:
    """Whether Stripe signed this body within five minutes. Raises SignatureRefused."""
    import stripe  # noqa: PLC0415  (slow to import)

    try:
        stripe.WebhookSignature.verify_header(body.decode(), header, secret, _TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, ValueError, IndexError, TypeError):
        raise SignatureRefused from None


def _answer(found: Any, demand: Demand) -> Answer:
    state = _STATES.get(found.status, State.PROCESSING)
    if found.amount != demand.amount_cents:
        raise GatewayDown("another amount")
    code = (
        "authentication_required"
        if found.status == "requires_action"
        else ""
        if state != State.FAILED
        else found.status
    )
    day = datetime.fromtimestamp(found.created, UTC).date() if state == State.SETTLED else None
    return Answer(state, found.id, day, code)


@lru_cache(maxsize=4)
def _client(key: str, api: str) -> Any:
    import stripe  # noqa: PLC0415  (slow to import)

    # Its log names what was paid to whom.
    logging.getLogger("stripe").setLevel(logging.WARNING)
    http = stripe.RequestsClient(timeout=_SECONDS)
    return stripe.StripeClient(key, base_addresses={"api": api}, http_client=http, max_network_retries=1)
