"""Accounts of other sites never open or enter one here: they prove something about whoever is signed in already."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponseForbidden


class NoSignInAdapter(DefaultSocialAccountAdapter):
    """No address of allauth's social accounts is served; should one be, it ends here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        raise ImmediateHttpResponse(HttpResponseForbidden())
