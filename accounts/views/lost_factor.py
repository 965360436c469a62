"""The way back without the second factor: asked during sign-in, stopped from a link or from the account."""

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors
from accounts.actors import actor_for
from accounts.services import lost_factor
from accounts.views.requests import PersonRequest
from core.access import access
from core.exceptions import NotForYou

_during_sign_in = login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")


@access.public(reason="asked by somebody halfway through sign-in; the pending sign-in is checked")
@require_http_methods(["GET", "HEAD", "POST"])
@_during_sign_in
def report(request: HttpRequest) -> HttpResponse:
    user = request._login_stage.login.user  # type: ignore[attr-defined]
    if request.method == "POST":
        actor = actor_for(request)
        planned = lost_factor.report_lost_factor(actor=actor, user=user)
        clear_login(request)
        return render(request, "accounts/lost_factor_reported.html", {"planned": planned})
    return render(
        request,
        "accounts/lost_factor_report.html",
        {"hours": settings.LOST_FACTOR_HOURS, "planned": selectors.pending_lost_factor(user.pk)},
    )


@access.public(reason="the link of the announcement; its token is checked, and opening it changes nothing")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_by_link(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        lost_factor.cancel_by_token(actor=request.actor, token=token)
        response = render(request, "accounts/lost_factor_cancelled.html")
    elif selectors.lost_factor_of_token(token) is None:
        raise NotForYou
    else:
        response = render(request, "accounts/lost_factor_cancel.html", {"token": token})
    # The address of this page is itself a key: the site's own policy (same-origin) keeps it from other sites, where
    # `no-referrer` would make browsers send `Origin: null` with the form, which is refused as a forgery.
    response["X-Robots-Tag"] = "noindex"
    return response


@access(resource="accounts.second_factor", action="cancel_removal", second_factor=False)
@require_POST
def cancel_from_account(request: PersonRequest) -> HttpResponse:
    if lost_factor.cancel_lost_factor(actor=request.actor, user=request.user):
        messages.success(request, _("Le retrait du second facteur est arrêté."))
    return redirect("mfa_index")
