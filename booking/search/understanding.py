"""From what was typed or chosen to a search, or to the question that is left to ask."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from booking.search.asked import Asked
from booking.search.names import typed_names
from booking.search.places import PlaceRead, read_place
from booking.search.query import SearchQuery
from booking.search.specialties import Lexicon
from booking.search.text import words_of
from core import clock
from core.text import fold
from practitioners.models import Place, Specialty
from practitioners.selectors.places import nearest_place, place_by_insee

PARIS = ZoneInfo("Europe/Paris")
AROUND_ME = "Autour de moi"
# Words between a specialty and a place typed in one field: « dentiste à Lyon ».
_TOWARDS = {"a", "au", "aux", "pres", "de", "vers", "in", "near"}
# A place typed without such a word is only believed when it is large: it may as well be somebody's name.
LARGE_TOWN = 20_000


@dataclass(frozen=True, slots=True)
class Understood:
    """A search, and what was not certain about it.

    `also` are other specialties that the text names. `place_choices` are the communes to ask about when `query.place`
    is None, else its namesakes. `place_unknown`: a place was given and none resembles it. `misread`: somebody typed
    who to look for, and no word of it can be looked for.
    """

    query: SearchQuery
    also: tuple[Specialty, ...] = ()
    place_choices: tuple[Place, ...] = ()
    place_unknown: bool = False
    misread: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether there is something to look for, and no question to ask first."""
        unclear = self.place_unknown or (self.place_choices and self.query.place is None)
        return not (unclear or self.misread or self.query.is_empty)


def understand(asked: Asked) -> Understood:
    """Read what was asked. A text changed by hand wins over the choice that stood beside it."""
    lexicon = Lexicon.load()
    specialty, also, words, rest = _who(asked, lexicon)
    where = _where(asked)
    if specialty and rest and not (asked.ou or asked.lieu or asked.autour):
        named = _place_at_end(rest)
        if named is not None:
            where, words = replace(where, read=PlaceRead(place=named)), ()
    place = where.read.place
    query = SearchQuery(
        specialty=specialty,
        words=words,
        place=place,
        latitude=where.point[0] if where.point else None,
        longitude=where.point[1] if where.point else None,
        mode=asked.mode or None,
        sector=asked.secteur or None,
        language=asked.langue or None,
        wheelchair=asked.fauteuil,
        new_patients=asked.nouveaux,
        bookable=asked.en_ligne,
        available_before=day_starts(asked, place),
        reason=asked.motif or None,
        ordering=asked.ordering,
    )
    return Understood(
        query=query,
        also=also,
        place_choices=where.read.choices,
        place_unknown=where.unknown,
        misread=bool(asked.q and not specialty and not words),
    )


def asked_otherwise(asked: Asked, understood: Understood) -> Asked | None:
    """The same with a commune or a postcode read among the words: « roussel nantes », for when nobody is called so.

    At the end of the text, else at its beginning. Four statements at most, each looking for one place.
    """
    if not understood.query.words or asked.ou or asked.lieu or asked.autour or understood.query.place:
        return None
    words = asked.q.split()
    tails = [(words[:-n], words[-n:]) for n in (3, 2, 1) if n < len(words)]
    heads = [(words[1:], words[:1])] if len(words) > 1 else []
    for who, where in (*tails, *heads):
        place = _exact_place(tuple(words_of(" ".join(where))))
        named = who[:-1] if fold(who[-1]) in _TOWARDS else who
        if place is not None and named:
            return replace(asked, q=" ".join(named), lieu=place.insee)
    return None


def is_around_me(text: str) -> bool:
    """Whether the field of the place holds the words of the button, in either language."""
    return fold(text) in {fold(AROUND_ME), fold(gettext("Autour de moi"))}


def day_starts(asked: Asked, place: Place | None) -> datetime | None:
    """The instant at which the day `avant` begins, on the clock of the place, or of Paris."""
    if asked.avant is None:
        return None
    return clock.combine(asked.avant, time.min, ZoneInfo(place.timezone) if place else PARIS)


def _who(
    asked: Asked, lexicon: Lexicon
) -> tuple[Specialty | None, tuple[Specialty, ...], tuple[str, ...], tuple[str, ...]]:
    """The specialty, others that the text may mean, the words of a name, and all words that name no specialty."""
    chosen = lexicon.by_slug(asked.specialite)
    if not asked.q or (chosen and lexicon.names(chosen, asked.q)):
        return chosen, (), (), ()
    meant = lexicon.read(asked.q)
    words = typed_names(meant.rest)
    if not meant.specialties:
        return chosen, (), words, meant.rest
    first = chosen if chosen in meant.specialties else meant.specialties[0]
    return first, tuple(one for one in meant.specialties if one != first), words, meant.rest


@dataclass(frozen=True, slots=True)
class _Where:
    read: PlaceRead = field(default_factory=PlaceRead)
    point: tuple[float, float] | None = None
    unknown: bool = False


def _where(asked: Asked) -> _Where:
    if asked.autour and (not asked.ou or is_around_me(asked.ou)):
        return _Where(read=PlaceRead(place=nearest_place(*asked.autour)), point=asked.autour)
    if asked.lieu:
        place = place_by_insee(asked.lieu)
        if place and (not asked.ou or fold(asked.ou) == fold(place.label)):
            return _Where(read=PlaceRead(place=place))
        if not asked.ou:
            return _Where(unknown=True)
    if asked.ou:
        read = read_place(asked.ou)
        return _Where(read=read, unknown=read.place is None and not read.choices)
    return _Where()


def _place_at_end(rest: tuple[str, ...]) -> Place | None:
    """The commune typed after a specialty in the same field."""
    place = _exact_place(rest)
    return place if place is not None and (rest[0] in _TOWARDS or place.population >= LARGE_TOWN) else None


def _exact_place(rest: tuple[str, ...]) -> Place | None:
    """The commune that these words name in full, after « à » or « près de » maybe."""
    words = list(rest)
    while words and words[0] in _TOWARDS:
        words.pop(0)
    text = " ".join(words)
    place = read_place(text).place if words else None
    return place if place is not None and fold(text) in {place.sort_key, place.short_key, *place.postcodes} else None
