"""Calls that write a profile: who treats, measures, whom to call, and the document that shows a dose."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from carnet.api import health_shapes as shapes
from carnet.api import record_shapes
from carnet.services import dose_proofs, measures
from core.access import Space, access
from core.api import ApiView
from core.api.views import Refusals


@access(resource="carnet.measure", action={"POST": "add"}, spaces={Space.PATIENT}, second_factor=True)
class MeasuresView(ApiView):
    refusals: ClassVar[Refusals] = {"POST": {422: ["measure_impossible", "date_impossible", "too_many"]}}

    @extend_schema(request=shapes.MeasureBody, responses={201: shapes.MeasureSerializer})
    def post(self, request: Request, uid: UUID) -> Response:
        """Note a measure."""
        body = shapes.MeasureBody(data=request.data)
        body.is_valid(raise_exception=True)
        noted = measures.note_measure(actor=request.actor, patient=uid, **body.validated_data)
        return Response(shapes.MeasureSerializer(noted).data, status=status.HTTP_201_CREATED)


@access(resource="carnet.measure", action={"DELETE": "change"}, spaces={Space.PATIENT}, second_factor=True)
class MeasureView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Erase a measure."""
        measures.remove_measure(actor=request.actor, measure=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="carnet.emergencycontact", action={"POST": "add"}, spaces={Space.PATIENT}, second_factor=True)
class ContactsView(ApiView):
    refusals: ClassVar[Refusals] = {"POST": {422: ["text_missing", "phone_impossible", "too_many"]}}

    @extend_schema(request=shapes.ContactBody, responses={201: shapes.ContactSerializer})
    def post(self, request: Request, uid: UUID) -> Response:
        """Add somebody to call."""
        body = shapes.ContactBody(data=request.data)
        body.is_valid(raise_exception=True)
        added = measures.add_emergency_contact(actor=request.actor, patient=uid, **body.validated_data)
        return Response(shapes.ContactSerializer(added).data, status=status.HTTP_201_CREATED)


@access(resource="carnet.emergencycontact", action={"DELETE": "change"}, spaces={Space.PATIENT}, second_factor=True)
class ContactView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Take somebody off the list."""
        measures.remove_emergency_contact(actor=request.actor, contact=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(
    resource="carnet.vaccination",
    action={"PUT": "change", "DELETE": "change"},
    spaces={Space.PATIENT},
    second_factor=True,
)
class ProofView(ApiView):
    refusals: ClassVar[Refusals] = {"PUT": {409: ["confirmed"], 422: ["not_a_proof"]}, "DELETE": {409: ["confirmed"]}}

    @extend_schema(request=record_shapes.ProofBody, responses=shapes.VaccinationSerializer)
    def put(self, request: Request, uid: UUID) -> Response:
        """Tie a dose to the document that shows it."""
        body = record_shapes.ProofBody(data=request.data)
        body.is_valid(raise_exception=True)
        found = dose_proofs.prove_dose(actor=request.actor, vaccination=uid, document=body.validated_data["document"])
        return Response(shapes.VaccinationSerializer(found).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Untie it: the dose is declared again."""
        dose_proofs.prove_dose(actor=request.actor, vaccination=uid, document=None)
        return Response(status=status.HTTP_204_NO_CONTENT)
