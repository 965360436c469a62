"""Calls about the shares of a whole record, and the professionals kept out of it."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from carnet.api import document_shapes, record_shapes
from carnet.api.whose import whose
from carnet.selectors.sharing import shares_of
from carnet.services import sharing
from core.access import Space, access
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals

WHOSE = OpenApiParameter("patient", OpenApiTypes.UUID)


@access(resource="carnet.grant", action={"GET": "read", "POST": "create"}, spaces={Space.PATIENT}, second_factor=True)
class RecordGrantsView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {
            409: ["already_shared"],
            422: ["no_recipient", "end_impossible", "visit_over", "recipient_blocked", "too_many_shares"],
        }
    }

    @extend_schema(parameters=[WHOSE], responses=record_shapes.ShareSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The live shares of a record and of its documents, latest first."""
        found = shares_of(request.actor, whose(request, request.query_params.get("patient")))
        return self.page(found.shares, record_shapes.ShareSerializer)

    @extend_schema(request=record_shapes.RecordGrantBody, responses={201: document_shapes.GrantSerializer})
    def post(self, request: Request) -> Response:
        """Share a whole record: its documents that are not hidden, and the health profile."""
        body = record_shapes.RecordGrantBody(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        patient = whose(request, values.pop("patient", None))
        grant = sharing.create_grant(actor=request.actor, patient=patient, claim=self.claim, **values)
        return Response(document_shapes.GrantSerializer(grant).data, status=status.HTTP_201_CREATED)


@access(
    resource="carnet.accessblock", action={"GET": "read", "POST": "create"}, spaces={Space.PATIENT}, second_factor=True
)
class BlocksView(ApiView):
    refusals: ClassVar[Refusals] = {"POST": {409: ["already_blocked"], 422: ["no_recipient"]}}

    @extend_schema(parameters=[WHOSE], responses=record_shapes.BlockSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The professionals kept out of a record."""
        found = shares_of(request.actor, whose(request, request.query_params.get("patient")))
        return self.page(found.blocks, record_shapes.BlockSerializer)

    @extend_schema(request=record_shapes.BlockBody, responses={201: record_shapes.BlockSerializer})
    def post(self, request: Request) -> Response:
        """Keep a professional out, at once and whatever is shared."""
        body = record_shapes.BlockBody(data=request.data)
        body.is_valid(raise_exception=True)
        block = sharing.block_practitioner(
            actor=request.actor,
            patient=whose(request, body.validated_data.get("patient")),
            practitioner=body.validated_data["practitioner"],
        )
        return Response(record_shapes.BlockSerializer(block).data, status=status.HTTP_201_CREATED)


@access(resource="carnet.accessblock", action={"DELETE": "lift"}, spaces={Space.PATIENT}, second_factor=True)
class BlockView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Let the shares count again."""
        sharing.lift_block(actor=request.actor, block=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)
