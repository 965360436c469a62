"""Choosing the space the session acts in: one's own care, a practice, the platform."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import access, choices_of
from core.access.identify import SPACE_KEY
from core.exceptions import NotForYou


@access(resource="accounts.space", action={"GET": "read", "POST": "switch"}, second_factor=False)
@require_http_methods(["GET", "HEAD", "POST"])
def spaces(request: HttpRequest) -> HttpResponse:
    choices = choices_of(request.user)
    if request.method == "POST":
        wanted = request.POST.get("space", "")
        if wanted not in {choice.value for choice in choices}:
            raise NotForYou
        request.session[SPACE_KEY] = str(wanted)
        return redirect("accounts:landing")
    names = {"patient": _("Mes rendez-vous et mes proches"), "platform": _("La plateforme")}
    return render(
        request,
        "accounts/spaces.html",
        {
            "choices": [(choice, choice.label or names.get(choice.space, choice.value)) for choice in choices],
            "current": request.session.get(SPACE_KEY, "patient"),
        },
    )
