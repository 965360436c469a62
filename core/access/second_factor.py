"""Where a person is sent who has not given a second factor. The app that keeps accounts says which page that is."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import resolve_url

_page: Callable[[Any], str] | None = None


def register_second_factor_page(page: Callable[[Any], str]) -> None:
    """`page(user)` is the address where this user gives a second factor, or sets one up when there is none."""
    global _page  # noqa: PLW0603  (one site, one such page)
    _page = page


def second_factor_page(user: Any) -> str:
    return _page(user) if _page is not None else resolve_url("mfa_index")
