"""The actor behind a request, once its person has just changed: `request.actor` was made before sign-in."""

from django.http import HttpRequest

from accounts.models import User
from core.access import Actor
from core.access.identify import actor_of
from core.network import client_ip


def actor_for(request: HttpRequest, user: User | None = None) -> Actor:
    """Derived anew from the session as it is now; `user` when the request does not carry them yet."""
    return actor_of(user or request.user, request.session, ip=client_ip(request))
