"""The shared workstation: locked by one person, resumed by another with her own code, each in her own session.

A code resumes only where its person gave a second factor in the last twelve hours, and the session it opens ends when
those hours do. `docs/adr/0013-shared-workstation.md` says why and what is risked.
"""

import secrets
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from allauth.account import app_settings as account_settings
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.actors import actor_for
from accounts.models import StaffPin, User, Workstation, WorkstationSeat
from accounts.models.workstation import TRIES
from accounts.seats import FACTOR_LIFE, digest_of, factor_given_at, live_seats, was_resumed, workstation_of
from core import audit, clock, ratelimit
from core.access import Actor
from core.access.identify import SPACE_KEY
from core.exceptions import DomainError

LENGTH = 6
MESSAGES = {
    "pin_malformed": _("Écrivez six chiffres."),
    "pin_too_simple": _("Ce code est trop facile à deviner\u00a0: évitez les suites et les chiffres répétés."),
    "pin_wrong": _("Ce code ne correspond pas."),
    "pin_blocked": _("Trop d’essais\u00a0: ce code ne sert plus. Connectez-vous entièrement pour le retrouver."),
    "seat_over": _("Cette personne doit se connecter entièrement sur ce poste."),
    "pin_missing": _("Choisissez d’abord votre code."),
}
_STEPS = ({1}, {-1}, {0})


def _refusal(code: str, **details: Any) -> DomainError:
    return DomainError(code, MESSAGES[code], status=429 if code == "pin_blocked" else 422, **details)


def set_pin(*, actor: Actor, user: User, pin: str) -> None:
    """Give this person a code of six digits, for every workstation. Raises `pin_malformed`, `pin_too_simple`."""
    if not _is_pin(pin):
        raise _refusal("pin_malformed")
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if steps in _STEPS or len(set(pin)) < 3 or pin[:3] == pin[3:]:
        raise _refusal("pin_too_simple")
    with transaction.atomic():
        StaffPin.objects.update_or_create(
            user=user, defaults={"hash": make_password(pin), "tries_left": TRIES, "set_at": clock.now()}
        )
        audit.record(actor, "accounts.pin_set", user)


def take_seat(*, request: HttpRequest, user: User, token: str, idle: bool = False) -> str:
    """Note that this person, who gave a second factor in this session, may resume here; returns the workstation's token.

    A browser that is not a workstation yet becomes one. `idle`: nobody was there. Raises `pin_missing`, and `seat_over`
    without a second factor.
    """
    if not StaffPin.objects.filter(user=user).exists():
        raise _refusal("pin_missing")
    given = factor_given_at(request, user)
    if given is None or given <= clock.now() - FACTOR_LIFE:
        raise _refusal("seat_over")
    actor = actor_for(request, user)
    with transaction.atomic():
        station = workstation_of(token)
        if station is None:
            token = secrets.token_urlsafe(32)
            station = Workstation.objects.create(token_digest=digest_of(token))
        station.used_at = clock.now()
        station.save(update_fields=["used_at"])
        seat, _made = WorkstationSeat.objects.update_or_create(
            workstation=station,
            user=user,
            defaults={"factor_at": given, "space": str(request.session.get(SPACE_KEY, ""))[:60]},
        )
        if not was_resumed(request):
            # Signed in fully: what was mistyped before is forgiven.
            StaffPin.objects.filter(user=user).update(tries_left=TRIES)
        audit.record(actor, "accounts.workstation_locked", user, workstation=station.pk, seat=seat.pk, idle=idle)
    return token


def lock_idle(*, request: HttpRequest, user: User, token: str) -> None:
    """Ends a session that nobody has used for as long as the practice allows.

    Who may resume here with a code still may; who may not signs in fully.
    """
    try:
        take_seat(request=request, user=user, token=token, idle=True)
    except DomainError:
        with transaction.atomic():
            audit.record(actor_for(request, user), "accounts.workstation_locked", user, idle=True)
    logout(request)


def resume(*, request: HttpRequest, token: str, seat: UUID, pin: str) -> User:
    """Open a session for the person of this seat, in the place of whatever this browser held before.

    The second factor counts from when it was given here; the session ends with it. Raises `seat_over`, `pin_wrong` with
    the tries that are left, `pin_blocked` (429), `too_many_requests` (429).
    """
    station = workstation_of(token)
    if station is None:
        raise _refusal("seat_over")
    ratelimit.spend("accounts.pin", f"workstation:{station.pk}", limit=30, per=timedelta(minutes=15))
    found = live_seats(station).filter(uid=seat).first()
    if found is None or not selectors.has_second_factor(found.user):
        raise _refusal("seat_over")
    _check(request, station, found.user, pin)
    request.session.flush()
    login(request, found.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    left = found.factor_at + FACTOR_LIFE - clock.now()
    # Resuming proves less than signing in: what asks for a fresh proof asks for it again.
    stale = clock.now() - timedelta(seconds=account_settings.REAUTHENTICATION_TIMEOUT + 1)
    record = {"method": "mfa", "at": min(found.factor_at, stale).timestamp(), "resumed": found.factor_at.timestamp()}
    request.session["account_authentication_methods"] = [record]
    request.session["account_authentication_methods_user"] = str(found.user.pk)
    if found.space:
        request.session[SPACE_KEY] = found.space
    request.session.set_expiry(max(1, int(left.total_seconds())))
    UserSession.objects.create_from_request(request)
    with transaction.atomic():
        audit.record(actor_for(request, found.user), "accounts.workstation_resumed", found.user, workstation=station.pk)
    return found.user


def leave(*, actor: Actor, user: User, token: str) -> None:
    """Take this person off this workstation: they sign in fully there from now on."""
    station = workstation_of(token)
    with transaction.atomic():
        if station is not None and WorkstationSeat.objects.filter(workstation=station, user=user).delete()[0]:
            audit.record(actor, "accounts.workstation_left", user, workstation=station.pk)


def leave_everywhere(*, user: User) -> None:
    """What proved this person changed: no workstation resumes their session."""
    WorkstationSeat.objects.filter(user=user).delete()


def _check(request: HttpRequest, station: Workstation, user: User, pin: str) -> None:
    """Compare under the lock of the row, so that no guess escapes the count; a wrong one is counted even though refused."""
    with transaction.atomic():
        kept = StaffPin.objects.select_for_update(of=("self",)).get(user=user)
        if kept.tries_left == 0:
            raise _refusal("pin_blocked")
        right = _is_pin(pin) and check_password(pin, kept.hash)
        kept.tries_left = TRIES if right else kept.tries_left - 1
        kept.save(update_fields=["tries_left"])
        if not right:
            actor = actor_for(request)
            audit.record(actor, "accounts.pin_refused", user, workstation=station.pk, tries_left=kept.tries_left)
    if not right:
        raise _refusal("pin_wrong", tries_left=kept.tries_left) if kept.tries_left else _refusal("pin_blocked")


def _is_pin(pin: str) -> bool:
    return len(pin) == LENGTH and pin.isascii() and pin.isdigit()
