"""Ends sessions from afar: the device that held one is signed out at its next request."""

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User, WorkstationSeat
from core import audit
from core.access import Actor
from core.exceptions import NotForYou


@transaction.atomic
def end_session(*, actor: Actor, request: HttpRequest, user: User, pk: int) -> None:
    """Ends one session of this account. Raises NotForYou when it is not one of theirs."""
    session = UserSession.objects.filter(user=user, pk=pk).first()
    if session is None:
        raise NotForYou
    end_sessions(request, [session])
    audit.record(actor, "accounts.session_ended", user)


@transaction.atomic
def end_others(*, request: HttpRequest, user: User) -> int:
    """Ends every session of this account but the one of this request, and resumes it nowhere; returns how many."""
    WorkstationSeat.objects.filter(user=user).delete()
    key = request.session.session_key
    others = list(UserSession.objects.filter(user=user).exclude(session_key=key))
    for session in others:
        session.end()
    return len(others)
