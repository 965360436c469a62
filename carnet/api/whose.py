"""Whose record a call is about."""

from uuid import UUID

from rest_framework.request import Request

from core.exceptions import NotForYou
from patients.selectors import own_identity


def whose(request: Request, given: UUID | str | None) -> UUID:
    """The person asked for, else oneself. Raises NotForYou."""
    if given is None:
        own = own_identity(request.actor)
        if own is None:
            raise NotForYou
        return own.uid
    try:
        return UUID(str(given))
    except ValueError as error:
        raise NotForYou from error
