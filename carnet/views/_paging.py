"""The pages of a list of documents: which one is asked for, and where the ones beside it are."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import urlencode

from django.http import HttpRequest


class Pages(Protocol):
    @property
    def page(self) -> int: ...
    @property
    def pages(self) -> int: ...


def asked_page(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1


def neighbours(found: Pages, **kept: str) -> dict[str, Any]:
    """`previous_url` and `next_url`, None where there is no page; `kept` is what else the address asks for."""
    wanted = {name: value for name, value in kept.items() if value}

    def at(page: int) -> str | None:
        return f"?{urlencode({**wanted, 'page': page})}" if 1 <= page <= found.pages else None

    return {"previous_url": at(found.page - 1), "next_url": at(found.page + 1)}
