"""The devices where the person is signed in, one of them ended from another, and a phone number taken away."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.devices import name_of_device
from accounts.services import contact, sessions
from accounts.views.requests import PersonRequest
from core.access import access


@access(resource="accounts.session", action={"GET": "read", "POST": "end"}, second_factor=False)
class DevicesView(ListUserSessionsView):
    """A post ends every session but this one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["devices"] = [
            {"session": session, "name": name_of_device(session.user_agent), "here": session.is_current()}
            for session in context["sessions"]
        ]
        return context


@access(resource="accounts.session", action="end", second_factor=False)
@require_POST
def end_session(request: PersonRequest, pk: int) -> HttpResponse:
    sessions.end_session(actor=request.actor, request=request, user=request.user, pk=pk)
    messages.success(request, _("La session est fermée."))
    return redirect("usersessions_list")


@access(resource="accounts.phone", action="delete", second_factor=False)
@require_POST
@reauthentication_required(app="allauth.account")
def remove_phone(request: PersonRequest) -> HttpResponse:
    contact.remove_phone(actor=request.actor, user=request.user)
    messages.success(request, _("Votre numéro est retiré."))
    return redirect("accounts:home")
