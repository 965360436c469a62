"""`/demo/pro-sante-connect/`: the double of Pro Santé Connect. Every page of it says that it is one; none exists elsewhere."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import access
from core.exceptions import NotForYou
from portal import identity_double
from portal.forms_identity import PretendForm
from portal.views.demo import WHY, demo_only


@access.public(reason=WHY)
@demo_only
@require_safe
def discovery(request: HttpRequest) -> JsonResponse:
    return JsonResponse(identity_double.discovery(_issuer(request)))


@access.public(reason=WHY)
@demo_only
@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    return JsonResponse(identity_double.keys())


@access.public(reason=WHY)
@demo_only
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """The page on which somebody says who they pretend to be; then back to the site with a code."""
    asked = request.GET
    back = asked.get("redirect_uri", "")
    ours = request.build_absolute_uri(reverse("practitioners:identity_return"))
    client = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["client_id"]
    if back != ours or asked.get("client_id") != client or asked.get("code_challenge_method") != "S256":
        raise NotForYou
    if request.method == "POST" and "cancel" in request.POST:
        return redirect(f"{back}?{urlencode({'error': 'access_denied', 'state': asked.get('state', '')})}")
    form = PretendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = identity_double.code_for(
            identity_double.Pretended(**form.cleaned_data),
            client=client,
            back=back,
            nonce=asked.get("nonce", ""),
            challenge=asked.get("code_challenge", ""),
        )
        return redirect(f"{back}?{urlencode({'code': code, 'state': asked.get('state', '')})}")
    return render(request, "portal/identity_double.html", {"form": form}, status=422 if form.errors else 200)


@access.public(reason=WHY)
@csrf_exempt
@demo_only
@require_POST
def token(request: HttpRequest) -> JsonResponse:
    try:
        return JsonResponse(identity_double.exchange(_issuer(request), request.POST.dict()))
    except identity_double.Denied as denied:
        return JsonResponse({"error": str(denied)}, status=400)


@access.public(reason=WHY)
@demo_only
@require_safe
def person(request: HttpRequest) -> JsonResponse:
    try:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return JsonResponse(identity_double.person_of(given))
    except identity_double.Denied as denied:
        return JsonResponse({"error": str(denied)}, status=401)


def _issuer(request: HttpRequest) -> str:
    return request.build_absolute_uri("/demo/pro-sante-connect")
