"""Asks Pro Santé Connect who somebody is, by OpenID Connect through django-allauth; nobody signs in with the answer.

allauth keeps the state and the PKCE secret in the session, exchanges the code and finds the keys. What it leaves to its
callers is done here: the signature of the ID token is checked even though it came straight from the server, its nonce is
ours, its subject is that of the user information, and its authentication is recent (OpenID Connect Core 1.0, 3.1.3.7).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit, statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from requests import RequestException

from core import clock
from practitioners.claim_refusals import ClaimRefusal
from practitioners.professional_identity import NotProfessional, ProfessionalIdentity, read_identity

PROVIDER = "pro-sante-connect"
RECENT = timedelta(minutes=15)
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})


class ProSanteConnectAdapter(OpenIDConnectOAuth2Adapter):
    """allauth's adapter with our address of return, and an ID token whose signature always counts."""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("practitioners:identity_return"))

    def get_provider(self) -> Any:
        return _provider(self.request)

    def identity_token(self, app: SocialApp, token: str) -> dict[str, Any]:
        """The claims of an ID token that holds. Raises OAuth2Error."""
        if jwt.get_unverified_header(token).get("alg") not in ALGORITHMS:
            raise OAuth2Error("An ID token is signed with a key that only the server has")
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims


def is_offered() -> bool:
    """Whether this site knows where Pro Santé Connect, or its double, is."""
    return bool(settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect"))


def is_double() -> bool:
    """Whether it is the double of the demo that answers: pages say so."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return settings.DEMO and any("/demo/pro-sante-connect" in app["settings"]["server_url"] for app in apps)


def redirect_there(request: HttpRequest, claim: str) -> HttpResponse:
    """Sends the browser to prove who its user is, for that claim. Raises `identity_unavailable`."""
    nonce = secrets.token_urlsafe(24)
    about = {"nonce": nonce, "claim": claim, "user": request.actor.user_id}
    try:
        provider = _provider(request)
        params = {**provider.get_auth_params(), "nonce": nonce}
        answer: HttpResponse = provider.redirect(request, AuthProcess.REDIRECT, data=about, auth_params=params)
    except (RequestException, OAuth2Error, SocialApp.DoesNotExist, KeyError, ValueError) as error:
        raise ClaimRefusal("identity_unavailable") from error
    return answer


def read_return(request: HttpRequest) -> tuple[str, ProfessionalIdentity]:
    """The claim it was about, and who was recognised.

    Raises `identity_cancelled` when the person gave up or the answer is not to a question of this session, and
    `identity_unavailable` for whatever does not hold.
    """
    state = _state(request)
    if state is None or "code" not in request.GET:
        raise ClaimRefusal("identity_cancelled")
    about = state["data"]
    try:
        return str(about["claim"]), _identity(request, state)
    except (
        *(OAuth2Error, RequestException, NotProfessional, jwt.PyJWTError, PermissionDenied),
        *(KeyError, TypeError, ValueError, SocialApp.DoesNotExist),
    ) as error:
        raise ClaimRefusal("identity_unavailable") from error


def _state(request: HttpRequest) -> dict[str, Any] | None:
    """What was put aside when the browser left; only for the account that left. It serves once."""
    state = statekit.unstash_state(request, provider_id=PROVIDER, state_id=request.GET.get("state", ""))
    if state is None or (state.get("data") or {}).get("user") != request.actor.user_id:
        return None
    return state


def _identity(request: HttpRequest, state: dict[str, Any]) -> ProfessionalIdentity:
    adapter = ProSanteConnectAdapter(request, PROVIDER)
    app = adapter.get_provider().app
    client = adapter.get_client(request, app)
    given = adapter.get_access_token_data(request, app, client, pkce_code_verifier=state.get("pkce_code_verifier"))
    token = adapter.identity_token(app, given["id_token"])
    if not secrets.compare_digest(str(token.get("nonce", "")), state["data"]["nonce"]):
        raise OAuth2Error("The ID token answers another question")
    if "auth_time" in token and datetime.fromtimestamp(token["auth_time"], UTC) < clock.now() - RECENT:
        raise OAuth2Error("The authentication is old")
    person = adapter._fetch_user_info(given["access_token"])
    if person.get("sub") != token["sub"]:
        raise OAuth2Error("The user information is somebody else's")
    return read_identity(token["iss"], person)


def _provider(request: HttpRequest) -> Any:
    provider = get_adapter(request).get_provider(request, provider=PROVIDER)
    provider.oauth2_adapter_class = ProSanteConnectAdapter
    if is_double() and request.get_host().rpartition(":")[0] in LOOPBACK:
        # The demo answers to several names of this machine; a browser keeps its session under the one it came by.
        here = request.build_absolute_uri("/demo/pro-sante-connect")
        provider.app.settings = {**provider.app.settings, "server_url": here}
    return provider
