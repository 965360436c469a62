"""Marks who has just written, where pages may come from a replica; installed only when there is one."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.middleware.access import SAFE_METHODS
from core.recent_writes import mark


class WritesMiddleware:
    """Whatever became of the request: what failed may have committed something before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method not in SAFE_METHODS:
            mark(response)
        return response
