"""A double of Stripe: a real HTTP server on this machine, which takes no money.

It speaks the part of Stripe's API that `billing.gateways.stripe` uses (customers, Checkout sessions in set-up and in payment
mode, SetupIntents, payment methods, PaymentIntents, refunds), keeps idempotency keys as Stripe does, shows a page where a
card is « typed » and where its bank asks who pays, and signs events. The cards are Stripe's own test names: `pm_card_visa` pays,
`pm_card_chargeDeclined` is declined, `pm_card_authenticationRequired` wants the payer.
"""

import hashlib
import hmac
import json
import threading
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

from billing.doubles.stripe_pages import page_of
from core.local_server import LocalServer, serving_locally

CARDS = {
    "pm_card_visa": ("visa", "4242", ""),
    "pm_card_mastercard": ("mastercard", "4444", ""),
    "pm_card_chargeDeclined": ("visa", "0002", "card_declined"),
    "pm_card_chargeDeclinedInsufficientFunds": ("visa", "9995", "insufficient_funds"),
    "pm_card_authenticationRequired": ("visa", "3184", "authentication_required"),
}
# The least that Stripe takes, in cents of a euro.
SMALLEST = 50
_LABELS = {
    "pm_card_visa": "Carte qui paie (Visa 4242)",
    "pm_card_chargeDeclined": "Carte refusée (Visa 0002)",
    "pm_card_authenticationRequired": "Carte qui demande une authentification (Visa 3184)",
}
Reply = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class StripeDouble:
    """What it was asked. `fails` requests to come are answered 500 after they were done, as a cut line does."""

    secret: str = "whsec_double"  # noqa: S105  a double keeps no secret
    key: str = "sk_test_double"
    told_at: str = ""
    fails: int = 0
    port: int = 0
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    _kept: dict[str, tuple[str, Reply]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, method: str, path: str, form: dict[str, str], key: str) -> Reply:
        """One call of the API; the same idempotency key gives the same answer, or an error for another body."""
        with self._lock:
            body = json.dumps([method, path, form], sort_keys=True)
            if key and key in self._kept:
                before, reply = self._kept[key]
                if before != body:
                    return _fault(400, "idempotency_error", "idempotency_key_in_use")
                return reply
            reply = self._route(method, path.strip("/").split("/")[1:], form)
            if key and reply[0] < 500:
                self._kept[key] = (body, reply)
            return reply

    def _route(self, method: str, parts: list[str], form: dict[str, str]) -> Reply:
        match (method, parts):
            case ("POST", ["customers"]):
                return self._new("cus", "customer", name=form.get("name", ""), email=form.get("email", ""))
            case ("POST", ["checkout", "sessions"]):
                return self._session(form)
            case ("GET", ["checkout", "sessions", name]):
                return self._read_session(name)
            case ("POST", ["checkout", "sessions", name, "expire"]):
                return self._expire(name)
            case ("POST", ["payment_intents"]):
                return self._intent(form)
            case ("POST", ["refunds"]):
                return self._refund(form)
            case ("POST", ["payment_methods", name, "detach"]):
                found = self.objects.pop(name, None)
                return (200, {**found, "customer": None}) if found else _missing(name)
            case ("GET", [_, name]) if name in self.objects:
                return 200, self.objects[name]
        return _missing("/".join(parts))

    def _new(self, prefix: str, kind: str, **fields: Any) -> Reply:
        name = f"{prefix}_double{self.port}{len(self.objects) + 1:06d}"
        made = {"id": name, "object": kind, "created": int(time.time()), "livemode": False, **fields}
        self.objects[name] = made
        return 200, made

    def _session(self, form: dict[str, str]) -> Reply:
        if form.get("mode") == "payment":
            return self._payment_session(form)
        _ok, intent = self._new("seti", "setup_intent", status="requires_payment_method", payment_method=None)
        intent["metadata"] = _metadata(form, "setup_intent_data[metadata]")
        intent["customer"] = form.get("customer")
        _ok, session = self._new("cs_test", "checkout.session", mode="setup", customer=form.get("customer"))
        session |= {
            "setup_intent": intent["id"],
            "status": "open",
            "success_url": form.get("success_url", ""),
            "client_reference_id": form.get("client_reference_id"),
            "url": f"{self.api}/pay/{session['id']}",
        }
        return 200, session

    def _payment_session(self, form: dict[str, str]) -> Reply:
        amount = int(form.get("line_items[0][price_data][unit_amount]", "0"))
        if amount < SMALLEST:
            return _fault(400, "invalid_request_error", "amount_too_small")
        if int(form.get("expires_at", "0")) < time.time() + 30 * 60:
            return _fault(400, "invalid_request_error", "parameter_invalid_integer")
        _ok, session = self._new("cs_test", "checkout.session", mode="payment", customer=form.get("customer"))
        session |= {
            "amount_total": amount,
            "currency": "eur",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "success_url": form.get("success_url", ""),
            "client_reference_id": form.get("client_reference_id"),
            "told": _metadata(form, "payment_intent_data[metadata]"),
            "url": f"{self.api}/pay/{session['id']}",
        }
        return 200, session

    def _expire(self, name: str) -> Reply:
        session = self.objects.get(name)
        if session is None:
            return _missing(name)
        if session["status"] != "open":
            return _fault(400, "invalid_request_error", "checkout_session_not_open")
        session["status"] = "expired"
        self.tell("checkout.session.expired", session)
        return 200, session

    def pay(self, session_name: str, card: str = "", agreed: bool | None = None) -> str:
        """What the payer does on a page where one pays: he types a card, then answers the bank that asks who he is (`agreed`).
        Returns where he is sent back to, empty while he has to go on.
        """
        with self._lock:
            session = self.objects[session_name]
            if session["status"] != "open":
                return str(session["success_url"])
            intent = self._intent_of(session)
            code = CARDS[card][2] if card else ""
            if code == "authentication_required":
                intent["status"] = "requires_action"
                self.tell("payment_intent.requires_action", intent)
                return ""
            if code or agreed is False:
                why = code or "payment_intent_authentication_failure"
                intent |= {"status": "requires_payment_method", "last_payment_error": {"code": why}}
                self.tell("payment_intent.payment_failed", intent)
                return ""
            intent |= {"status": "succeeded", "amount_received": intent["amount"]}
            session |= {"status": "complete", "payment_status": "paid"}
            self.tell("payment_intent.succeeded", intent)
            self.tell("checkout.session.completed", session)
            return str(session["success_url"])

    def _intent_of(self, session: dict[str, Any]) -> dict[str, Any]:
        if session["payment_intent"] is None:
            _ok, intent = self._new(
                "pi", "payment_intent", amount=session["amount_total"], currency="eur", customer=session["customer"]
            )
            intent |= {"metadata": session["told"], "amount_received": 0, "status": "requires_payment_method"}
            session["payment_intent"] = intent["id"]
        return self.objects[session["payment_intent"]]

    def _read_session(self, name: str) -> Reply:
        session = self.objects.get(name)
        if session is None:
            return _missing(name)
        if session["mode"] == "payment":
            return 200, {**session, "payment_intent": self.objects.get(session["payment_intent"] or "")}
        intent = dict(self.objects[session["setup_intent"]])
        if intent["payment_method"]:
            intent["payment_method"] = self.objects[intent["payment_method"]]
        return 200, {**session, "setup_intent": intent}

    def type_card(self, session_name: str, card: str) -> str:
        """What the payer does on the page of the service; returns where he is sent back to."""
        with self._lock:
            session = self.objects[session_name]
            intent = self.objects[session["setup_intent"]]
            if intent["status"] != "succeeded":
                intent |= {"payment_method": self.add_card(card, session["customer"]), "status": "succeeded"}
                session["status"] = "complete"
                self.tell("setup_intent.succeeded", intent)
                self.tell("checkout.session.completed", session)
            return str(session["success_url"])

    def add_card(self, card: str, customer: str) -> str:
        brand, last4, _code = CARDS[card]
        details = {"brand": brand, "last4": last4, "exp_month": 12, "exp_year": 2030}
        _ok, method = self._new("pm", "payment_method", type="card", customer=customer, card=details, test_name=card)
        return str(method["id"])

    def _intent(self, form: dict[str, str]) -> Reply:
        given = form.get("payment_method", "")
        method = self.objects.get(given)
        if method is None or method.get("customer") != form.get("customer"):
            return _missing(given)
        amount = int(form.get("amount", "0"))
        if amount < SMALLEST:
            return _fault(400, "invalid_request_error", "amount_too_small")
        _ok, intent = self._new(
            "pi", "payment_intent", amount=amount, currency=form.get("currency"), customer=form.get("customer")
        )
        intent |= {"metadata": _metadata(form, "metadata"), "payment_method": given, "amount_received": 0}
        code = CARDS[method["test_name"]][2]
        if code:
            intent["status"] = "requires_payment_method"
            self.tell("payment_intent.payment_failed", intent)
            status, body = _fault(402, "card_error", code)
            body["error"]["payment_intent"] = intent
            return status, body
        intent |= {"status": "succeeded", "amount_received": amount}
        self.tell("payment_intent.succeeded", intent)
        return 200, intent

    def _refund(self, form: dict[str, str]) -> Reply:
        intent = self.objects.get(form.get("payment_intent", ""))
        if intent is None:
            return _missing("payment_intent")
        amount = int(form.get("amount", "0"))
        mine = (
            one for one in self.objects.values() if one["object"] == "refund" and one["payment_intent"] == intent["id"]
        )
        given = sum(one["amount"] for one in mine)
        if given + amount > intent["amount_received"]:
            return _fault(400, "invalid_request_error", "charge_already_refunded")
        _ok, refund = self._new("re", "refund", amount=amount, payment_intent=intent["id"], status="succeeded")
        refund |= {"metadata": _metadata(form, "metadata"), "failure_reason": None}
        self.tell("refund.updated", refund)
        return 200, refund

    def event(self, kind: str, subject: dict[str, Any]) -> dict[str, Any]:
        """An event as Stripe writes it; its name is its place in the list."""
        with self._lock:
            made = {
                "id": f"evt_double{self.port}{len(self.events) + 1:06d}",
                "object": "event",
                "type": kind,
                "created": int(time.time()),
                "livemode": False,
                "data": {"object": dict(subject)},
            }
            self.events.append(made)
            return made

    def tell(self, kind: str, subject: dict[str, Any]) -> None:
        """Brings an event to the site from another thread, when it knows where the site is."""
        made = self.event(kind, subject)
        if self.told_at:
            threading.Thread(target=self._bring, args=(made,), daemon=True).start()

    def _bring(self, made: dict[str, Any]) -> None:
        for wait in (0.3, 2, 10):
            threading.Event().wait(wait)
            with suppress(OSError):
                self.send(self.told_at, made)
                return

    def send(self, address: str, made: dict[str, Any]) -> int:
        """Brings one event, signed, now; returns the status of the site's answer."""
        body = json.dumps(made).encode()
        headers = {"Content-Type": "application/json", "Stripe-Signature": signed(body, self.secret)}
        with urlopen(Request(address, data=body, headers=headers), timeout=10) as answer:  # noqa: S310  our own site
            return int(answer.status)

    def page(self, session_name: str) -> str | None:
        """The page where the payer « types » a card, or answers his bank. It says what it is."""
        session = self.objects.get(session_name)
        if session is None:
            return None
        intent = self.objects.get(session.get("payment_intent") or "", {})
        return page_of(session, intent, _LABELS)


def signed(body: bytes, secret: str, at: int | None = None) -> str:
    """The header `Stripe-Signature` of this body."""
    moment = int(time.time()) if at is None else at
    seal = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={seal}"


def _metadata(form: dict[str, str], prefix: str) -> dict[str, str]:
    return {name[len(prefix) + 1 : -1]: value for name, value in form.items() if name.startswith(f"{prefix}[")}


def _fault(status: int, kind: str, code: str) -> Reply:
    return status, {"error": {"type": kind, "code": code, "message": "The double refuses."}}


def _missing(name: str) -> Reply:
    status, body = _fault(404, "invalid_request_error", "resource_missing")
    body["error"]["message"] = f"No such object: {name[:60]}"
    return status, body


class _Exchange(BaseHTTPRequestHandler):
    server: LocalServer[StripeDouble]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/pay/"):
            found = self.server.double.page(path.removeprefix("/pay/"))
            return self._say(200 if found else 404, (found or "").encode(), "text/html; charset=utf-8")
        return self._api("GET", path)

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/pay/"):
            self.send_response(303)
            self.send_header("Location", self._done(path) or path)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        return self._api("POST", path)

    def _done(self, path: str) -> str:
        """What the payer did on a page; returns where he goes."""
        double, name, form = self.server.double, path.removeprefix("/pay/"), self._form()
        if double.objects[name]["mode"] == "setup":
            return double.type_card(name, form["card"])
        return double.pay(name, form.get("card", ""), {"yes": True, "no": False}.get(form.get("agreed", "")))

    def do_DELETE(self) -> None:
        self._api("DELETE", urlsplit(self.path).path)

    def _api(self, method: str, path: str) -> None:
        double = self.server.double
        form = self._form()
        if self.headers.get("Authorization") != f"Bearer {double.key}":
            status, body = _fault(401, "invalid_request_error", "api_key_invalid")
        else:
            status, body = double.answer(method, path, form, self.headers.get("Idempotency-Key", ""))
        if double.fails > 0:
            double.fails -= 1
            status, body = _fault(500, "api_error", "lost")
        self._say(status, json.dumps(body).encode(), "application/json")

    def _form(self) -> dict[str, str]:
        length = int(self.headers.get("Content-Length") or 0)
        return dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))

    def _say(self, status: int, payload: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of a payer is in a log."""


def serving(double: StripeDouble, port: int = 0) -> AbstractContextManager[StripeDouble]:
    """Serves the double from a thread, on a free port unless one is given."""
    return serving_locally(double, _Exchange, port)
