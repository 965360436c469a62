"""Writes into the journal what django-allauth did in its own way: a sign-in, a new password, a removed factor."""

from django.db import transaction

from accounts.models import User
from core import audit
from core.access import Actor


def note(*, actor: Actor, action: str, user: User, **facts: str) -> None:
    """One act on this account, in a transaction of its own: allauth's pages have none."""
    with transaction.atomic():
        audit.record(actor, f"accounts.{action}", user, patient_id=None, practice_id=None, **facts)
