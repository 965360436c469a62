"""Calls of the practice's side: the records open to me, what they hold, and what I send."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from carnet.api import document_shapes, health_shapes, record_shapes
from carnet.api.documents import OF_A_FILE
from carnet.selectors.documents import document_page
from carnet.selectors.practice import opened_record, shared_with_me
from carnet.services import dose_proofs, given_doses
from carnet.services.reading import open_record
from carnet.services.sending import send_document
from carnet.services.versions import send_version
from core.access import Space, access, may
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals


@access(resource="patients.patient", action="read_documents", spaces={Space.PRACTICE}, second_factor=True)
class RecordsView(ApiView):
    @extend_schema(responses=record_shapes.SharedRecordSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The records open to me in this practice."""
        return self.page(shared_with_me(request.actor), record_shapes.SharedRecordSerializer)


@access(resource="patients.patient", action="read_documents", spaces={Space.PRACTICE}, second_factor=True)
class RecordView(ApiView):
    @extend_schema(responses=document_shapes.DocumentSerializer(many=True))
    def get(self, request: Request, uid: UUID) -> Response:
        """The documents of a record that I may read; the reading is in the journal of the person."""
        found = opened_record(request.actor, open_record(actor=request.actor, patient=uid))
        return self.page(found.lines, document_shapes.DocumentSerializer)


@access(resource="patients.patientrecord", action={"POST": "work"}, spaces={Space.PRACTICE}, second_factor=True)
class SentView(IdempotentMixin, ApiView):
    parser_classes = [MultiPartParser]
    refusals: ClassVar[Refusals] = {
        "POST": {
            409: OF_A_FILE[409],
            413: OF_A_FILE[413],
            422: [*OF_A_FILE[422], "no_account", "note_missing"],
        }
    }

    @extend_schema(
        request={"multipart/form-data": record_shapes.SentBody}, responses={201: document_shapes.DocumentSerializer}
    )
    def post(self, request: Request, uid: UUID) -> Response:
        """Send a file or a note to the person of a file of the practice, who is told without a word of it."""
        body = record_shapes.SentBody(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        sent = send_document(
            actor=request.actor,
            record=uid,
            upload=values.pop("file", None),
            dated_on=values.pop("date", None),
            claim=self.claim,
            **values,
        )
        # Who may send and not read, as the secretariat, gets the number alone.
        shown = {"id": str(sent.uid)}
        if may(request.actor, "read", sent):
            shown = dict(document_shapes.DocumentSerializer(document_page(request.actor, sent.uid).line).data)
        return Response(shown, status=status.HTTP_201_CREATED)


@access(resource="carnet.document", action={"POST": "revise"}, spaces={Space.PRACTICE}, second_factor=True)
class SentVersionsView(IdempotentMixin, ApiView):
    parser_classes = [MultiPartParser]
    refusals: ClassVar[Refusals] = {
        "POST": {
            404: ["no_file"],
            409: [*OF_A_FILE[409], "being_scanned", "scan_refused", "in_the_bin"],
            413: OF_A_FILE[413],
            422: [*OF_A_FILE[422], "too_many_versions"],
        }
    }

    @extend_schema(
        request={"multipart/form-data": record_shapes.VersionBody}, responses={201: document_shapes.DocumentSerializer}
    )
    def post(self, request: Request, uid: UUID) -> Response:
        """Send a newer file of a document that I sent; the person is told, and keeps the former one."""
        body = record_shapes.VersionBody(data=request.data)
        body.is_valid(raise_exception=True)
        sent = send_version(actor=request.actor, document=uid, upload=body.validated_data["file"], claim=self.claim)
        shown = document_shapes.DocumentSerializer(document_page(request.actor, sent.uid).line).data
        return Response(shown, status=status.HTTP_201_CREATED)


@access(resource="carnet.vaccination", action={"POST": "confirm"}, spaces={Space.PRACTICE}, second_factor=True)
class GivenView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {409: ["already_noted"], 422: ["date_impossible", "no_vaccine", "unknown_vaccine", "too_many"]}
    }

    @extend_schema(request=health_shapes.GivenBody, responses={201: health_shapes.VaccinationSerializer(many=True)})
    def post(self, request: Request, uid: UUID) -> Response:
        """Note doses that I gave, in a record that I may add to; they are confirmed in my name."""
        body = health_shapes.GivenBody(data=request.data)
        body.is_valid(raise_exception=True)
        noted = given_doses.give_doses(actor=request.actor, patient=uid, claim=self.claim, **body.validated_data)
        shown = health_shapes.VaccinationSerializer(noted, many=True).data
        return Response(shown, status=status.HTTP_201_CREATED)


@access(
    resource="carnet.vaccination",
    action={"PUT": "confirm", "DELETE": "confirm"},
    spaces={Space.PRACTICE},
    second_factor=True,
)
class ConfirmationView(ApiView):
    refusals: ClassVar[Refusals] = {"DELETE": {422: ["not_confirmed_by_you"]}}

    @extend_schema(request=None, responses=health_shapes.VaccinationSerializer)
    def put(self, request: Request, uid: UUID) -> Response:
        """Confirm a dose of a record that I may add to."""
        found = dose_proofs.confirm_dose(actor=request.actor, vaccination=uid)
        return Response(health_shapes.VaccinationSerializer(found).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Take my confirmation back."""
        dose_proofs.take_back_confirmation(actor=request.actor, vaccination=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)
