"""A patient contests an absence noted at one of their visits."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.forms_files import ContestForm
from booking.services.contest import contest_mark
from core.access import Space, access
from core.exceptions import DomainError


@access(resource="booking.appointment", action="change", spaces={Space.PATIENT})
@require_POST
def contest(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The form stands on the visit's own page, where the answer is read."""
    form = ContestForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else request.POST.get("words", "")
    try:
        contest_mark(actor=request.actor, appointment=uid, words=words)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Votre désaccord est transmis au cabinet."))
    return redirect("booking:appointment", uid=uid)
