"""Entering the demo as one of its people. Refused everywhere but in demo mode."""

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest

from core import audit
from core.access import Actor, choices_of
from core.access.identify import SPACE_KEY
from core.exceptions import NotForYou
from portal.demo_people import DEMO_PEOPLE


def enter_demo(*, actor: Actor, request: HttpRequest, email: str) -> AbstractBaseUser:
    """Signs the browser in as that person of the demo, second factor included, in the space where they work.

    Raises NotForYou outside demo mode, for any address that is not one of the demo's people, and before the demo data
    are there.
    """
    person = next((person for person in DEMO_PEOPLE if person.email == email), None)
    user = get_user_model().objects.filter(email=email, is_active=True).first() if person else None
    if not settings.DEMO or person is None or user is None:
        raise NotForYou
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, method="password", email=email)
    record_authentication(request, user, method="mfa", type="totp")
    choice = next(iter(choices_of(user, [person.space])), None)
    if choice is not None:
        request.session[SPACE_KEY] = str(choice.value)
    with transaction.atomic():
        audit.record(actor, "portal.enter_demo", user)
    return user
