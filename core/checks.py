"""System checks: every address declares its access, every declared name exists, the keys of health texts are usable."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from core.access import access
from core.keyring import keyring


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern of the resolver: its whole route, its full name (namespaces included) and what answers."""

    route: str
    name: str | None
    callback: Callable[..., Any]


def addresses(resolver: URLResolver | None = None) -> Iterator[Address]:
    """Every address of the site, however deep it is included."""
    root = resolver or get_resolver()
    yield from _walk(root, "", ())


def _walk(resolver: URLResolver, route: str, namespaces: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, here, (*namespaces, entry.namespace) if entry.namespace else namespaces)
        elif isinstance(entry, URLPattern):
            name = ":".join((*namespaces, entry.name)) if entry.name else None
            yield Address(here, name, entry.callback)


@register(Tags.urls)
def every_address_is_declared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """access.E001 an address without a declaration; access.E002 a declared name that no address bears."""
    found = list(addresses())
    errors: list[CheckMessage] = [
        Error(
            f"The address {address.route or '/'} ({address.name or 'without a name'}) declares no access.",
            hint="Put @access(...) or @access.public(reason=...) on its view, or its name in access.declare_by_name.",
            obj=address.callback,
            id="access.E001",
        )
        for address in found
        if access.spec_of(address.callback, address.name) is None
    ]
    names = {address.name for address in found}
    errors += [
        Error(f"{name} is declared and no address bears that name.", id="access.E002")
        for name in sorted(access.declared_names() - names)
    ]
    return errors


@register(Tags.security)
def health_keys_are_usable(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    try:
        keyring()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="core.E001")]
    return []
