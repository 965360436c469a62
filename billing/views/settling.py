"""Paying one invoice by card, by oneself: where the e-mail of a refusal leads, and where a bank may ask who pays."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from billing.selectors.means import invoice_to_settle
from billing.services.card_pages import finish_card_page, open_card_page
from billing.views.means import card_service
from core.access import Space, access
from core.exceptions import DomainError


@access(resource="billing.card", action={"GET": "read", "POST": "pay"}, spaces={Space.PRACTICE})
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What is open, why the card was refused, and the way to the service's page; « Vérifier » asks what became of it."""
    found = invoice_to_settle(request.actor, uid)
    if request.method != "POST":
        return render(request, "billing/payment/settle.html", {"found": found, **card_service()})
    try:
        if found.page is None:
            open_card_page(actor=request.actor, invoice=uid, back=request.build_absolute_uri(request.path))
        elif finish_card_page(actor=request.actor, payment=found.page.uid).state == "settled":
            messages.success(request, _("La facture est payée."))
        else:
            messages.warning(request, _("Le paiement n’est pas encore confirmé."))
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    return redirect("subscription:invoice_settle", uid)
