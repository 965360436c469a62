"""Who acts for a person: ending a right, hiding one's contact details, inviting and answering an invitation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import Space, access
from core.exceptions import DomainError
from patients.forms import ContactForm, InvitationForm, show_refusal
from patients.selectors import guardianship_to_end, invitation_for, invitation_to_withdraw, inviting_person
from patients.services.guardians import hide_contact, revoke_guardianship
from patients.services.invitations import accept_invitation, invite_guardian, withdraw_invitation


@access(resource="patients.guardianship", action={"GET": "read", "POST": "end"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asks, then ends the right: the person's own decision, or the guardian's."""
    right = guardianship_to_end(request.actor, uid)
    refusal = None
    if request.method == "POST":
        try:
            revoke_guardianship(actor=request.actor, guardianship=uid)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("C’est fait : ce droit a pris fin."))
            return redirect("patients:people")
    context = {"right": right, "refusal": refusal}
    return render(request, "patients/revoke.html", context, status=refusal.status if refusal else 200)


@access(resource="patients.guardianship", action={"POST": "hide_contact"}, spaces={Space.PATIENT})
@require_POST
def contact(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = ContactForm(request.POST)
    hidden = form.is_valid() and form.cleaned_data["hidden"]
    right = hide_contact(actor=request.actor, guardianship=uid, hidden=hidden)
    said = _("Les autres proches ne voient plus vos coordonnées.") if hidden else _("Les autres proches les voient.")
    messages.success(request, said)
    return redirect("patients:person", uid=right.patient.uid)


@access(resource="patients.invitation", action={"GET": "read", "POST": "create"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = inviting_person(request.actor, uid)
    form = InvitationForm(request.POST or None, person_name=found.first_name, is_self=found.is_self)
    if request.method == "POST" and form.is_valid():
        try:
            invite_guardian(actor=request.actor, patient=uid, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("L’invitation part à %(email)s.") % {"email": form.cleaned_data["email"]})
            return redirect("patients:person", uid=uid)
    context = {"form": form, "person": found}
    return render(request, "patients/invite.html", context, status=422 if form.errors else 200)


@access(resource="patients.invitation", action={"POST": "withdraw"}, spaces={Space.PATIENT})
@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    sent = invitation_to_withdraw(request.actor, uid)
    withdraw_invitation(actor=request.actor, invitation=uid)
    messages.success(request, _("L’invitation est retirée."))
    return redirect("patients:person", uid=sent.patient.uid)


@access(resource="patients.invitation", action={"GET": "read", "POST": "accept"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Shown to the invited address only: to anybody else it does not exist."""
    found = invitation_for(request.actor, uid)
    refusal = None
    if request.method == "POST":
        try:
            right = accept_invitation(actor=request.actor, invitation=uid)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Vous pouvez maintenant agir pour %(name)s.") % {"name": found.person_name})
            return redirect("patients:person", uid=right.patient.uid)
    context = {"invitation": found, "refusal": refusal}
    return render(request, "patients/invitation.html", context, status=refusal.status if refusal else 200)
