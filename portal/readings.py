"""The information pages as the search of practitioners shows them."""

from __future__ import annotations

from django.urls import reverse

from booking.reading_matter import Reading
from portal.selectors.health import found_pages


def found(text: str) -> list[Reading]:
    """What a search for these words may read; one statement, none when the words name nothing."""
    return [
        Reading(
            page.version.title, page.version.summary, reverse("portal:health_page", args=[page.slug]), page.language
        )
        for page in found_pages(text)
    ]
