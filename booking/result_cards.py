"""Turns results of a search into the cards that the page draws. Words are chosen when the page is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from booking.presentation import slot_value
from booking.search.hours import AgendaHours
from booking.search.results import FoundAgenda, Result
from booking.selectors.availability import FreeSlot
from booking.selectors.offers import offered_modes
from core.phrasing import phone_link, phone_text, price_text
from core.presentation import Chip, PractitionerCard, SlotDay, SlotWindow, tint_of
from practitioners.enums import Mode, Sector
from practitioners.models import Place, Practitioner

DAYS_READ = 7
DAYS_SHOWN = 3
CHIPS_A_DAY = 3


def cards(
    results: Sequence[Result], hours: Mapping[int, AgendaHours], *, today: date, mode: str = ""
) -> list[PractitionerCard]:
    """One card a result, all with the same three dates: the first ones on which somebody of the page is free."""
    days = common_days(hours.values(), today)
    return [_card(result, hours, days, mode) for result in results]


def common_days(hours: Iterable[AgendaHours], today: date) -> list[date]:
    """The three first dates with a free hour at any of these agendas; completed by the days that follow."""
    free = sorted({day for one in hours for day in one.days})[:DAYS_SHOWN]
    while len(free) < DAYS_SHOWN:
        free.append(free[-1] + timedelta(days=1) if free else today)
    return free


def sector_text(person: Practitioner) -> str:
    """« Secteur 1 », « Secteur 2, Optam »: the short form; empty when unknown."""
    text = sector_words().get(person.sector, "")
    return f"{text}, Optam" if text and person.optam else text


def sector_words() -> dict[str, str]:
    """The short form of each sector, by its code, in the order in which they are proposed."""
    return {
        Sector.SECTOR_1.value: _("Secteur 1"),
        Sector.SECTOR_1_DP.value: _("Secteur 1 avec dépassements"),
        Sector.SECTOR_2.value: _("Secteur 2"),
        Sector.NOT_CONTRACTED.value: _("Non conventionné"),
    }


def profile_url(
    slug: str, slot: FreeSlot | None = None, *, mode: str = "", cabinet: str = "", day: date | None = None
) -> str:
    """The address of a practitioner; with a slot, of the week that holds it, the hour chosen."""
    address = reverse("booking:practitioner", args=[slug])
    query: dict[str, str] = {}
    if slot is not None:
        modes = offered_modes(slot.offer)
        query = {
            "cabinet": str(slot.offer.agenda.uid),
            "motif": str(slot.offer.visit_reason.uid),
            "mode": mode if mode in modes else modes[0],
            "du": slot.local_day.isoformat(),
            "slot": slot_value(slot),
        }
    elif cabinet:
        query = {"cabinet": cabinet, "mode": mode, "du": day.isoformat() if day else ""}
    elif mode:
        query = {"mode": mode}
    given = {name: value for name, value in query.items() if value}
    return f"{address}?{urlencode(given, safe='/:')}" if given else address


def _card(result: Result, hours: Mapping[int, AgendaHours], days: Sequence[date], mode: str) -> PractitionerCard:
    person, best = result.practitioner, result.best
    if best is None:
        return _stated_card(result)
    found = hours.get(best.agenda.pk, AgendaHours())
    location = best.agenda.location
    window = _window(person, found, days, mode) if found.days else None
    first = found.first
    cabinet = str(best.agenda.uid) if len(result.agendas) > 1 else ""
    return PractitionerCard(
        name=person.display_name,
        url=profile_url(person.slug, mode=mode, cabinet=cabinet),
        role=" · ".join(part for part in (person.specialty.label, sector_text(person)) if part),
        address=f"{location.street}, {location.place.name}",
        distance_km=best.distance_km,
        facts=_facts(result, found),
        window=window if window is not None and not window.is_empty else _blank(days),
        next_slot=_chip(person, first, mode) if first else None,
        phone=str(best.agenda.practice.phone),
        bookable=bool(found.offers),
        alert_url=reverse("booking:waitlist_join", args=[person.slug]) if found.offers and first is None else "",
        tint=tint_of(person.slug),
    )


def _stated_card(result: Result) -> PractitionerCard:
    """Somebody who is there by the register alone: where, and the phone if it is public."""
    person, best = result.practitioner, result.sites[0]
    elsewhere = _names_of([found.site.place for found in result.sites[1:]])
    facts = [("building", _("Reçoit aussi à %(places)s") % {"places": elsewhere})] if elsewhere else []
    return PractitionerCard(
        name=person.display_name,
        url=profile_url(person.slug),
        role=person.specialty.label,
        address=", ".join(part for part in (best.site.street, best.site.place.name if best.site.place else "") if part),
        distance_km=best.distance_km,
        facts=facts,
        phone=best.site.phone,
        bookable=False,
        tint=tint_of(person.slug),
    )


def _blank(days: Sequence[date]) -> SlotWindow:
    return SlotWindow([SlotDay(day) for day in days], short=True)


def _window(person: Practitioner, found: AgendaHours, days: Sequence[date], mode: str) -> SlotWindow:
    shown = []
    for day in days:
        slots = found.days.get(day, [])
        more = max(0, len(slots) - CHIPS_A_DAY)
        url = profile_url(person.slug, slots[CHIPS_A_DAY], mode=mode) if more else ""
        shown.append(SlotDay(day, [_chip(person, slot, mode) for slot in slots[:CHIPS_A_DAY]], more, url))
    return SlotWindow(shown, short=True)


def _chip(person: Practitioner, slot: FreeSlot, mode: str) -> Chip:
    return Chip(
        start=slot.start, zone=slot.timezone, url=profile_url(person.slug, slot, mode=mode), who=person.display_name
    )


def _facts(result: Result, found: AgendaHours) -> list[tuple[str, str]]:
    """Fee, access, video, who is welcome, other places, phone; what is not known is not said."""
    person, best = result.practitioner, result.agendas[0]
    facts: list[tuple[str, str]] = []
    fee = _fee(found, person)
    if fee:
        facts.append(("euro", fee))
    if best.listing.wheelchair:
        facts.append(("wheelchair", _("Accès en fauteuil roulant")))
    if any(Mode.VIDEO in offered_modes(offer) for offer in found.offers):
        facts.append(("video", _("Consultation en vidéo possible")))
    if found.offers and not best.listing.new_patients:
        facts.append(("users", _("Réservé en ligne aux patients du cabinet")))
    other_agendas = [other.agenda.location.place for other in result.agendas[1:]]
    elsewhere = _names_of([*other_agendas, *(other.site.place for other in result.sites)])
    if elsewhere:
        facts.append(("building", _("Reçoit aussi à %(places)s") % {"places": elsewhere}))
    phone = phone_link_of(best)
    if phone:
        facts.append(("phone", phone))
    return facts


def _fee(found: AgendaHours, person: Practitioner) -> str:
    """« 30 € », « 30 à 45 €, carte Vitale »."""
    prices = sorted({offer.price_cents for offer in found.offers if offer.price_cents is not None})
    if not prices:
        return ""
    low, high = price_text(prices[0], short=True), price_text(prices[-1], short=True)
    fee = low if low == high else _("de %(low)s à %(high)s") % {"low": low, "high": high}
    return f"{fee}, {_('carte Vitale')}" if person.vitale else fee


def _names_of(places: Sequence[Place | None]) -> str:
    return ", ".join(dict.fromkeys(place.name for place in places if place))


def phone_link_of(found: FoundAgenda) -> SafeString | str:
    """The practice's number as a link that calls; empty when there is none."""
    number = found.agenda.practice.phone
    address = phone_link(number)
    return format_html('<a class="nowrap" href="{}">{}</a>', address, phone_text(number)) if address else ""
