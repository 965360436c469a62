"""Shapes of the directory in the API, as in the contract: specialties, places, practitioners and their profiles."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from booking.api.fields import EARLIEST_YEAR, LATEST_YEAR, InstantField
from booking.api.serializers import LocationSerializer, local_text
from booking.search.hours import AgendaHours, is_open_to_public
from booking.search.query import AVAILABILITY, DEFAULT_RADIUS_KM, DISTANCE, LARGEST_RADIUS_KM
from booking.search.results import LAST_PAGE, PAGE, Result
from booking.selectors.offers import offered_modes
from booking.selectors.profile import Profile
from core.api.fields import CleanCharField
from practitioners.enums import Mode, Sector
from practitioners.languages import LANGUAGES
from practitioners.models import Agenda, AgendaReason, Practitioner, VisitQuestion
from practitioners.selectors.register_sites import ListedPerson, ShownSite

PAGE_SIZE_AT_MOST = 100
_CODE = re.compile(r"^[0-9][0-9ABab][0-9]{3}$")
_SLUG = re.compile(r"^[a-z0-9-]{1,60}$")


class PlacesQuery(serializers.Serializer):
    q = CleanCharField(max_length=100, required=False, allow_blank=True, default="")


class PointField(serializers.CharField):
    """« 48.88,2.416 »: latitude and longitude, WGS 84 degrees."""

    default_error_messages = {"point": _("Donnez la latitude et la longitude, par exemple 48.88,2.416.")}

    def to_internal_value(self, data: Any) -> tuple[float, float]:  # type: ignore[override]
        text = super().to_internal_value(data)
        try:
            latitude, longitude = (float(part) for part in text.split(","))
        except ValueError:
            self.fail("point")
        if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
            self.fail("point")
        return latitude, longitude


@extend_schema_field({"type": "string", "format": "date"})
class BeforeField(serializers.Field):
    """A date, whose first instant on the clock of the place is meant, or an instant with its offset."""

    def to_internal_value(self, value: Any) -> date | datetime:
        if isinstance(value, str) and len(value) > len("2026-12-01"):
            return InstantField().to_internal_value(value)
        day: date = serializers.DateField().to_internal_value(value)
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise serializers.ValidationError(_("Cette date est hors du calendrier."))
        return day


class DirectoryQuery(serializers.Serializer):
    """What to look for. Every parameter is optional; a place without coordinates stands for its department."""

    specialty = serializers.RegexField(_SLUG, required=False)
    place = serializers.RegexField(_CODE, required=False, help_text=_("Code INSEE d’une commune."))
    near = PointField(max_length=60, required=False, help_text=_("Latitude et longitude : 48.88,2.416."))
    radius_km = serializers.FloatField(required=False, min_value=0.1, max_value=LARGEST_RADIUS_KM)
    q = CleanCharField(max_length=100, required=False, allow_blank=True, default="")
    reason = serializers.CharField(
        max_length=60, required=False, help_text=_("Motif : identifiant, ou nom court du catalogue.")
    )
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)
    sector = serializers.ChoiceField(choices=Sector.choices, required=False)
    language = serializers.ChoiceField(choices=sorted(LANGUAGES), required=False)
    wheelchair = serializers.BooleanField(required=False, default=False)
    new_patients = serializers.BooleanField(required=False, default=False)
    available_before = BeforeField(
        required=False, help_text=_("Une heure libre avant ce jour, sur l’horloge du lieu, ou avant cet instant.")
    )
    bookable = serializers.BooleanField(required=False, default=False)
    ordering = serializers.ChoiceField(choices=[DISTANCE, AVAILABILITY], required=False, default=DISTANCE)
    page = serializers.IntegerField(min_value=1, max_value=LAST_PAGE, required=False, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=PAGE_SIZE_AT_MOST, required=False, default=PAGE)

    def validate_radius_km(self, value: float) -> float:
        if not math.isfinite(value):
            raise serializers.ValidationError(_("Ce rayon n’est pas un nombre."))
        return value

    def validate_reason(self, value: str) -> UUID | str:
        try:
            return UUID(value)
        except ValueError:
            if not _SLUG.match(value):
                raise serializers.ValidationError(_("Ce motif n’est pas un identifiant.")) from None
            return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs.setdefault("radius_km", DEFAULT_RADIUS_KM)
        return attrs


class SpecialtySerializer(serializers.Serializer):
    slug = serializers.SlugField()
    name = serializers.CharField(source="label")
    profession = serializers.CharField(help_text=_("Code national de la profession (TRE_G15, TRE_R95)."))


class PlaceSerializer(serializers.Serializer):
    insee = serializers.CharField()
    name = serializers.CharField()
    postcodes = serializers.ListField(child=serializers.CharField())
    department = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    population = serializers.IntegerField()
    timezone = serializers.CharField()


class ListedAgendaSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    location = LocationSerializer()
    timezone = serializers.CharField()
    distance_km = serializers.FloatField(allow_null=True)
    next_slot = serializers.DateTimeField(allow_null=True)


class StatedSiteSerializer(serializers.Serializer):
    """Where the national register says that somebody practises who has not joined."""

    name = serializers.CharField()
    street = serializers.CharField()
    postcode = serializers.CharField()
    city = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    distance_km = serializers.FloatField(allow_null=True)


class ListedPractitionerSerializer(serializers.Serializer):
    slug = serializers.SlugField()
    name = serializers.CharField()
    title = serializers.CharField()
    specialty = serializers.SlugField()
    sector = serializers.ChoiceField(choices=Sector.choices, allow_null=True)
    languages = serializers.ListField(child=serializers.CharField())
    bookable = serializers.BooleanField()
    phone = serializers.CharField(allow_null=True)
    agendas = ListedAgendaSerializer(many=True)
    sites = StatedSiteSerializer(
        many=True, help_text=_("Lieux du répertoire national, tant que la personne n’a pas rejoint le site.")
    )


class AskedBeforeSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    text = serializers.CharField()


class OfferedReasonSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    duration_minutes = serializers.IntegerField()
    modes = serializers.ListField(child=serializers.ChoiceField(choices=Mode.choices))
    price_cents = serializers.IntegerField(allow_null=True)
    new_patients = serializers.BooleanField()
    before_booking = serializers.CharField()
    instructions = serializers.CharField()
    questions = AskedBeforeSerializer(many=True)


class ProfileAgendaSerializer(ListedAgendaSerializer):
    visit_reasons = OfferedReasonSerializer(many=True)


class ProfileSerializer(ListedPractitionerSerializer):
    presentation = serializers.CharField()
    agendas = ProfileAgendaSerializer(many=True)


def listed(result: Result, hours: dict[int, AgendaHours]) -> dict[str, Any]:
    """A result of a search; its agendas in order, the one that earned the rank first."""
    agendas = [_agenda(found.agenda, hours, found.distance_km) for found in result.agendas]
    bookable = any(hours.get(found.agenda.pk, AgendaHours()).offers for found in result.agendas)
    sites = [_site(found.site, found.distance_km) for found in result.sites]
    agenda = result.best.agenda if result.best else None
    return _person(result.practitioner, agenda, bookable, sites) | {"agendas": agendas, "sites": sites}


def profiled(
    found: Profile,
    hours: dict[int, AgendaHours],
    questions: dict[int, list[VisitQuestion]],
    elsewhere: Sequence[ShownSite] = (),
) -> dict[str, Any]:
    """The profile of a practitioner, with what each agenda offers online; `elsewhere` the register alone states them."""
    first = found.agendas[0] if found.agendas else None
    agendas = [
        _agenda(agenda, hours, None)
        | {"visit_reasons": [_reason(offer, questions) for offer in found.offers_at(agenda)]}
        for agenda in found.agendas
    ]
    shown = _person(found.practitioner, first, found.is_bookable)
    sites = [_site(site, None) for site in elsewhere]
    return shown | {"presentation": found.practitioner.presentation, "agendas": agendas, "sites": sites}


def stated(found: ListedPerson) -> dict[str, Any]:
    """The same for somebody of the register who has not joined: nothing to book, and nothing that only they can say."""
    sites = [_site(site, None) for site in found.sites]
    shown = _person(found.practitioner, None, False, sites)
    return shown | {"presentation": "", "agendas": [], "sites": sites}


def _person(
    person: Practitioner, agenda: Agenda | None, bookable: bool, sites: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    phone = str(agenda.practice.phone) if agenda else next((site["phone"] for site in sites if site["phone"]), "")
    return {
        "slug": person.slug,
        "name": f"{person.first_name} {person.last_name}".strip(),
        "title": person.title,
        "specialty": person.specialty.slug,
        "sector": person.sector or None,
        "languages": person.languages,
        "bookable": bookable,
        "phone": phone or None,
    }


def _site(shown: ShownSite, distance_km: float | None) -> dict[str, Any]:
    place = shown.place
    return {
        "name": shown.name,
        "street": shown.street,
        "postcode": shown.site.postcode,
        "city": place.name if place else "",
        "latitude": shown.site.latitude,
        "longitude": shown.site.longitude,
        "phone": shown.phone or None,
        "distance_km": None if distance_km is None else round(distance_km, 2),
    }


def _agenda(agenda: Agenda, hours: dict[int, AgendaHours], distance_km: float | None) -> dict[str, Any]:
    zone, first = agenda.location.timezone, hours.get(agenda.pk, AgendaHours()).first
    return {
        "id": str(agenda.uid),
        "location": LocationSerializer(agenda.location).data,
        "timezone": zone,
        "distance_km": None if distance_km is None else round(distance_km, 2),
        "next_slot": local_text(first.start, zone) if first else None,
    }


def _reason(offer: AgendaReason, questions: dict[int, list[VisitQuestion]]) -> dict[str, Any]:
    reason = offer.visit_reason
    return {
        "id": str(reason.uid),
        "name": reason.name,
        "duration_minutes": offer.duration_minutes,
        "modes": offered_modes(offer),
        "price_cents": offer.price_cents,
        "new_patients": is_open_to_public(offer),
        "before_booking": reason.before_booking,
        "instructions": reason.instructions,
        "questions": [{"id": str(one.uid), "text": one.text} for one in questions.get(reason.pk, [])],
    }
