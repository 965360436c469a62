"""Calls about the agendas of a practice."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import Space, access
from core.api import ApiView, IdempotentMixin
from core.api.fields import CleanCharField
from core.api.views import Refusals
from practitioners import bounds
from practitioners.api.fields import WholeNumber
from practitioners.enums import BlockCause
from practitioners.models import Agenda
from practitioners.selectors.agendas import agenda_run, agendas_run
from practitioners.services.agendas import change_agenda, create_agenda

REFUSED_VALUES = ["value_out_of_range", "video_link_invalid"]


class AgendaSettingsBody(serializers.Serializer):
    """`online` opens or closes the practice's own block; what others have closed stays closed."""

    accepts_new_patients = serializers.BooleanField(required=False)
    video_link = CleanCharField(required=False, allow_blank=True, max_length=200)
    repeat_limit_days = WholeNumber(bounds=bounds.AGENDA["repeat_limit_days"], required=False)
    upcoming_limit = WholeNumber(bounds=bounds.AGENDA["upcoming_limit"], required=False)
    online = serializers.BooleanField(required=False)


class AgendaBody(AgendaSettingsBody):
    practitioner = serializers.SlugField(max_length=140)
    location = serializers.UUIDField()


class AgendaPractitioner(serializers.Serializer):
    slug = serializers.SlugField()
    name = serializers.CharField(source="display_name")


class AgendaLocation(serializers.Serializer):
    id = serializers.UUIDField(source="uid")
    name = serializers.CharField()
    street = serializers.CharField()
    postcode = serializers.CharField()
    city = serializers.CharField(source="place.name")


class OnlineBlockSerializer(serializers.Serializer):
    cause = serializers.ChoiceField(choices=BlockCause.choices)
    since = serializers.DateTimeField(source="opened_at")


class RunAgendaSerializer(serializers.Serializer):
    """`online` is the practice's own switch; one can book online when `online_blocks` is empty."""

    id = serializers.UUIDField(source="uid")
    practitioner = AgendaPractitioner()
    location = AgendaLocation()
    timezone = serializers.CharField(source="location.timezone")
    accepts_new_patients = serializers.BooleanField()
    video_link = serializers.CharField(allow_blank=True)
    repeat_limit_days = serializers.IntegerField()
    upcoming_limit = serializers.IntegerField()
    online = serializers.SerializerMethodField()
    online_blocks = OnlineBlockSerializer(many=True, source="open_blocks")

    def get_online(self, agenda: Any) -> bool:
        return all(block.cause != BlockCause.OWNER for block in agenda.open_blocks)


@access(resource="practitioners.agenda", action={"GET": "manage", "POST": "create"}, spaces={Space.PRACTICE})
class AgendasView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {"POST": {404: ["not_found"], 409: ["agenda_exists"], 422: REFUSED_VALUES}}

    @extend_schema(responses=RunAgendaSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The agendas that the person runs in the practice."""
        return self.page(agendas_run(request.actor), RunAgendaSerializer)

    @extend_schema(request=AgendaBody, responses={201: RunAgendaSerializer})
    def post(self, request: Request) -> Response:
        """Open the agenda of a practitioner of the practice at one of its locations. Owners only."""
        body = AgendaBody(data=request.data)
        body.is_valid(raise_exception=True)
        settings: Any = dict(body.validated_data)
        practitioner, location = settings.pop("practitioner"), settings.pop("location")
        agenda = create_agenda(
            actor=request.actor, practitioner=practitioner, location=location, settings=settings, claim=self.claim
        )
        return _answer(agenda_run(request.actor, agenda.uid), status.HTTP_201_CREATED)


@access(resource="practitioners.agenda", action={"GET": "manage", "PATCH": "arrange"}, spaces={Space.PRACTICE})
class AgendaView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {404: ["not_found"]}, "PATCH": {404: ["not_found"], 422: REFUSED_VALUES}}

    @extend_schema(responses=RunAgendaSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        return _answer(agenda_run(request.actor, uid))

    @extend_schema(request=AgendaSettingsBody, responses=RunAgendaSerializer)
    def patch(self, request: Request, uid: UUID) -> Response:
        """Change how the agenda receives. What is booked stays as it is."""
        body = AgendaSettingsBody(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        change_agenda(actor=request.actor, agenda=uid, changes=body.validated_data)
        return _answer(agenda_run(request.actor, uid))


def _answer(agenda: Agenda, code: int = status.HTTP_200_OK) -> Response:
    return Response(RunAgendaSerializer(agenda).data, status=code)
