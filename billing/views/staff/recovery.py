"""What a late invoice owes beside itself, shown before it is charged: the forty euros and the interest."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.dunning import INDEMNITY_CENTS
from billing.exceptions_books import BookRefusal
from billing.forms_books import RecoveryForm
from billing.selectors.recovery import Recovery, recovery_of
from billing.services.recovery import INDEMNITY, INTEREST, charge_recovery
from core.access import Space, access
from core.forms import with_new_token
from core.idempotency import claim_of
from core.phrasing import price_text


@access(resource="billing.dunning", action={"GET": "read", "POST": "act"}, spaces={Space.BILLING})
@require_http_methods(["GET", "HEAD", "POST"])
def recovery(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How it is reckoned, and the form that charges it as an invoice of its own."""
    found = recovery_of(request.actor, uid)
    # What was due when the page was shown may have been charged since: the service says so, not the form.
    due = _due(found, every=request.method == "POST")
    form = RecoveryForm(request.POST or None, due=due)
    if request.method == "POST" and form.is_valid():
        try:
            paper = charge_recovery(
                actor=request.actor,
                invoice=uid,
                reason=form.cleaned_data["reason"],
                what=form.cleaned_data["what"],
                claim=claim_of(request),
            )
        except BookRefusal as refusal:
            form = RecoveryForm(with_new_token(request), due=due)
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("La facture %(reference)s est émise.") % {"reference": paper.reference})
            return redirect("billing:invoice", paper.uid)
    context = {"recovery": found, "form": form}
    return render(request, "billing/staff/recovery.html", context, status=422 if form.is_bound else 200)


def _due(found: Recovery, *, every: bool) -> list[tuple[str, str]]:
    due = []
    if every or found.may_charge_indemnity:
        due.append((INDEMNITY, _("Indemnité forfaitaire\u00a0: %(price)s") % {"price": price_text(INDEMNITY_CENTS)}))
    if every or found.interest_cents:
        due.append((INTEREST, _("Intérêts de retard\u00a0: %(price)s") % {"price": price_text(found.interest_cents)}))
    return due
