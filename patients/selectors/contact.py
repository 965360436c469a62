"""How the people behind accounts can be reached, once they have proven it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from allauth.account.models import EmailAddress
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from core.access import Actor
from core.compiled import CompiledQuery

_VERIFIED = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)


@dataclass(frozen=True, slots=True)
class Contact:
    """A verified e-mail address and a verified phone in E.164; empty when there is none."""

    email: str = ""
    phone: str = ""


def has_verified_contact(actor: Actor) -> bool:
    """Whether the account has a verified e-mail address or phone: booking needs one. One statement."""
    return actor.user_id is not None and _reachable(actor).exists()


def verified_contact(actor: Actor) -> Exists:
    """The same as an expression, for a statement that reads something else as well."""
    return Exists(_reachable(actor))


def _reachable(actor: Actor) -> QuerySet[User]:
    phone = Q(phone_verified_at__isnull=False, phone__isnull=False) & ~Q(phone="")
    return User.objects.active().filter(phone | Q(Exists(_VERIFIED)), pk=actor.user_id)


def contact_of(user_id: int | None) -> Contact:
    """What the account has verified; nothing for no account."""
    if user_id is None:
        return Contact()
    user = next(iter(_account().fetch({_ACCOUNT: user_id}, connection)), None)
    if user is None:
        return Contact()
    phone = str(user.phone) if user.phone and user.phone_verified_at else ""
    email = user.verified_email  # type: ignore[attr-defined]  # annotated
    return Contact(email=email or "", phone=phone)


# The mark in the place of the account, in the statement that is made once.
_ACCOUNT = -1


@lru_cache(maxsize=1)
def _account() -> CompiledQuery[User]:
    address = _VERIFIED.order_by("-primary", "pk").values("email")[:1]
    return CompiledQuery(User.objects.filter(pk=_ACCOUNT).annotate(verified_email=Subquery(address)))
