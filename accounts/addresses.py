"""Where a page may lead back to: this site, and nowhere else."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

# The page that asked for a second factor, kept in the session while one is being set up.
AFTER_FACTOR_KEY = "after_factor"


def safe_next(request: HttpRequest, wanted: str | None) -> str:
    """`wanted` when it is an address of the host that answers, else an empty text."""
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return ""
