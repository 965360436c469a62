"""Who a session belongs to, read by one statement that is made and planned once."""

from __future__ import annotations

from functools import lru_cache

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from accounts.models import User
from core.compiled import CompiledQuery

# The mark in the place of the account.
_ACCOUNT = -1


class AccountBackend(AuthenticationBackend):
    """django-allauth's own; only the reading of the account behind each request is quicker."""

    def get_user(self, user_id: int) -> User | None:
        """The account if it is active, else None."""
        user = next(iter(_account().fetch({_ACCOUNT: user_id}, connection)), None)
        return user if user is not None and self.user_can_authenticate(user) else None


@lru_cache(maxsize=1)
def _account() -> CompiledQuery[User]:
    return CompiledQuery(User._default_manager.filter(pk=_ACCOUNT))
