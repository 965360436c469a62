"""Calls about the health profile, vaccines and prevention. All of them ask for the second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from carnet.api import health_shapes as shapes
from carnet.refusals_health import HealthRefusal
from carnet.selectors.health import doses_of, profile_page
from carnet.selectors.prevention import advice_of, calendar_of, may_agree, person_of_health, themes_of
from carnet.services import health, prevention, vaccinations
from carnet.services.health_reading import open_own_profile, open_prevention, open_vaccines
from core.access import Space, access
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals
from core.exceptions import NotForYou


@access(
    resource="carnet.healthprofile",
    action={"GET": "read", "PATCH": "change"},
    spaces={Space.PATIENT},
    second_factor=True,
)
class ProfileView(ApiView):
    refusals: ClassVar[Refusals] = {"PATCH": {422: ["text_too_long"]}}

    @extend_schema(responses=shapes.HealthProfileSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        """History, treatments, allergies, measures, who treats and whom to call."""
        return Response(shapes.HealthProfileSerializer(open_own_profile(actor=request.actor, patient=uid)).data)

    @extend_schema(request=shapes.ProfileChange, responses=shapes.HealthProfileSerializer)
    def patch(self, request: Request, uid: UUID) -> Response:
        """Say who treats the person, and what rescuers must read."""
        body = shapes.ProfileChange(data=request.data)
        body.is_valid(raise_exception=True)
        health.change_profile(actor=request.actor, patient=uid, changes=body.validated_data)
        return Response(shapes.HealthProfileSerializer(profile_page(request.actor, uid)).data)


@access(resource="carnet.healthitem", action={"POST": "add"}, spaces={Space.PATIENT}, second_factor=True)
class ItemsView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {422: ["text_missing", "date_impossible", "dates_out_of_order", "severity_of_allergy", "too_many"]}
    }

    @extend_schema(request=shapes.ItemBody, responses={201: shapes.ItemSerializer})
    def post(self, request: Request, uid: UUID) -> Response:
        """Add a line of the history, of the treatments or of the allergies."""
        body = shapes.ItemBody(data=request.data)
        body.is_valid(raise_exception=True)
        item = health.add_item(actor=request.actor, patient=uid, claim=self.claim, **body.validated_data)
        return Response(shapes.ItemSerializer(item).data, status=status.HTTP_201_CREATED)


@access(resource="carnet.healthitem", action={"DELETE": "change"}, spaces={Space.PATIENT}, second_factor=True)
class ItemView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Erase a line."""
        health.remove_item(actor=request.actor, item=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(
    resource="carnet.vaccination", action={"GET": "read", "POST": "add"}, spaces={Space.PATIENT}, second_factor=True
)
class VaccinationsView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {409: ["already_noted"], 422: ["no_vaccine", "unknown_vaccine", "date_impossible", "too_many"]}
    }

    @extend_schema(responses=shapes.VaccinationSerializer(many=True))
    def get(self, request: Request, uid: UUID) -> Response:
        """The doses noted, newest first."""
        person = open_vaccines(actor=request.actor, patient=uid)
        return self.page(doses_of(request.actor, person), shapes.VaccinationSerializer)

    @extend_schema(request=shapes.DosesBody, responses={201: shapes.VaccinationSerializer(many=True)})
    def post(self, request: Request, uid: UUID) -> Response:
        """Note the doses of one visit, as declared."""
        body = shapes.DosesBody(data=request.data)
        body.is_valid(raise_exception=True)
        noted = vaccinations.note_doses(actor=request.actor, patient=uid, claim=self.claim, **body.validated_data)
        return Response(shapes.VaccinationSerializer(noted, many=True).data, status=status.HTTP_201_CREATED)


@access(resource="carnet.vaccination", action={"DELETE": "change"}, spaces={Space.PATIENT}, second_factor=True)
class VaccinationView(ApiView):
    refusals: ClassVar[Refusals] = {"DELETE": {422: ["proven"]}}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Erase a declared dose."""
        vaccinations.remove_dose(actor=request.actor, vaccination=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="carnet.preventionact", spaces={Space.PATIENT}, second_factor=True)
class CalendarView(ApiView):
    @extend_schema(responses=shapes.AdviceSerializer(many=True))
    def get(self, request: Request, uid: UUID) -> Response:
        """What prevention says of the person today: due first, then booked, offered, unknown, later, done, declined."""
        person = open_prevention(actor=request.actor, patient=uid)
        return self.page(calendar_of(request.actor, person).everything, shapes.AdviceSerializer)


@access(resource="carnet.preventionact", action={"POST": "add"}, spaces={Space.PATIENT}, second_factor=True)
class DoneView(ApiView):
    refusals: ClassVar[Refusals] = {"POST": {422: ["date_impossible"]}}

    @extend_schema(request=shapes.DoneBody, responses=shapes.AdviceSerializer)
    def post(self, request: Request, uid: UUID, code: str) -> Response:
        """Declare that it was done on a day; saying it twice is saying it once."""
        body = shapes.DoneBody(data=request.data)
        body.is_valid(raise_exception=True)
        _known(prevention.declare_done, actor=request.actor, patient=uid, code=code, **body.validated_data)
        return Response(_advice(request, uid, code))


@access(
    resource="carnet.preventionrefusal",
    action={"PUT": "add", "DELETE": "change"},
    spaces={Space.PATIENT},
    second_factor=True,
)
class RefusalView(ApiView):
    @extend_schema(request=None, responses=shapes.AdviceSerializer)
    def put(self, request: Request, uid: UUID, code: str) -> Response:
        """Hear no more of it."""
        _known(prevention.refuse_rule, actor=request.actor, patient=uid, code=code)
        return Response(_advice(request, uid, code))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID, code: str) -> Response:
        """Hear of it again."""
        prevention.take_back_refusal(actor=request.actor, patient=uid, code=code)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(
    resource="carnet.preventionconsent",
    action={"GET": "read", "PUT": "choose"},
    spaces={Space.PATIENT},
    second_factor=True,
)
class ThemesView(ApiView):
    @extend_schema(responses=shapes.ThemesSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        """The themes agreed to."""
        person = person_of_health(request.actor, uid)
        if not may_agree(request.actor, person):
            raise NotForYou
        return Response({"themes": sorted(themes_of(request.actor, person))})

    @extend_schema(request=shapes.ThemesSerializer, responses=shapes.ThemesSerializer)
    def put(self, request: Request, uid: UUID) -> Response:
        """Agree to exactly these themes; those left out are withdrawn at once."""
        body = shapes.ThemesSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        chosen = prevention.choose_themes(actor=request.actor, patient=uid, themes=body.validated_data["themes"])
        return Response({"themes": sorted(chosen)})


def _known(service: Callable[..., object], **arguments: object) -> object:
    """Calls the service; a rule that does not exist is an address that does not exist."""
    try:
        return service(**arguments)
    except HealthRefusal as refusal:
        if refusal.code == "unknown_rule":
            raise NotForYou from refusal
        raise


def _advice(request: Request, uid: UUID, code: str) -> dict[str, object]:
    person = person_of_health(request.actor, uid)
    return dict(shapes.AdviceSerializer(advice_of(request.actor, person, code)).data)
