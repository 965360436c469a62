"""How a practice pays: transfer, SEPA mandate, card. No page shows an account or a card whole."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.debit_calendar import notice_of
from billing.enums_payment import Scheme
from billing.forms_payment import MandateForm, show_refusal
from billing.mandate_text import MandateText, mandate_text
from billing.selectors.means import (
    card_to_keep,
    mandate_to_keep,
    means_of_practice,
    payer_who_signs,
    payments_of_practice,
)
from billing.seller import seller
from billing.services import cards, mandates
from core.access import Space, access
from core.exceptions import DomainError

PRACTICE = {Space.PRACTICE}
# The word of the address that asks for a mandate between businesses.
BUSINESSES = "entreprises"


@access(resource="billing.payment", action="read", spaces=PRACTICE)
@require_safe
def means(request: HttpRequest) -> HttpResponse:
    """Each payer with its mandate and its card, what is to pay, what was paid."""
    bank = settings.BILLING_SELLER
    context = {
        "means": means_of_practice(request.actor),
        "payments": payments_of_practice(request.actor),
        "bank": {"name": seller().name, "iban": _in_fours(bank["iban"]), "bic": bank["bic"]},
        "takes_debits": bool(settings.SEPA_CREDITOR_ID and bank["iban"]),
        **card_service(),
    }
    return render(request, "billing/payment/means.html", context)


@access(resource="billing.mandate", action={"GET": "read", "POST": "sign"}, spaces=PRACTICE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, payer: UUID) -> HttpResponse:
    """The words of the mandate, the account, the box to tick; `?entre=entreprises` for one between businesses."""
    found = payer_who_signs(request.actor, payer)
    scheme = Scheme.B2B if request.GET.get("entre") == BUSINESSES else Scheme.CORE
    form = MandateForm(request.POST or None, initial={"holder": found.name[:70]})
    if request.method == "POST" and form.is_valid():
        try:
            mandates.sign_mandate(actor=request.actor, payer=payer, scheme=scheme, **_typed(form))
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Le mandat est signé. Chaque prélèvement vous sera annoncé par e-mail."))
            if scheme == Scheme.B2B:
                messages.warning(request, _("Remettez ce mandat à votre banque avant le premier prélèvement."))
            return redirect("subscription:payment")
    context = {"payer": found, "mandate": None, "text": _text(scheme), "scheme": scheme, "businesses": BUSINESSES}
    return _shown(request, form, context)


@access(resource="billing.mandate", action={"GET": "read", "POST": "keep"}, spaces=PRACTICE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Another account under the same mandate."""
    found = mandate_to_keep(request.actor, uid)
    form = MandateForm(request.POST or None, initial={"holder": found.holder, "revision": found.revision})
    if request.method == "POST" and form.is_valid():
        try:
            mandates.change_account(
                actor=request.actor,
                mandate=uid,
                expected_revision=form.cleaned_data["revision"],
                **_typed(form),
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Le compte a changé. Votre mandat reste le même."))
            return redirect("subscription:payment")
    context = {"payer": found.payer, "mandate": found, "text": _text(found.scheme), "scheme": found.scheme}
    return _shown(request, form, context)


@access(resource="billing.mandate", action="keep", spaces=PRACTICE)
@require_POST
def revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    mandates.revoke_mandate(actor=request.actor, mandate=uid)
    messages.success(request, _("Le mandat est révoqué. Les prochaines factures sont à payer par virement."))
    return redirect("subscription:payment")


@access(resource="billing.card", action="sign", spaces=PRACTICE)
@require_POST
def start_card(request: HttpRequest, payer: UUID) -> HttpResponse:
    """Asks for the page on which the card is typed, then shows where it leads."""
    path = reverse("subscription:card", args=[UUID(int=0)]).replace(str(UUID(int=0)), "{uid}")
    try:
        card = cards.start_card(actor=request.actor, payer=payer, back=request.build_absolute_uri("/")[:-1] + path)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("subscription:payment")
    return redirect("subscription:card", card.uid)


@access(resource="billing.card", action={"GET": "read", "POST": "keep"}, spaces=PRACTICE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Where the card is typed; afterwards, « Vérifier » asks the service what became of it."""
    if request.method == "POST":
        try:
            found = cards.finish_card(actor=request.actor, card=uid)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
            return redirect("subscription:card", uid)
        if found.state == "active":
            messages.success(request, _("La carte est enregistrée. Les factures seront payées à leur échéance."))
            return redirect("subscription:payment")
        messages.warning(request, _("La carte n’est pas encore enregistrée."))
        return redirect("subscription:card", uid)
    found = card_to_keep(request.actor, uid)
    if found.state != "waiting":
        return redirect("subscription:payment")
    return render(request, "billing/payment/card.html", {"card": found, **card_service()})


@access(resource="billing.card", action="keep", spaces=PRACTICE)
@require_POST
def remove_card(request: HttpRequest, uid: UUID) -> HttpResponse:
    try:
        cards.remove_card(actor=request.actor, card=uid)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("La carte est retirée. Les prochaines factures sont à payer par virement."))
    return redirect("subscription:payment")


@access(resource="billing.card", action="pay", spaces=PRACTICE)
@require_POST
def pay(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Charges an invoice to the card that is kept."""
    try:
        cards.pay_by_card(actor=request.actor, invoice=uid)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Le paiement est demandé. Son résultat s’affiche ici dans un instant."))
    return redirect("subscription:payment")


def _shown(request: HttpRequest, form: MandateForm, context: dict[str, Any]) -> HttpResponse:
    refused = form.is_bound and bool(form.errors)
    shown = form.forget_account() if refused else form
    return render(request, "billing/payment/mandate.html", {**context, "form": shown}, status=422 if refused else 200)


def _typed(form: MandateForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("iban", "holder", "agreed")}


def _text(scheme: str) -> MandateText:
    days = notice_of(settings.SEPA_NOTICE_DAYS)
    return mandate_text(creditor=seller().name, scheme=scheme, notice_days=days)


def card_service() -> dict[str, Any]:
    """Whether cards are taken, and whether what takes them is a stand-in: pages say so."""
    return {
        "takes_cards": bool(settings.STRIPE_SECRET_KEY),
        "is_double": settings.STRIPE_IS_DOUBLE,
        "endpoint": settings.STRIPE_API,
    }


def _in_fours(number: str) -> str:
    return "\u00a0".join(number[start : start + 4] for start in range(0, len(number), 4))
