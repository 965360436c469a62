"""Who receives and pays the invoices: opened, written, made the usual one, closed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing.forms import PayerForm, show_refusal
from billing.selectors.subscription import payer_to_keep, practice_of_payers
from billing.selectors.vat_checks import last_checks
from billing.services.payers import change_payer_details, close_payer, make_usual, open_payer
from core.access import Space, access
from core.exceptions import DomainError
from core.forms import with_new_token
from core.idempotency import claim_of

PRACTICE = {Space.PRACTICE}


@access(resource="billing.payer", action={"GET": "read", "POST": "create"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    practice = practice_of_payers(request.actor)
    form = PayerForm(request.POST or None, initial={"method": "transfer"})
    if request.method == "POST" and form.is_valid():
        try:
            open_payer(actor=request.actor, practice=practice.uid, fields=form.payer_fields, claim=claim_of(request))
        except DomainError as refusal:
            form = _again(request, refusal)
        else:
            messages.success(request, _("Le payeur est ouvert\u00a0: confiez-lui des places depuis l’abonnement."))
            return redirect("subscription:home")
    context = {"form": form, "payer": None}
    return render(request, "billing/practice/payer.html", context, status=422 if form.errors else 200)


@access(resource="billing.payer", action={"GET": "read", "POST": "change"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    payer = payer_to_keep(request.actor, uid)
    initial = {name: getattr(payer, name) for name in (*PayerForm.PAYER, "revision")}
    form = PayerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_payer_details(
                actor=request.actor,
                payer=uid,
                fields=form.payer_fields,
                expected_revision=form.cleaned_data["revision"],
            )
        except DomainError as refusal:
            form = _again(request, refusal)
        else:
            messages.success(request, _("C’est enregistré\u00a0: les prochaines factures le diront."))
            return redirect("subscription:home")
    context = {"form": form, "payer": payer, "check": last_checks([payer]).get(payer.pk)}
    return render(request, "billing/practice/payer.html", context, status=422 if form.errors else 200)


@access(resource="billing.payer", action={"POST": "change"}, spaces=PRACTICE)
@require_POST
def usual(request: HttpRequest, uid: UUID) -> HttpResponse:
    try:
        make_usual(actor=request.actor, payer=uid)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("C’est le payeur habituel\u00a0: les nouvelles places lui reviennent."))
    return redirect("subscription:home")


@access(resource="billing.payer", action={"POST": "close"}, spaces=PRACTICE)
@require_POST
def close(request: HttpRequest, uid: UUID) -> HttpResponse:
    try:
        close_payer(actor=request.actor, payer=uid)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Le payeur est fermé. Ses factures restent là."))
    return redirect("subscription:home")


def _again(request: HttpRequest, refusal: DomainError) -> PayerForm:
    form = PayerForm(with_new_token(request))
    form.full_clean()
    show_refusal(form, refusal)
    return form
