"""Browsers of the people of `tests.desk`, for the pages of the practice's side."""

from __future__ import annotations

from django.test import Client

from tests.desk import Desk
from tests.strict import CheckedClient


def browser_of(desk: Desk, name: str) -> Client:
    """Signed in as this person, second factor given, in the space of their practice (alice: of patients)."""
    client = CheckedClient()
    client.force_login(desk.users[name])
    session = client.session
    practice = desk.elsewhere.practice if name == "diallo" else desk.practice
    session["space"] = "patient" if name == "alice" else f"practice:{practice.uid}"
    session["account_authentication_methods"] = [{"method": "mfa"}]
    session["account_authentication_methods_user"] = str(desk.users[name].pk)
    session.save()
    return client
