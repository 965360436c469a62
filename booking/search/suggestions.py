"""Suggestions as one types: specialties, people, practices, communes. A fixed number of statements, short lists."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Listing, WordSource
from booking.reading_matter import readings_of
from booking.search.names import by_beginnings, by_spelling, typed_names
from booking.search.query import AVAILABILITY, SearchQuery
from booking.search.ranking import ranked_page
from booking.search.specialties import Lexicon
from booking.search.spelling import spelt
from booking.search.text import practice_words, spellings_of, words_of
from core.access import Actor, scoped
from core.presentation import Suggestion, SuggestionGroup
from practitioners.selectors.places import search_places

SPECIALTIES, PEOPLE, PRACTICES, PLACES = 5, 5, 3, 8
SHORTEST = 2


def suggestions(actor: Actor, text: str) -> list[SuggestionGroup]:
    """Groups for the field « Qui cherchez-vous ? »; empty under two letters."""
    if len(text) < SHORTEST:
        return []
    meant = Lexicon.load().read(text)
    specialties = [Suggestion(one.label, value=one.slug) for one in meant.specialties[:SPECIALTIES]]
    words = typed_names(words_of(text))
    people, practices = _people_and_practices(actor, words) if words else ([], [])
    return [
        SuggestionGroup(_("Spécialités"), specialties),
        SuggestionGroup(_("Soignants"), people),
        SuggestionGroup(_("Cabinets"), practices),
        SuggestionGroup(_("Informations santé"), [Suggestion(one.title, url=one.url) for one in readings_of(text)]),
    ]


def place_suggestions(text: str) -> list[SuggestionGroup]:
    """Communes for the field « Près de quel endroit ? », most populous first."""
    if len(text) < SHORTEST:
        return []
    options = [
        Suggestion(place.label, value=place.insee, hint=", ".join(place.postcodes[:3]))
        for place in search_places(text, PLACES)
    ]
    return [SuggestionGroup(_("Lieux"), options)]


def _people_and_practices(actor: Actor, words: Sequence[str]) -> tuple[list[Suggestion], list[Suggestion]]:
    """People named so or nearly so, each a link to their page; names of practices, to be searched for.

    Five statements, or six for a long word that nobody bears.
    """
    query = SearchQuery(words=tuple(words), ordering=AVAILABILITY)
    named = ranked_page(query, by_spelling(spelt(words), WordSource.NAME), offset=0, size=PEOPLE)
    housed = ranked_page(query, by_beginnings(words, WordSource.PRACTICE), offset=0, size=5 * PRACTICES)
    listings = _listings(actor, [row.listing for row in (*named, *housed)])
    people = [_person(listings[row.listing]) for row in named if row.best and row.listing in listings]
    practices: dict[str, Suggestion] = {}
    for row in housed:
        listing = listings.get(row.listing)
        name = _house(listing) if listing is not None else ""
        if listing is not None and _is_called(name, words):
            practices.setdefault(name, Suggestion(name, hint=listing.place.name))
    return people, list(practices.values())[:PRACTICES]


def _listings(actor: Actor, ids: Sequence[int]) -> dict[int, Listing]:
    rows = scoped(actor, Listing, "read").filter(pk__in=ids)
    return {row.pk: row for row in rows.select_related("practitioner__specialty", "place", "agenda__practice", "site")}


def _person(listing: Listing) -> Suggestion:
    person = listing.practitioner
    return Suggestion(
        person.display_name,
        hint=f"{person.specialty.label}, {listing.place.name}",
        url=reverse("booking:practitioner", args=[person.slug]),
    )


def _house(listing: Listing) -> str:
    """The name of the practice, or of the site of the register."""
    if listing.agenda is not None:
        return listing.agenda.practice.name
    return listing.site.name if listing.site is not None else ""


def _is_called(name: str, words: Sequence[str]) -> bool:
    """Whether the practice of this very listing bears every word; the person may work in another one that does."""
    own = practice_words(name)
    return all(any(one.startswith(spellings_of(word)[0]) for one in own) for word in words)
