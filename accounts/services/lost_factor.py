"""The way back without the second factor: announced to every contact, carried out after two days, stopped by anybody
who holds the account.

Security: whoever asks has already passed the first step; the wait leaves the owner time to read the announcement.
"""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction

from accounts.models import LostFactorRequest, User
from core import audit, clock, jobs
from core.access import Actor, system_actor
from core.exceptions import NotForYou

from . import mail

REMOVE_JOB = "accounts.remove_lost_factor"


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def report_lost_factor(*, actor: Actor, user: User) -> LostFactorRequest:
    """Plans the removal and announces it to every contact; a removal already planned is returned as it is."""
    User.objects.select_for_update().get(pk=user.pk)
    known = LostFactorRequest.objects.pending().filter(user=user).first()
    if known is not None:
        return known
    token = secrets.token_urlsafe(32)
    request = LostFactorRequest.objects.create(
        user=user,
        token_digest=digest_of(token),
        due_at=clock.now() + timedelta(hours=settings.LOST_FACTOR_HOURS),
    )
    _write_to_all(user, "lost_factor_announced", {"due_at": request.due_at, "token": token})
    jobs.enqueue(REMOVE_JOB, due_at=request.due_at, request_id=request.pk)
    audit.record(actor, "accounts.lost_factor_reported", request)
    return request


@transaction.atomic
def cancel_lost_factor(*, actor: Actor, user: User) -> bool:
    """Stops the planned removal of this account; False when none is planned."""
    request = LostFactorRequest.objects.pending().select_for_update().filter(user=user).first()
    if request is None:
        return False
    _cancel(actor, request)
    return True


@transaction.atomic
def cancel_by_token(*, actor: Actor, token: str) -> LostFactorRequest:
    """Stops the removal whose announcement held this token. Raises NotForYou when the token opens nothing any more."""
    request = LostFactorRequest.objects.pending().select_for_update().filter(token_digest=digest_of(token)).first()
    if request is None:
        raise NotForYou
    _cancel(actor, request)
    return request


@transaction.atomic
def remove_lost_factor(*, request_id: int) -> bool:
    """Carries the removal out if it is due and was not stopped; returns whether it did. Safe to run twice."""
    request = LostFactorRequest.objects.pending().select_for_update().filter(pk=request_id).first()
    if request is None or request.due_at > clock.now():
        return False
    user = request.user
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    request.completed_at = clock.now()
    request.save(update_fields=["completed_at"])
    _write_to_all(user, "lost_factor_removed", {})
    audit.record(system_actor(REMOVE_JOB), "accounts.lost_factor_removed", request)
    return True


def _cancel(actor: Actor, request: LostFactorRequest) -> None:
    request.cancelled_at = clock.now()
    request.save(update_fields=["cancelled_at"])
    _write_to_all(request.user, "lost_factor_cancelled", {})
    audit.record(actor, "accounts.lost_factor_cancelled", request)


def _write_to_all(user: User, name: str, facts: dict[str, object]) -> None:
    addresses = {user.email, *EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)}
    for address in sorted(addresses):
        mail.send_letter(name=name, address=address, facts=facts, language=user.language)
    if name == "lost_factor_announced" and user.phone and user.phone_verified_at:
        mail.send_lost_factor_sms(phone=str(user.phone), language=user.language)
