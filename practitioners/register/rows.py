"""From the fields of one line to what it says of a person and of a place. Pure; the heart of the reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple

from core.text import fold
from practitioners.register.communes import CommuneFinder
from practitioners.register.identifiers import Rejected, Unlisted, number_of
from practitioners.register.names import TITLES, has_letters, key_of, readable, readable_way, slug_of
from practitioners.register.phones import international
from practitioners.register.skills import profession_of

NAME_LENGTH = 80
SITE_NAME_LENGTH = 160
STREET_LENGTH = 200
TELECONSULTATION = "SA64"
# Work in industry, and activities other than care, are no place that a patient goes to.
_NO_CARE_SECTORS = frozenset({"SA32"})
_CARE_GENRES = frozenset({"GENR01", ""})
_FRANCE = frozenset({"99000", "99100", "FR", "FRA", ""})
# The codes of overseas departments and territories where a code of country is expected.
_OVERSEAS = ("97", "98")


class PersonRow(NamedTuple):
    """What a line says of a person. `profession` is empty for somebody whom the directory does not list."""

    rpps: str
    title: str
    last_name: str
    first_name: str
    name_key: str
    slug: str
    profession: str
    skill: str


class SiteRow(NamedTuple):
    """What a line says of a place where somebody practises. `insee` is empty when the commune could not be told."""

    rpps: str
    key: str
    name: str
    street: str
    postcode: str
    insee: str
    phone: str
    email: str
    sector: str
    genre: str


class RowReader:
    """Reads lines whose columns stand where `columns` says."""

    def __init__(self, columns: Mapping[str, int], communes: CommuneFinder, wanted: Sequence[str]) -> None:
        self._communes = communes
        # A column that this file does not have is read as empty: one more field stands behind the last.
        self._width = 1 + max(columns.values())
        self._pick = itemgetter(*(columns.get(name, self._width) for name in wanted))
        self._names = {name: position for position, name in enumerate(wanted)}

    def read(self, values: list[str]) -> tuple[PersonRow, SiteRow | None, str]:
        """The person, the place unless it is not listed, and then why (`refusals.UNLISTED`).

        Of a place whose commune cannot be told, why it cannot (`refusals.UNPLACED`).

        Raises `Rejected`, which names the person when that much is known.
        """
        picked = self._pick([*values[: self._width], ""])
        cell = dict(zip(self._names, map(str.strip, picked), strict=True))
        rpps = number_of(cell["id_type"], cell["id"], cell["national_id"])
        try:
            person, reason = _person(rpps, cell)
        except Rejected as error:
            raise Rejected(error.code, rpps) from None
        if reason:
            return person, None, reason
        try:
            return person, *self._site(rpps, cell)
        except Unlisted as error:
            return person, None, error.code

    def _site(self, rpps: str, cell: Mapping[str, str]) -> tuple[SiteRow, str]:
        sector, genre = cell["sector"].upper(), cell["genre"].upper()
        if sector == TELECONSULTATION:
            raise Unlisted("teleconsultation")
        if sector in _NO_CARE_SECTORS or genre not in _CARE_GENRES:
            raise Unlisted("no_care")
        country = cell["country"]
        if country not in _FRANCE and not country.startswith(_OVERSEAS) and key_of(cell["country_name"]) != "france":
            raise Unlisted("abroad")
        street = _street(cell)
        identity = cell["structure"] or cell["finess"] or cell["siret"]
        if not (cell["commune"] or cell["postcode"] or cell["bureau"]) or not (identity or street):
            raise Unlisted("no_site")
        insee, postcode, why = self._communes.find(
            cell["commune"], cell["postcode"], cell["commune_name"], cell["bureau"]
        )
        identity = identity or fold(f"{street} {postcode} {insee}")
        row = SiteRow(
            rpps=rpps,
            key=blake2b(f"{rpps}|{identity}".encode(), digest_size=16).hexdigest(),
            name=_cut(_clean(cell["brand"] or cell["company"]), SITE_NAME_LENGTH),
            street=street,
            postcode=postcode,
            insee=insee,
            phone=international(cell["phone"]) or international(cell["phone_2"]),
            email=_email(cell["email"]),
            sector=sector[:8],
            genre=genre[:8],
        )
        return row, why


def _person(rpps: str, cell: Mapping[str, str]) -> tuple[PersonRow, str]:
    last, first = _clean(cell["last_name"]), _clean(cell["first_name"])
    if not last:
        raise Rejected("name_missing")
    if len(last) > NAME_LENGTH or len(first) > NAME_LENGTH:
        raise Rejected("name_too_long")
    if not has_letters(last) or (first and not has_letters(first)):
        raise Rejected("name_garbled")
    if not cell["profession"]:
        raise Rejected("profession_missing")
    category = cell["category"].upper()[:1]
    reason = "student" if category == "E" else "military" if category == "M" else ""
    profession = "" if reason else profession_of(cell["profession"])
    first, last = readable(first), readable(last)
    row = PersonRow(
        rpps=rpps,
        title=TITLES.get(cell["title"].upper(), ""),
        last_name=last,
        first_name=first,
        name_key=f"{key_of(last)} {key_of(first)}".strip(),
        slug=slug_of(first, last),
        profession=profession,
        skill=cell["skill"].upper()[:8] if profession else "",
    )
    return row, reason or ("" if profession else "profession")


def _street(cell: Mapping[str, str]) -> str:
    """« 12 BIS », « RUE », « DES LILAS » → « 12 BIS rue des Lilas »; else what else locates the door."""
    number = f"{cell['number'].lstrip('0')} {cell['repetition']}".strip()
    way = _clean(f"{cell['way_type'].lower()} {readable_way(cell['way'])}")
    line = f"{number} {way}".strip() if way else ""
    return _cut(line or _clean(cell["spot"] or cell["addressee"] or cell["box"]), STREET_LENGTH)


def _email(text: str) -> str:
    address = text.lower()
    name, at, domain = address.partition("@")
    plain = name and at and "." in domain.strip(".") and not any(sign in address for sign in " ,;<>")
    return address if plain and len(address) <= SITE_NAME_LENGTH else ""


def _clean(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
