"""Practices as payers: find one, see its life, and put an amount or free months with the reason."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.forms_books import AdjustForm, FreeMonthsForm
from billing.selectors.finding import find
from billing.selectors.invoices import invoices_of
from billing.selectors.lives import Life, life_of, subscribers
from billing.services.gifts import adjust, give_free_months, withdraw_adjustment
from core.access import Space, access
from core.exceptions import DomainError
from core.forms import with_new_token
from core.idempotency import claim_of

PER_PAGE = 50


@access(resource="billing.practice", action="read", spaces={Space.BILLING})
@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    """Every subscribed practice; with words, what they find: practices, payers, invoices, payments."""
    words = request.GET.get("q", "").strip()[:80]
    page = Paginator(subscribers(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"q": words, "found": find(request.actor, words) if words else None, "page": page}
    return render(request, "billing/staff/practices.html", context)


@access(resource="billing.invoice", action="read", spaces={Space.BILLING})
@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """Every invoice and credit note, latest first."""
    page = Paginator(invoices_of(request.actor).select_related("practice"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/staff/papers.html", {"page": page})


@access(resource="billing.practice", action={"GET": "read", "POST": "adjust"}, spaces={Space.BILLING})
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The life of a practice; a POST puts an amount on a payer's next invoice."""
    life = life_of(request.actor, uid)
    payers = [payer for payer, _owed in life.payers]
    form = AdjustForm(request.POST or None, payers=payers)
    if request.method == "POST" and form.is_valid():
        try:
            adjust(
                actor=request.actor,
                payer=UUID(form.cleaned_data["payer"]),
                amount_cents=form.cents,
                label=form.cleaned_data["label"],
                reason=form.cleaned_data["reason"],
                claim=claim_of(request),
            )
        except DomainError as refusal:
            form = AdjustForm(with_new_token(request), payers=payers)
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("L’ajustement sera sur la prochaine facture."))
            return redirect("billing:practice", uid)
    return _shown(request, life, form)


@access(resource="billing.practice", action={"POST": "correct"}, spaces={Space.BILLING})
@require_POST
def free_months(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Offer whole months."""
    life = life_of(request.actor, uid)
    form = FreeMonthsForm(request.POST)
    if not form.is_valid() or life.subscription is None:
        messages.error(request, _("Choisissez entre un et douze mois, et dites pourquoi."))
        return redirect("billing:practice", uid)
    try:
        give_free_months(
            actor=request.actor,
            subscription=life.subscription.uid,
            months=form.cleaned_data["months"],
            reason=form.cleaned_data["reason"],
            claim=claim_of(request),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Les mois sont offerts."))
    return redirect("billing:practice", uid)


@access(resource="billing.practice", action={"POST": "withdraw"}, spaces={Space.BILLING})
@require_POST
def withdraw(request: HttpRequest, uid: UUID, adjustment: UUID) -> HttpResponse:
    """Take back an amount that is on no invoice yet."""
    try:
        withdraw_adjustment(actor=request.actor, adjustment=adjustment)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("L’ajustement est retiré."))
    return redirect("billing:practice", uid)


def _shown(request: HttpRequest, life: Life, form: AdjustForm) -> HttpResponse:
    context = {"life": life, "form": form, "gift": FreeMonthsForm()}
    return render(request, "billing/staff/practice.html", context, status=422 if form.is_bound else 200)
