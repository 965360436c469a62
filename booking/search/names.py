"""Finding people by name: exact beginnings first; only when they find nobody, the dictionary of surnames for typos."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q

from booking.models import ListedName, Listing

# Below this similarity of trigrams two French surnames are rarely a typo apart.
NEAR = 0.3
CANDIDATES = 8


def by_words(words: Sequence[str]) -> Q:
    """Listings in which every word begins a word of the name, in any order (words are folded: no wildcard in them)."""
    condition = Q()
    for word in words:
        condition &= Q(name_key__startswith=word) | Q(name_key__contains=f" {word}")
    return condition


def near_names(words: Sequence[str]) -> list[str]:
    """Surnames that resemble one of the words, the nearest and most borne first; one statement."""
    found: dict[str, float] = {}
    for word in words:
        rows = (
            ListedName.objects.filter(name__trigram_similar=word, listings__gt=0)
            .annotate(nearness=TrigramSimilarity("name", word))
            .filter(nearness__gte=NEAR)
            .order_by("-nearness", "-listings", "name")
            .values_list("name", "nearness")[:CANDIDATES]
        )
        for name, nearness in rows:
            found[name] = max(found.get(name, 0.0), nearness)
    return sorted(found, key=lambda name: (-found[name], name))


def name_condition(words: Sequence[str]) -> tuple[Q, list[str]]:
    """The condition for these words, and the surnames it fell back on (empty when beginnings were enough)."""
    exact = by_words(words)
    if Listing.objects.filter(exact).exists():
        return exact, []
    names = near_names(words)
    return Q(last_name_key__in=names), names
