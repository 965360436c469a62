"""The row of the floor, behind all that the product puts before a view."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from bench.row import row
from core.access import Space, access


@access.public(reason="Measures what stands before a view, for a visitor")
def public_row(request: HttpRequest, pk: int) -> HttpResponseBase:
    return row(request, pk)


@access(resource="bench.row", action="read", spaces={Space.PATIENT})
def personal_row(request: HttpRequest, pk: int) -> HttpResponseBase:
    return row(request, pk)
