"""Follows what django-allauth reports: each act on an account goes into the journal, and some have consequences."""

from typing import Any

import structlog
from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth_signals
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import selectors
from accounts.actors import actor_for
from accounts.models import User
from accounts.services import journal, lost_factor, passwords, second_factor, sessions, workstations

logger = structlog.get_logger(__name__)


@receiver(account_signals.user_logged_in)
def on_signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    journal.note(actor=actor_for(request, user), action="signed_in", user=user)


@receiver(auth_signals.user_logged_out)
def on_signed_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        journal.note(actor=actor_for(request, user), action="signed_out", user=user)


@receiver(auth_signals.user_login_failed)
def on_sign_in_failed(**kwargs: Any) -> None:
    # Logged, not journalled: anybody can make thousands of these. Neither the address nor the password is kept.
    logger.info("sign_in_failed")


@receiver(account_signals.authentication_step_completed)
def on_step(request: HttpRequest, user: User, method: str, **kwargs: Any) -> None:
    """A code proves the address. A password set before that proof was set by somebody who had not given it."""
    if method == "code" and not selectors.verified_email(user):
        passwords.drop_unproven_password(user=user)


@receiver(account_signals.password_changed)
def on_password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    journal.note(actor=actor_for(request), action="password_changed", user=user)
    workstations.leave_everywhere(user=user)


@receiver(account_signals.password_set)
def on_password_set(request: HttpRequest, user: User, **kwargs: Any) -> None:
    journal.note(actor=actor_for(request), action="password_set", user=user)


@receiver(account_signals.password_reset)
def on_password_reset(request: HttpRequest, user: User, **kwargs: Any) -> None:
    journal.note(actor=actor_for(request, user), action="password_reset", user=user)
    workstations.leave_everywhere(user=user)


@receiver(account_signals.email_changed)
def on_email_changed(request: HttpRequest, user: User, from_email_address: Any = None, **kwargs: Any) -> None:
    action = "email_changed" if from_email_address else "email_confirmed"
    journal.note(actor=actor_for(request, user), action=action, user=user)


@receiver(mfa_signals.authenticator_added)
def on_factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """The factor was just used to be set up, so this session has it; the others do not, and end."""
    journal.note(actor=actor_for(request), action="second_factor_added", user=user, type=authenticator.type)
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        second_factor.note_codes_shown(authenticator)
    if authenticator.type in selectors.MAIN_FACTORS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        sessions.end_others(request=request, user=user)


@receiver(mfa_signals.authenticator_removed)
def on_factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    journal.note(actor=actor_for(request), action="second_factor_removed", user=user, type=authenticator.type)
    workstations.leave_everywhere(user=user)


@receiver(mfa_signals.authenticator_reset)
def on_factor_reset(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    journal.note(actor=actor_for(request), action="second_factor_renewed", user=user, type=authenticator.type)
    second_factor.note_codes_shown(authenticator)


@receiver(mfa_signals.authenticator_used)
def on_factor_used(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Who still has the factor did not lose it: a planned removal was asked by somebody else, or serves no more."""
    lost_factor.cancel_lost_factor(actor=actor_for(request, user), user=user)


@receiver(mfa_signals.authentication_failed)
def on_factor_failed(**kwargs: Any) -> None:
    logger.info("second_factor_failed")
