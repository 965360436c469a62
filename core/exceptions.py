"""The one type of a business refusal, and what "this does not exist for you" looks like."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.utils.functional import Promise

Message = str | Promise


class DomainError(Exception):
    """A refusal with a stable `code` for programs and a sentence for people.

    `status` is the HTTP status it is answered with, `retry_after` a number of seconds, `details` further members of the
    answer of the API (plain values, ready for JSON). It is translated in two places only: `core.middleware` for pages
    and `core.rest.problems` for the API.
    """

    def __init__(
        self,
        code: str,
        message: Message,
        *,
        status: int = 422,
        retry_after: int | None = None,
        **details: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.details: Mapping[str, Any] = details

    def __str__(self) -> str:
        return self.code


class NotForYou(Http404):
    """The row is not there, or it is not for this actor to know that it is: the same answer for both."""
