"""Calls by which a practice writes its opening hours and asks why a start is hidden."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from booking.api import hours_shapes as shapes
from booking.selectors.affected import visits_outside_hours
from booking.selectors.hours import agenda_arranged, hidden_day, opening_arranged, openings_arranged
from booking.services.opening import (
    add_opening,
    change_occurrence,
    change_opening,
    remove_opening,
    split_opening,
)
from core.access import Actor, Space, access
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals

HOURS_REFUSALS = [
    "hours_empty",
    "hours_reversed",
    "span_out_of_range",
    "dates_reversed",
    "date_out_of_range",
    "interval_below_one",
    "interval_too_long",
    "weekday_unknown",
    "rank_unknown",
    "once_is_one_day",
    "never_occurs",
    "too_many_exclusions",
]
OPENING_REFUSALS = [*HOURS_REFUSALS, "released_out_of_range", "reasons_empty", "reason_not_offered"]
BUSY = {404: ["not_found"], 503: ["agenda_busy"]}


@access(resource="booking.openinghours", action={"GET": "manage", "POST": "manage"}, spaces={Space.PRACTICE})
class OpeningHoursView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "GET": {404: ["not_found"]},
        "POST": {**BUSY, 422: [*OPENING_REFUSALS, "too_many_rules"]},
    }

    @extend_schema(parameters=[shapes.AgendaQuery], responses=shapes.OpeningSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The opening hours of the agendas the person arranges, or of one of them."""
        query = shapes.AgendaQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = openings_arranged(request.actor, query.validated_data.get("agenda"))
        return self.page(rows, shapes.OpeningSerializer)

    @extend_schema(request=shapes.OpeningBody, responses={201: shapes.OpeningWritten})
    def post(self, request: Request) -> Response:
        """Open a window: every week and for all reasons unless said otherwise. Windows may overlap."""
        fields = _read(shapes.OpeningBody(data=request.data))
        agenda = fields.pop("agenda")
        row = add_opening(actor=request.actor, agenda=agenda, fields=fields, claim=self.claim)
        return _answer(request.actor, row.uid, status.HTTP_201_CREATED)


@access(
    resource="booking.openinghours",
    action={"GET": "manage", "PATCH": "manage", "DELETE": "manage"},
    spaces={Space.PRACTICE},
)
class OpeningView(ApiView):
    refusals: ClassVar[Refusals] = {
        "GET": {404: ["not_found"]},
        "PATCH": {**BUSY, 422: OPENING_REFUSALS},
        "DELETE": BUSY,
    }

    @extend_schema(responses=shapes.OpeningSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        return Response(shapes.OpeningSerializer(opening_arranged(request.actor, uid)).data)

    @extend_schema(request=shapes.OpeningChanges, responses=shapes.OpeningWritten)
    def patch(self, request: Request, uid: UUID) -> Response:
        """Change a window on all its dates; an occurrence is removed by adding it to `excluded_on`."""
        changes = _read(shapes.OpeningChanges(data=request.data, partial=True))
        change_opening(actor=request.actor, opening=uid, changes=changes)
        return _answer(request.actor, uid)

    @extend_schema(responses={200: shapes.AffectedSerializer})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Close a window for good. What is booked stays, and what fits in no window is listed."""
        agenda = agenda_arranged(request.actor, opening_arranged(request.actor, uid).agenda.uid)
        remove_opening(actor=request.actor, opening=uid)
        affected = visits_outside_hours(request.actor, agenda)
        return Response(shapes.affected_of(affected, agenda.location.timezone))


@access(resource="booking.openinghours", action={"POST": "manage"}, spaces={Space.PRACTICE})
class SplitView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {"POST": {**BUSY, 422: ["split_outside_series", "too_many_rules"]}}

    @extend_schema(request=shapes.SplitBody, responses={201: shapes.OpeningWritten})
    def post(self, request: Request, uid: UUID) -> Response:
        """Cut a series: it ends the day before `on`, and the one answered goes on from its next date."""
        body = _read(shapes.SplitBody(data=request.data))
        row = split_opening(actor=request.actor, opening=uid, day=body["on"], claim=self.claim)
        return _answer(request.actor, row.uid, status.HTTP_201_CREATED)


@access(resource="booking.openinghours", action={"POST": "manage"}, spaces={Space.PRACTICE})
class OccurrenceView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {**BUSY, 422: [*OPENING_REFUSALS, "no_occurrence", "not_a_series", "too_many_rules"]}
    }

    @extend_schema(request=shapes.OccurrenceBody, responses={201: shapes.OpeningWritten})
    def post(self, request: Request, uid: UUID) -> Response:
        """Change one date of a series: it leaves the series, and the window answered takes its place."""
        changes = _read(shapes.OccurrenceBody(data=request.data))
        day = changes.pop("on")
        row = change_occurrence(actor=request.actor, opening=uid, day=day, changes=changes, claim=self.claim)
        return _answer(request.actor, row.uid, status.HTTP_201_CREATED)


@access(resource="practitioners.agendareason", action={"GET": "manage"}, spaces={Space.PRACTICE})
class HiddenStartsView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {404: ["not_found"]}}

    @extend_schema(parameters=[shapes.HiddenQuery], responses=shapes.HiddenDaySerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        """Why starts of one day are not offered: each with the rule that hides it."""
        query = _read(shapes.HiddenQuery(data=request.query_params))
        found = hidden_day(request.actor, agenda=uid, visit_reason=query["visit_reason"], day=query["date"])
        return Response(shapes.HiddenDaySerializer(found).data)


def _read(body: serializers.Serializer) -> Any:
    """What the body says, once it is well formed."""
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _answer(actor: Actor, uid: UUID, code: int = status.HTTP_200_OK) -> Response:
    row = opening_arranged(actor, uid)
    return Response(shapes.opening_written(row, visits_outside_hours(actor, row.agenda)), status=code)
