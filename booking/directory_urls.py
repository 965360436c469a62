"""The lasting addresses of the directory. They come last in `config.urls`, and only known specialties match."""

from functools import cache

from django.urls import path, register_converter

from booking.views import search
from practitioners.reference.catalogue import read_specialties


@cache
def known_slugs() -> frozenset[str]:
    """The specialties of the committed list."""
    return frozenset(row.slug for row in read_specialties())


class SpecialtyConverter:
    """A specialty in an address. Any other word is left to the other addresses of the site, or is a 404."""

    regex = "[a-z-]{3,60}"

    def to_python(self, value: str) -> str:
        if value not in known_slugs():
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SpecialtyConverter, "specialty")

urlpatterns = [path("<specialty:specialty>/<slug:place>/", search.lasting, name="directory")]
