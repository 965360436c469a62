"""Where a page leads once it is done: back to the booking under way, when it came from there."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def next_address(request: HttpRequest) -> str:
    """The `next` of the form or of the address, when it stays on this site; else an empty text."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else ""


def after(request: HttpRequest, name: str = "patients:people", *args: object) -> str:
    return next_address(request) or reverse(name, args=args)
