"""Guards that refuse whole classes of mistakes while the tests run; `tests/conftest.py` puts them in place."""

import ipaddress
import re
import socket
import sys
from html.parser import HTMLParser

from django.db.models.sql.compiler import SQLCompiler
from django.http import HttpResponseBase
from django.template.base import FilterExpression
from django.test import Client

from script.servers.layout import CHECKOUT

LIBRARIES = "site-packages"
# With these filters, a template says itself what an absent value means.
ABSENCE_FILTERS = {"default", "default_if_none"}


class UndefinedVariable(AssertionError):
    """One of our templates shows a variable that its view did not give."""


class Undefined(str):
    """Stands for `string_if_invalid`: Django asks for its truth at the very place where a variable is undefined."""

    def __bool__(self) -> bool:
        caller = sys._getframe(1)
        if caller.f_code is not FilterExpression.resolve.__code__:
            return False
        expression, context = caller.f_locals["self"], caller.f_locals["context"]
        template = (context.render_context.template or context.template).origin.name or ""
        if LIBRARIES in template or not template.startswith(str(CHECKOUT)):
            return False
        if ABSENCE_FILTERS & {function.__name__ for function, _ in expression.filters}:
            return False
        raise UndefinedVariable(f"{{{{ {expression.token} }}}} is undefined in {template}")


class MissingToken(AssertionError):
    """A form that posts to us carries no CSRF token."""


class CheckedClient(Client):
    """Django's test client, which also looks at each HTML page: a form that posts must hold a CSRF token."""

    def request(self, **request: object) -> HttpResponseBase:
        response = super().request(**request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            forms = _Forms()
            forms.feed(response.content.decode(response.charset))
            if forms.unprotected:
                raise MissingToken(f"{response.request['PATH_INFO']}: {forms.unprotected}")
        return response


class _Forms(HTMLParser):
    """Collects the opening tags of the forms that post to this site without a token."""

    def __init__(self) -> None:
        super().__init__()
        self.unprotected: list[str] = []
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            posts = (attributes.get("method") or "get").lower() == "post"
            elsewhere = re.match(r"https?://", attributes.get("action") or "")
            self._open = self.get_starttag_text() if posts and not elsewhere else None
        elif tag == "input" and attributes.get("name") == "csrfmiddlewaretoken":
            self._open = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._open is not None:
            self.unprotected.append(self._open)
            self._open = None


class ForeignAddress(AssertionError):
    """A test tried to reach something beyond this machine."""


_connect = socket.socket.connect


def connect_on_this_machine_only(self: socket.socket, address: object) -> None:
    """Takes the place of `socket.connect`: unix sockets and the loopback addresses, nothing else."""
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])  # type: ignore[index]
        if host != "localhost" and not _is_loopback(host):
            raise ForeignAddress(f"The tests reach this machine only, not {host}.")
    return _connect(self, address)  # type: ignore[arg-type]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


class LockTooWide(AssertionError):
    """`select_for_update()` on a join locks rows of every table; `of=` must say which are meant."""


_get_from_clause = SQLCompiler.get_from_clause


def from_clause_with_narrow_locks(self: SQLCompiler) -> object:
    """Takes the place of the compiler's `get_from_clause`: refuses a lock on several tables that names none of them."""
    query = self.query
    if query.select_for_update and not query.select_for_update_of:
        joined = {join.table_name for alias, join in query.alias_map.items() if query.alias_refcount[alias]}
        if len(joined) > 1:
            raise LockTooWide(f"select_for_update() without of= on {sorted(joined)}")
    return _get_from_clause(self)
