"""One's own civil identity: given once, then corrected."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import Space, access
from core.exceptions import DomainError
from core.idempotency import claim_of
from patients.forms import IdentityForm, OwnIdentityForm, show_refusal
from patients.identity import FIELDS
from patients.models import Patient
from patients.selectors import own_identity
from patients.services.identity import create_own_identity, update_patient
from patients.views._next import after, next_address


@access(resource="patients.patient", action={"GET": "read", "POST": "edit"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    own = own_identity(request.actor)
    form = OwnIdentityForm(request.POST or None, initial=_initial(own))
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, own, form)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Votre identité est enregistrée."))
            return redirect(after(request))
    context = {"form": form, "own": own, "next": next_address(request)}
    return render(request, "patients/identity.html", context, status=422 if form.errors else 200)


def _initial(own: Patient | None) -> dict[str, object]:
    return {} if own is None else {field: getattr(own, field) for field in FIELDS}


def _save(request: HttpRequest, own: Patient | None, form: IdentityForm) -> None:
    if own is None:
        create_own_identity(actor=request.actor, claim=claim_of(request), **form.identity)
    else:
        update_patient(actor=request.actor, patient=own.uid, changes=form.identity)
