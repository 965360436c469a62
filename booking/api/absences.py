"""Calls by which a practice writes the absences of its agendas."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from booking.api import hours_shapes as shapes
from booking.api.opening import BUSY, HOURS_REFUSALS
from booking.selectors.affected import NONE, visits_under
from booking.selectors.hours import absence_arranged, absences_arranged
from booking.services.absences import add_absence, change_absence, remove_absence
from core.access import Actor, Space, access
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals


@access(resource="booking.absence", action={"GET": "manage", "POST": "manage"}, spaces={Space.PRACTICE})
class AbsencesView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "GET": {404: ["not_found"]},
        "POST": {**BUSY, 422: [*HOURS_REFUSALS, "too_many_rules"]},
    }

    @extend_schema(parameters=[shapes.AgendaQuery], responses=shapes.AbsenceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The absences of the agendas the person arranges, or of one of them."""
        query = shapes.AgendaQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = absences_arranged(request.actor, query.validated_data.get("agenda"))
        return self.page(rows, shapes.AbsenceSerializer)

    @extend_schema(request=shapes.AbsenceBody, responses={201: shapes.AbsenceWritten})
    def post(self, request: Request) -> Response:
        """Note an absence. Visits under it stay, and are listed for the practice to decide."""
        body = shapes.AbsenceBody(data=request.data)
        body.is_valid(raise_exception=True)
        fields: Any = dict(body.validated_data)
        agenda = fields.pop("agenda")
        row = add_absence(actor=request.actor, agenda=agenda, fields=fields, claim=self.claim)
        return _answer(request.actor, row.uid, status.HTTP_201_CREATED)


@access(
    resource="booking.absence",
    action={"GET": "manage", "PATCH": "manage", "DELETE": "manage"},
    spaces={Space.PRACTICE},
)
class AbsenceView(ApiView):
    refusals: ClassVar[Refusals] = {
        "GET": {404: ["not_found"]},
        "PATCH": {**BUSY, 422: HOURS_REFUSALS},
        "DELETE": BUSY,
    }

    @extend_schema(responses=shapes.AbsenceSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        return Response(shapes.AbsenceSerializer(absence_arranged(request.actor, uid)).data)

    @extend_schema(request=shapes.AbsenceChanges, responses=shapes.AbsenceWritten)
    def patch(self, request: Request, uid: UUID) -> Response:
        """Change an absence on all its dates."""
        body = shapes.AbsenceChanges(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        change_absence(actor=request.actor, absence=uid, changes=body.validated_data)
        return _answer(request.actor, uid)

    @extend_schema(responses={200: shapes.AffectedSerializer})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Take an absence back: its time is offered again."""
        zone = absence_arranged(request.actor, uid).agenda.location.timezone
        remove_absence(actor=request.actor, absence=uid)
        return Response(shapes.affected_of(NONE, zone))


def _answer(actor: Actor, uid: UUID, code: int = status.HTTP_200_OK) -> Response:
    row = absence_arranged(actor, uid)
    return Response(shapes.absence_written(row, visits_under(actor, row)), status=code)
