"""Calls about the reasons of a practice, and about how its agendas offer them."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import Actor, Space, access
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals
from practitioners.api import reason_shapes as shapes
from practitioners.selectors.agendas import offer_arranged, reason_shaped, reasons_shaped
from practitioners.services.offers import change_offer, remove_offer, set_offer
from practitioners.services.visit_reasons import change_reason, create_reason

REASON_REFUSALS = [
    "value_out_of_range",
    "specialty_unknown",
    "kind_unknown",
    "too_many_questions",
    "question_unknown",
    "redirect_to_itself",
]
OFFER_REFUSALS = ["value_out_of_range", "online_or_referrals", "modes_empty", "video_link_required"]


@access(resource="practitioners.visitreason", action={"GET": "manage", "POST": "manage"}, spaces={Space.PRACTICE})
class VisitReasonsView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {"POST": {404: ["not_found"], 422: REASON_REFUSALS}}

    @extend_schema(parameters=[shapes.ReasonQuery], responses=shapes.PracticeReasonSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The reasons of the practice, in its order; with `archived=true` those it has put away."""
        query = shapes.ReasonQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = reasons_shaped(request.actor, archived=query.validated_data["archived"])
        return self.page(rows, shapes.PracticeReasonSerializer)

    @extend_schema(request=shapes.ReasonChanges, responses={201: shapes.PracticeReasonSerializer})
    def post(self, request: Request) -> Response:
        """Add a reason. No agenda offers it yet."""
        body = shapes.ReasonChanges(data=request.data)
        body.is_valid(raise_exception=True)
        reason = create_reason(actor=request.actor, fields=body.validated_data, claim=self.claim)
        return _reason(request.actor, reason.uid, status.HTTP_201_CREATED)


@access(resource="practitioners.visitreason", action={"GET": "manage", "PATCH": "manage"}, spaces={Space.PRACTICE})
class VisitReasonView(ApiView):
    refusals: ClassVar[Refusals] = {
        "GET": {404: ["not_found"]},
        "PATCH": {404: ["not_found"], 422: [*REASON_REFUSALS, "specialty_in_use"]},
    }

    @extend_schema(responses=shapes.PracticeReasonSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        return _reason(request.actor, uid)

    @extend_schema(request=shapes.ReasonChanges, responses=shapes.PracticeReasonSerializer)
    def patch(self, request: Request, uid: UUID) -> Response:
        """Change, archive or bring back a reason. What is booked keeps its name."""
        body = shapes.ReasonChanges(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        change_reason(actor=request.actor, visit_reason=uid, changes=body.validated_data)
        return _reason(request.actor, uid)


@access(
    resource="practitioners.agendareason",
    action={"GET": "manage", "PUT": "manage", "PATCH": "manage", "DELETE": "manage"},
    spaces={Space.PRACTICE},
)
class OfferView(ApiView):
    refusals: ClassVar[Refusals] = {
        "GET": {404: ["not_found"]},
        "PUT": {404: ["not_found"], 422: [*OFFER_REFUSALS, "reason_archived", "specialty_mismatch"]},
        "PATCH": {404: ["not_found"], 422: OFFER_REFUSALS},
        "DELETE": {404: ["not_found"]},
    }

    @extend_schema(responses=shapes.AgendaOfferSerializer)
    def get(self, request: Request, uid: UUID, agenda: UUID) -> Response:
        return _offer(request.actor, uid, agenda)

    @extend_schema(request=shapes.OfferBody, responses=shapes.AgendaOfferSerializer)
    def put(self, request: Request, uid: UUID, agenda: UUID) -> Response:
        """Have the agenda offer the reason on exactly these terms; those left out take their usual value."""
        body = shapes.OfferBody(data=request.data)
        body.is_valid(raise_exception=True)
        set_offer(actor=request.actor, visit_reason=uid, agenda=agenda, terms=body.validated_data)
        return _offer(request.actor, uid, agenda)

    @extend_schema(request=shapes.OfferBody, responses=shapes.AgendaOfferSerializer)
    def patch(self, request: Request, uid: UUID, agenda: UUID) -> Response:
        """Change some terms. What is booked keeps its length, price and delays."""
        body = shapes.OfferBody(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        change_offer(actor=request.actor, visit_reason=uid, agenda=agenda, changes=body.validated_data)
        return _offer(request.actor, uid, agenda)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID, agenda: UUID) -> Response:
        """Stop offering the reason in this agenda. What is booked stays."""
        remove_offer(actor=request.actor, visit_reason=uid, agenda=agenda)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _reason(actor: Actor, uid: UUID, code: int = status.HTTP_200_OK) -> Response:
    return Response(shapes.PracticeReasonSerializer(reason_shaped(actor, uid)).data, status=code)


def _offer(actor: Actor, visit_reason: UUID, agenda: UUID) -> Response:
    return Response(shapes.AgendaOfferSerializer(offer_arranged(actor, visit_reason, agenda)).data)
