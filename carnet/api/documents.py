"""Calls about documents, shares and accesses. All of them ask for the second factor."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from carnet.api import document_shapes as shapes
from carnet.api.whose import whose
from carnet.downloads import document_response
from carnet.selectors.documents import document_list, document_page
from carnet.selectors.journal import journal_of
from carnet.services import sharing
from carnet.services.deposit import add_document
from carnet.services.reading import open_document, open_record
from core.access import Space, access
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals

WHOSE = OpenApiParameter("patient", OpenApiTypes.UUID, description=_("Sa propre fiche quand rien n’est donné."))
OF_A_FILE = {
    409: ["already_there", "already_in_bin"],
    413: ["file_too_big"],
    422: [
        "file_missing",
        "file_empty",
        "type_refused",
        "file_unreadable",
        "record_full",
        "too_many_today",
        "date_impossible",
        "title_missing",
        "text_too_long",
        "unknown_kind",
    ],
}


@access(resource="carnet.document", action={"GET": "read", "POST": "add"}, spaces={Space.PATIENT}, second_factor=True)
class DocumentsView(IdempotentMixin, ApiView):
    parser_classes = [MultiPartParser]
    refusals: ClassVar[Refusals] = {"POST": OF_A_FILE}

    @extend_schema(
        parameters=[WHOSE, OpenApiParameter("q", str), OpenApiParameter("kind", str)],
        responses=shapes.DocumentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The documents of a record, latest first; `q` searches their words."""
        patient = whose(request, request.query_params.get("patient"))
        open_record(actor=request.actor, patient=patient)
        found = document_list(
            request.actor,
            patient,
            query=request.query_params.get("q", "")[:100],
            kind=request.query_params.get("kind", "")[:20],
        )
        return self.page(found.lines, shapes.DocumentSerializer)

    @extend_schema(request={"multipart/form-data": shapes.DocumentBody}, responses={201: shapes.DocumentSerializer})
    def post(self, request: Request) -> Response:
        """Add a file to a record."""
        body = shapes.DocumentBody(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        added = add_document(
            actor=request.actor,
            patient=whose(request, values.pop("patient", None)),
            upload=values.pop("file"),
            dated_on=values.pop("date", None),
            claim=self.claim,
            **values,
        )
        line = document_page(request.actor, added.uid).line
        return Response(shapes.DocumentSerializer(line).data, status=status.HTTP_201_CREATED)


@access(resource="carnet.document", action="open", spaces={Space.PATIENT, Space.PRACTICE}, second_factor=True)
class ContentView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {409: ["being_scanned", "scan_refused"], 503: ["content_unreadable"]}}

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, uid: UUID) -> HttpResponseBase:
        """The bytes, once the access is written down; `Range` is honoured."""
        return document_response(request._request, open_document(actor=request.actor, document=uid))


@access(resource="carnet.grant", action={"POST": "create"}, spaces={Space.PATIENT}, second_factor=True)
class GrantsView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {
            409: ["already_shared", "hidden_document", "in_the_bin"],
            422: ["no_recipient", "end_impossible", "visit_over", "recipient_blocked", "too_many_shares"],
        }
    }

    @extend_schema(request=shapes.GrantBody, responses={201: shapes.GrantSerializer})
    def post(self, request: Request, uid: UUID) -> Response:
        """Share one document."""
        body = shapes.GrantBody(data=request.data)
        body.is_valid(raise_exception=True)
        line = document_page(request.actor, uid).line
        grant = sharing.create_grant(
            actor=request.actor,
            patient=line.document.patient.uid,
            document=uid,
            claim=self.claim,
            **body.validated_data,
        )
        return Response(shapes.GrantSerializer(grant).data, status=status.HTTP_201_CREATED)


@access(resource="carnet.grant", action={"DELETE": "revoke"}, spaces={Space.PATIENT}, second_factor=True)
class GrantView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Take a share back, at once."""
        sharing.revoke_grant(actor=request.actor, grant=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="patients.patient", action="share_record", spaces={Space.PATIENT}, second_factor=True)
class AccessesView(ApiView):
    @extend_schema(parameters=[WHOSE], responses=shapes.AccessSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Who opened or changed what, latest first."""
        _person, lines = journal_of(request.actor, whose(request, request.query_params.get("patient")), size=500)
        return self.page(lines, shapes.AccessSerializer)
