"""Gives every page the number on the bell, counted only if the page shows it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notifications import selectors


def bell(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    return {"unread_bells": SimpleLazyObject(lambda: selectors.unread_count(actor) if actor is not None else 0)}
