"""Signing in to a practice's pages as somebody of `tests.billing.world`."""

from __future__ import annotations

from billing.models import Subscription
from tests.billing.world import World
from tests.strict import CheckedClient

HOME = "/cabinet/abonnement/"


def browser(world: World, name: str) -> CheckedClient:
    """A browser in the practice's space, the second factor given."""
    client = CheckedClient()
    user = world.users[name]
    client.force_login(user)
    session = client.session
    practice = world.elsewhere if name == "other" else world.practice
    session["space"] = "billing" if name == "boris" else f"practice:{practice.uid}"
    session["account_authentication_methods"] = [{"method": "mfa"}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def post(client: CheckedClient, path: str, **fields: object):
    """The form of a page, sent with the token it was shown with and these fields."""
    shown = client.get(path)
    form = shown.context["form"]
    token = form["form_token"].value() if "form_token" in form.fields else None
    body = {"form_token": token} if token else {}
    return client.post(path, {**body, **fields})


def revision() -> int:
    return Subscription.objects.get().revision
