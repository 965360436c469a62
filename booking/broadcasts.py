"""A message to many patients: to whom, what may be written in it, and when each one goes. Pure: no table is read here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from core import clock
from core.text import fold
from notifications.decent_hours import EARLIEST

TEXT_AT_MOST = 1_200
SMS_AT_MOST = 140
AGENDAS_AT_MOST = 200
# Files looked at in one broadcast, and how many messages leave in a minute.
FILES_AT_MOST = 40_000
PER_MINUTE = 60
# Time to think better of it.
BEFORE_START = timedelta(minutes=5)
# Nothing is planned after this hour, so that what a slow provider delays still arrives before the night.
LAST = time(20)
SEEN_AT_MOST = timedelta(days=3 * 366)
COMING_AT_MOST = timedelta(days=366)

# Words by which a text praises or sells (code de la santé publique, R. 4127-19 and following), folded.
_ADVERTS = (
    *("promo", "promotion", "promotions", "soldes", "remise", "remises", "reduction", "reductions", "rabais", "cadeau"),
    *(
        "parrainage",
        "parrainez",
        "offre speciale",
        "offre exceptionnelle",
        "prix casse",
        "tarif preferentiel",
        "black friday",
    ),
    *("discount", "discounts", "special offer", "sale", "voucher", "free gift"),
)
# Words that say something of somebody's health, whoever reads over the shoulder, folded.
_HEALTH = (
    *(
        "vaccin",
        "vaccins",
        "vaccination",
        "depistage",
        "cancer",
        "maladie",
        "maladies",
        "malade",
        "resultat",
        "resultats",
    ),
    *("ordonnance", "ordonnances", "traitement", "traitements", "diagnostic", "grossesse", "ivg", "vih", "sida", "ist"),
    *("diabete", "depression", "addiction", "analyse", "analyses", "frottis", "mammographie", "coloscopie", "covid"),
    *("compte rendu", "vaccine", "vaccines", "screening", "disease", "illness", "results", "prescription", "treatment"),
    *("pregnancy", "hiv", "diabetes", "diagnosis", "test results"),
)
_DISCOUNT = re.compile(r"[-−–]\s?\d{1,2}\s?%")
_LINK = re.compile(
    r"(?<![@\w.-])(?:https?://\S+|www\.\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:fr|com|org|net|info|eu|io|ly|be)\b\S*)", re.I
)


@dataclass(frozen=True, slots=True)
class Audience:
    """The patients of some agendas: seen there since a day, or expected there from a day to another (included).

    Never by a reason, an act or anything else of health.
    """

    agendas: tuple[int, ...]
    seen_since: date | None = None
    first_day: date | None = None
    last_day: date | None = None

    def fault(self, today: date) -> str:
        """What is wrong with it, empty for nothing: `agendas` or `dates`."""
        if not self.agendas or len(self.agendas) > AGENDAS_AT_MOST:
            return "agendas"
        if self.seen_since is not None:
            sound = (
                self.first_day is None and self.last_day is None and today - SEEN_AT_MOST <= self.seen_since <= today
            )
        else:
            first, last = self.first_day, self.last_day
            sound = first is not None and last is not None and today <= first <= last <= today + COMING_AT_MOST
        return "" if sound else "dates"

    def stored(self) -> dict[str, Any]:
        days = {name: getattr(self, name) for name in ("seen_since", "first_day", "last_day")}
        return {"agendas": sorted(self.agendas), **{name: day.isoformat() for name, day in days.items() if day}}


def audience_of(stored: Mapping[str, Any]) -> Audience:
    """The audience behind its stored form."""
    days = {
        name: date.fromisoformat(stored[name]) for name in ("seen_since", "first_day", "last_day") if stored.get(name)
    }
    return Audience(tuple(stored["agendas"]), **days)


def adverts_in(*texts: str) -> list[str]:
    """The words by which these texts sell something."""
    found = _words_in(_ADVERTS, texts)
    return [*found, *(match.group() for text in texts for match in _DISCOUNT.finditer(text))]


def health_in(*texts: str) -> list[str]:
    """The words of these texts that speak of health."""
    return _words_in(_HEALTH, texts)


def foreign_links(site: str, *texts: str) -> list[str]:
    """The addresses of these texts that lead elsewhere than to the site: a reader cannot tell them from a trap."""
    ours = urlsplit(site).netloc.lower()
    found = [match.group() for text in texts for match in _LINK.finditer(text)]
    return [link for link in found if urlsplit(link if "://" in link else f"https://{link}").netloc.lower() != ours]


def _words_in(words: Iterable[str], texts: Iterable[str]) -> list[str]:
    folded = [f" {fold(text)} " for text in texts]
    return [word for word in words if any(f" {word} " in text for text in folded)]


def due_time(number: int, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """When the message of rank `number` (from 0) goes: so many a minute, between 8 and 20 h on the clock of its reader."""
    left = number // PER_MINUTE
    moment = _decent(starts_at, zone)
    while True:
        room = int((_end_of_day(moment, zone) - moment).total_seconds() // 60)
        if left < room:
            return moment + timedelta(minutes=left)
        left -= room
        moment = _next_morning(moment, zone)


def _decent(moment: datetime, zone: ZoneInfo) -> datetime:
    wall = moment.astimezone(zone).time()
    if wall < EARLIEST:
        return clock.combine(clock.local_date(moment, zone), EARLIEST, zone)
    return moment if wall < LAST else _next_morning(moment, zone)


def _end_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    return clock.combine(clock.local_date(moment, zone), LAST, zone)


def _next_morning(moment: datetime, zone: ZoneInfo) -> datetime:
    return clock.combine(clock.local_date(moment, zone) + timedelta(days=1), EARLIEST, zone)
