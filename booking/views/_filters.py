"""The filters of a page of results: toggles, each the address of the same search with one thing turned the other way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from booking.result_cards import sector_words
from booking.search.asked import Asked
from booking.search.facets import Facets
from core.phrasing import day_text
from core.presentation import Filter
from practitioners.enums import Mode
from practitioners.languages import language_name

Address = Callable[..., str]
SOON = timedelta(days=3)


def filters_of(asked: Asked, found: Facets, address: Address, today: date) -> list[Filter]:
    """Only what somebody offers here, and whatever is turned on, so that it can be turned off."""
    return [
        *_date(asked, address, today, offered=found.has("bookable")),
        *_sectors(asked, found, address),
        *_modes(asked, found, address),
        *_flag(asked, found, address, "fauteuil", "wheelchair", _("Accès en fauteuil"), "wheelchair"),
        *_flag(asked, found, address, "nouveaux", "new_patients", _("Nouveaux patients"), "users"),
        *_flag(asked, found, address, "en_ligne", "bookable", _("Réservable en ligne"), "calendar"),
    ]


def languages_of(asked: Asked, found: Facets, address: Address) -> list[Filter]:
    """Languages spoken here besides French, in alphabetical order."""
    codes = (found.values.get("language", set()) | {asked.langue}) - {"", "fr"}
    toggles = [
        Filter(
            label=language_name(code),
            url=address(langue="" if code == asked.langue else code),
            on=code == asked.langue,
        )
        for code in codes
    ]
    return sorted(toggles, key=lambda toggle: toggle.label)


def _date(asked: Asked, address: Address, today: date, *, offered: bool) -> list[Filter]:
    soon = today + SOON
    if asked.avant and asked.avant != soon:
        label = _("Avant le %(day)s") % {"day": day_text(asked.avant, weekday=False)}
        return [Filter(label=label, url=address(avant=None), on=True)]
    if not offered and not asked.avant:
        return []
    return [Filter(label=_("Sous 3 jours"), url=address(avant=None if asked.avant else soon), on=bool(asked.avant))]


def _sectors(asked: Asked, found: Facets, address: Address) -> list[Filter]:
    return [
        Filter(label=label, url=address(secteur="" if asked.secteur == sector else sector), on=asked.secteur == sector)
        for sector, label in sector_words().items()
        if found.has("sector", sector) or asked.secteur == sector
    ]


def _modes(asked: Asked, found: Facets, address: Address) -> list[Filter]:
    words = {
        Mode.VIDEO: (_("En vidéo"), "video"),
        Mode.HOME: (_("À domicile"), "home"),
        Mode.PHONE: (_("Par téléphone"), "phone"),
        Mode.OFFICE: (_("Au cabinet"), "building"),
    }
    # Nearly everybody receives at the office: that toggle only shows when it is on.
    return [
        Filter(label=label, icon=icon, url=address(mode="" if asked.mode == mode else str(mode)), on=asked.mode == mode)
        for mode, (label, icon) in words.items()
        if asked.mode == mode or (mode != Mode.OFFICE and found.has("mode", mode))
    ]


def _flag(asked: Asked, found: Facets, address: Address, name: str, kind: str, label: str, icon: str) -> list[Filter]:
    on = bool(getattr(asked, name))
    if not on and not found.has(kind):
        return []
    changes: dict[str, Any] = {name: not on}
    return [Filter(label=label, icon=icon, url=address(**changes), on=on)]
