"""Choosing the space the session acts in: one's own care, a practice, the platform, billing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.addresses import safe_next
from core.access import access, choices_of
from core.access.identify import SPACE_KEY
from core.spaces import enter_space


@access(resource="accounts.space", action={"GET": "read", "POST": "switch"}, second_factor=False)
@require_http_methods(["GET", "HEAD", "POST"])
def spaces(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        enter_space(
            actor=request.actor, user=request.user, session=request.session, wanted=request.POST.get("space", "")
        )
        return redirect(safe_next(request, request.POST.get("next", "")) or "accounts:landing")
    names = {
        "patient": _("Mes rendez-vous et mes proches"),
        "platform": _("La plateforme"),
        "billing": _("La facturation"),
    }
    return render(
        request,
        "accounts/spaces.html",
        {
            "choices": [
                (choice, choice.label or names.get(choice.space, choice.value)) for choice in choices_of(request.user)
            ],
            "next": safe_next(request, request.GET.get("next", "")),
            "current": request.session.get(SPACE_KEY, "patient"),
        },
    )
