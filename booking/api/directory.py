"""Calls of the directory: specialties, places, practitioners, profiles. Read by everybody, the same for everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from booking.api import directory_shapes as shapes
from booking.search.asked import Asked
from booking.search.hours import hours_by_agenda
from booking.search.query import SearchQuery
from booking.search.results import search
from booking.search.specialties import Lexicon
from booking.search.understanding import understand
from booking.selectors.profile import profile, questions_by_reason
from core import clock
from core.access import access
from core.api import ApiView
from core.api.views import Refusals
from core.exceptions import NotForYou
from core.replica import from_replica
from practitioners.selectors.places import MOST_RESULTS, search_places
from practitioners.selectors.register_sites import elsewhere_of, listed_person

CACHED = {"Cache-Control": "public, max-age=60"}
# Free hours change by the minute; a few seconds spare the same question asked by many.
CACHED_BRIEFLY = {"Cache-Control": "public, max-age=5"}
# An answer holds the days until the first free hour; further ones are found by a wider read.
DAYS_READ = 7


@access.public(reason="The directory is public")
class SpecialtiesView(ApiView):
    # The whole list, as the contract says: it fits in one answer.
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(responses=shapes.SpecialtySerializer(many=True))
    @from_replica
    def get(self, request: Request) -> Response:
        """Every specialty, in the order in which they are proposed."""
        return Response(shapes.SpecialtySerializer(Lexicon.load().specialties, many=True).data, headers=CACHED)


@access.public(reason="Communes are public")
class PlacesView(ApiView):
    @extend_schema(parameters=[shapes.PlacesQuery], responses=shapes.PlaceSerializer(many=True))
    @from_replica
    def get(self, request: Request) -> Response:
        """Communes whose name or postcode begins with `q`, most populous first; names spelt nearly so when none does."""
        query = shapes.PlacesQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        answer = self.page(search_places(query.validated_data["q"], MOST_RESULTS), shapes.PlaceSerializer)
        answer["Cache-Control"] = CACHED["Cache-Control"]
        return answer


@access.public(reason="The directory is public", costly=True)
class PractitionersView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {429: ["too_many_requests"]}}

    @extend_schema(parameters=[shapes.DirectoryQuery], responses=shapes.ListedPractitionerSerializer(many=True))
    @from_replica
    def get(self, request: Request) -> Response:
        """Practitioners by distance or by first free hour; `count` is null beyond five hundred."""
        given = shapes.DirectoryQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        query = _query_of(wanted)
        page, size = wanted["page"], wanted["page_size"]
        if query is None:
            return Response({"count": 0, "next": None, "previous": None, "results": []}, headers=CACHED_BRIEFLY)
        found = search(request.actor, query, page=page, size=size, widen=False)
        hours = hours_by_agenda(
            found.agendas,
            days=DAYS_READ,
            now=clock.now(),
            mode=query.mode,
            new_patient=True if query.new_patients else None,
        )
        answer = {
            "count": found.facets.total,
            "next": _page_url(request, page + 1) if found.has_next and page < shapes.LAST_PAGE else None,
            "previous": _page_url(request, page - 1) if page > 1 else None,
            "results": [shapes.listed(result, hours) for result in found.results],
        }
        return Response(answer, headers=CACHED_BRIEFLY)


@access.public(reason="The directory is public", costly=True)
class PractitionerView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {404: ["not_found"], 429: ["too_many_requests"]}}

    @extend_schema(responses=shapes.ProfileSerializer)
    @from_replica
    def get(self, request: Request, slug: str) -> Response:
        """The profile of a practitioner, with what each agenda offers online."""
        try:
            found = profile(request.actor, slug)
        except NotForYou:
            found = None
        if found is None or not found.agendas:
            return Response(shapes.stated(listed_person(request.actor, slug)), headers=CACHED_BRIEFLY)
        hours = hours_by_agenda(found.agendas, days=DAYS_READ, now=clock.now())
        questions = questions_by_reason([offer.visit_reason_id for offer in found.offers])
        elsewhere = elsewhere_of(found.practitioner)
        return Response(shapes.profiled(found, hours, questions, elsewhere), headers=CACHED_BRIEFLY)


def _query_of(wanted: dict[str, Any]) -> SearchQuery | None:
    """The search that was asked for; None when `q` holds no word that anybody could bear.

    Raises ValidationError for a specialty or a place that does not exist.
    """
    before = wanted.get("available_before")
    asked = Asked(
        q=wanted["q"],
        specialite=wanted.get("specialty", ""),
        lieu="" if "near" in wanted else wanted.get("place", "").upper(),
        autour=wanted.get("near"),
        mode=wanted.get("mode", ""),
        secteur=wanted.get("sector", ""),
        langue=wanted.get("language", ""),
        fauteuil=wanted["wheelchair"],
        nouveaux=wanted["new_patients"],
        en_ligne=wanted["bookable"],
        avant=None if isinstance(before, datetime) else before,
    )
    understood = understand(asked)
    if asked.specialite and understood.query.specialty is None:
        raise ValidationError({"specialty": [_("Cette spécialité n’existe pas.")]})
    if understood.place_unknown:
        raise ValidationError({"place": [_("Cette commune n’existe pas.")]})
    if understood.misread:
        return None
    return replace(
        understood.query,
        radius_km=wanted["radius_km"],
        reason=wanted.get("reason"),
        available_before=before if isinstance(before, datetime) else understood.query.available_before,
        ordering=wanted["ordering"],
    )


def _page_url(request: Request, page: int) -> str:
    given = request.query_params.copy()
    given["page"] = str(page)
    return request.build_absolute_uri(f"{request.path}?{given.urlencode()}")
