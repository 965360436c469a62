"""Reads settings from the environment, and says in one sentence which variable is missing or malformed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

_environ = environ.Env()
# EMAIL_URL=mailbox:// keeps e-mails for /demo/ instead of sending them.
environ.Env.EMAIL_SCHEMES["mailbox"] = "notifications.backends.MailboxBackend"
# E-mail services over HTTP, through django-anymail; their keys are read in `config.settings._messages`.
for _service in ("brevo", "mailjet", "postmark"):
    environ.Env.EMAIL_SCHEMES[_service] = f"anymail.backends.{_service}.EmailBackend"
_defaults: dict[str, str] = {}


def read_file(path: Path) -> None:
    """Adds the variables of a `.env` file; those already in the environment win."""
    if path.is_file():
        environ.Env.read_env(path, overwrite=False)


def supply(values: dict[str, str]) -> None:
    """Gives values to variables that are not set (the demo's and the tests')."""
    _defaults.update(values)


def _text_of(name: str) -> str | None:
    value = _environ.ENVIRON.get(name)
    return value if value not in (None, "") else _defaults.get(name)


def read(name: str, parse: Callable[[str], T], *, wanted: str, default: T | None = None, required: bool = True) -> T:
    """The variable's parsed value.

    `wanted` completes the sentence "NAME must be …". Raises ImproperlyConfigured when the variable is absent without
    a default, or when `parse` refuses its text; the text itself is never shown, as it may be a secret.
    """
    value = _text_of(name)
    if value is None:
        if default is None and required:
            raise ImproperlyConfigured(f"The environment variable {name} is not set: it must be {wanted}.")
        return default  # type: ignore[return-value]
    try:
        return parse(value)
    except (ValueError, TypeError, KeyError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"The environment variable {name} is malformed: it must be {wanted}.") from error


def text(name: str, default: str | None = None, *, wanted: str = "a text") -> str:
    return read(name, str, wanted=wanted, default=default)


def flag(name: str, *, default: bool) -> bool:
    return read(name, _flag_of, wanted="true or false", default=default)


def number(name: str, default: int | None = None, *, minimum: int = 0) -> int:
    def parse(value: str) -> int:
        if (result := int(value)) < minimum:
            raise ValueError(value)
        return result

    return read(name, parse, wanted=f"a whole number of at least {minimum}", default=default)


def words(name: str, default: list[str] | None = None) -> list[str]:
    """A comma-separated list; blanks around the words are dropped."""
    return read(name, _words_of, wanted="words separated by commas", default=default)


def half_years(name: str) -> dict[tuple[int, int], int]:
    """« 2026-1:215 2026-2:200 » as {(2026, 1): 215, (2026, 2): 200}; nothing when it is not set."""

    def parse(value: str) -> dict[tuple[int, int], int]:
        found = {}
        for word in value.replace(",", " ").split():
            half, _colon, rate = word.partition(":")
            year, _dash, which = half.partition("-")
            if which not in {"1", "2"} or not 2000 <= int(year) <= 2100 or int(rate) < 0:
                raise ValueError(word)
            found[int(year), int(which)] = int(rate)
        return found

    return read(name, parse, wanted="half-years with their rate in basis points, as 2026-1:215", default={})


def database(name: str) -> dict[str, Any]:
    """Django's settings of a PostgreSQL database; `postgres://user@//socket/folder/name` reaches a unix socket."""

    def parse(value: str) -> dict[str, Any]:
        if urlsplit(value).scheme not in {"postgres", "postgresql"}:
            raise ValueError(value)
        parsed = dict(environ.Env.db_url_config(value))
        if not parsed.get("NAME"):
            raise ValueError(value)
        return parsed

    return read(name, parse, wanted="an address such as postgres://user:password@host:5432/database")


def redis(name: str) -> str:
    """The address of a Redis-compatible server: `redis://`, `rediss://` or `unix:///path/to/socket`."""

    def parse(value: str) -> str:
        parts = urlsplit(value)
        if not ((parts.scheme in {"redis", "rediss"} and parts.hostname) or (parts.scheme == "unix" and parts.path)):
            raise ValueError(value)
        return value

    return read(name, parse, wanted="an address such as redis://host:6379/0 or unix:///path/to/socket")


def email(name: str) -> dict[str, Any]:
    """Django's e-mail settings from one address, such as smtp+tls://user:password@host:587."""

    def parse(value: str) -> dict[str, Any]:
        if not urlsplit(value).scheme:
            raise ValueError(value)
        return dict(environ.Env.email_url_config(value))

    return read(name, parse, wanted="an address such as smtp+tls://user:password@host:587 or consolemail://")


def _flag_of(value: str) -> bool:
    return {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}[
        value.strip().lower()
    ]


def _words_of(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]
