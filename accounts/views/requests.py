"""What the middleware adds to a request, for the type checker: the actor, and a user who is signed in."""

from django.http import HttpRequest

from accounts.models import User
from core.access import Actor


class ActorRequest(HttpRequest):
    actor: Actor


class PersonRequest(ActorRequest):
    """A request whose address is declared for signed-in people."""

    user: User
