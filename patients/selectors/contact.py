"""How the people behind accounts can be reached, once they have proven it."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from core.access import Actor

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
    address = _VERIFIED.order_by("-primary", "pk").values("email")[:1]
    user = User.objects.filter(pk=user_id).annotate(verified_email=Subquery(address)).first()
    if user is None:
        return Contact()
    phone = str(user.phone) if user.phone and user.phone_verified_at else ""
    return Contact(email=user.verified_email or "", phone=phone)
