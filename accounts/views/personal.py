"""Taking one's data away, and closing the account."""

import json

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms.preferences import CloseAccountForm
from accounts.services import personal
from accounts.views.requests import PersonRequest
from core.access import access
from core.exceptions import DomainError


@access(resource="accounts.export", action={"GET": "read", "POST": "create"}, second_factor=False)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.account", allow_get=True)
def export(request: PersonRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/export.html")
    content = personal.export_account(actor=request.actor, user=request.user)
    response = HttpResponse(
        json.dumps(content, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="prendsoin.json"'
    return response


@access(resource="accounts.account", action={"GET": "read", "POST": "close"}, second_factor=False)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.account", allow_get=True)
def close(request: PersonRequest) -> HttpResponse:
    form = CloseAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            personal.close_account(actor=request.actor, user=request.user)
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            logout(request)
            messages.success(request, _("Votre compte est fermé."))
            return redirect("/")
    return render(request, "accounts/close.html", {"form": form})
