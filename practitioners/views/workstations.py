"""After how many minutes the practice's shared workstations lock: everybody reads it, owners change it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import Space, access, get_or_404, may
from core.exceptions import DomainError
from practitioners.forms_workstation import IdleForm
from practitioners.models import Practice
from practitioners.services.workstations import set_idle_minutes


@access(resource="practitioners.practice", action={"GET": "work", "POST": "staff"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def idle_lock(request: HttpRequest) -> HttpResponse:
    practice = get_or_404(request.actor, Practice, "work", pk=request.actor.practice_id)
    form = IdleForm(request.POST or None, initial={"minutes": practice.idle_minutes})
    if request.method == "POST" and form.is_valid():
        try:
            set_idle_minutes(actor=request.actor, minutes=form.cleaned_data["minutes"])
        except DomainError as refusal:
            form.add_error("minutes", str(refusal.message))
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect("accounts:workstation")
    context = {"form": form, "practice": practice, "allowed": may(request.actor, "staff", practice)}
    return render(request, "practitioners/idle_lock.html", context, status=422 if form.errors else 200)
