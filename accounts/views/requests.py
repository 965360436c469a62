"""For the type checker: a request whose address is declared for signed-in people carries one of them."""

from django.http import HttpRequest

from accounts.models import User


class PersonRequest(HttpRequest):
    user: User
