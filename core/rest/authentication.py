"""How a program says who it is: the X-Session-Token of django-allauth, or the site's session with CSRF."""

from typing import Any

from allauth.core.internal.sessionkit import get_session_user
from allauth.headless import app_settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

HEADER = "X-Session-Token"
CHALLENGE = 'Session realm="prendsoin"'


class SessionToken(BaseAuthentication):
    """A session opened through `/_allauth/app/v1/`. `request.auth` is that session, also before its user signed in."""

    def authenticate(self, request: Request) -> tuple[Any, SessionBase] | None:
        token = request.headers.get(HEADER)
        if not token:
            return None
        session = app_settings.TOKEN_STRATEGY.lookup_session(token) if token.isascii() and token.isalnum() else None
        if session is None:
            raise AuthenticationFailed(_("Cette session est inconnue ou terminée."), code="session_expired")
        return get_session_user(session) or AnonymousUser(), session

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class SiteSession(SessionAuthentication):
    """The cookie of the site. A call that may change something also carries the CSRF token."""

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE
