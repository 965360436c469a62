"""Calls that name, hide, replace and throw away one document, on the patient's side."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from carnet.api import document_shapes, record_shapes
from carnet.api.documents import OF_A_FILE
from carnet.selectors.documents import document_page
from carnet.services import filing
from carnet.services.reading import open_note
from carnet.services.versions import add_version
from core.access import Space, access
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals
from core.exceptions import NotForYou


def _shown(request: Request, uid: UUID) -> dict[str, object]:
    return dict(document_shapes.DocumentSerializer(document_page(request.actor, uid).line).data)


@access(
    resource="carnet.document",
    action={"GET": "read", "PATCH": "change", "DELETE": "change"},
    spaces={Space.PATIENT},
    second_factor=True,
)
class DocumentView(ApiView):
    refusals: ClassVar[Refusals] = {
        "PATCH": {
            409: ["changed_meanwhile", "in_the_bin"],
            422: ["date_impossible", "title_missing", "text_too_long", "unknown_kind"],
        }
    }

    @extend_schema(responses=document_shapes.DocumentSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        """One document without its bytes; reading a note alone is an access."""
        page = document_page(request.actor, uid)
        if page.line.version is None and page.line.document.removed_at is None:
            open_note(actor=request.actor, document=uid)
        return Response(_shown(request, uid))

    @extend_schema(request=record_shapes.DocumentChange, responses=document_shapes.DocumentSerializer)
    def patch(self, request: Request, uid: UUID) -> Response:
        """Name it anew."""
        body = record_shapes.DocumentChange(data=request.data)
        body.is_valid(raise_exception=True)
        page = document_page(request.actor, uid)
        if not page.may_change:
            raise NotForYou
        given, line = dict(body.validated_data), page.line
        filing.change_document(
            actor=request.actor,
            document=uid,
            kind=given.get("kind", line.document.kind),
            title=given.get("title", line.words.title),
            author=given.get("author", line.words.author),
            note=given.get("note", line.words.note),
            dated_on=given.get("date", line.document.dated_on),
            expected_revision=given.get("revision"),
        )
        return Response(_shown(request, uid))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Put it in the bin, where it stays 30 days."""
        filing.remove_document(actor=request.actor, document=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="carnet.document", action={"POST": "change"}, spaces={Space.PATIENT}, second_factor=True)
class RestoreView(ApiView):
    @extend_schema(request=None, responses=document_shapes.DocumentSerializer)
    def post(self, request: Request, uid: UUID) -> Response:
        """Take it out of the bin; twice is once."""
        filing.restore_document(actor=request.actor, document=uid)
        return Response(_shown(request, uid))


@access(
    resource="carnet.document",
    action={"PUT": "change", "DELETE": "change"},
    spaces={Space.PATIENT},
    second_factor=True,
)
class HiddenView(ApiView):
    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, uid: UUID) -> Response:
        """Hide it from everybody else, whatever is shared."""
        filing.hide_document(actor=request.actor, document=uid, hidden=True)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Let the shares count again."""
        filing.hide_document(actor=request.actor, document=uid, hidden=False)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(
    resource="carnet.document",
    action={"PUT": "conceal", "DELETE": "conceal"},
    spaces={Space.PATIENT},
    second_factor=True,
)
class ConfidentialView(ApiView):
    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, uid: UUID) -> Response:
        """Keep it from one's relatives, parents included."""
        filing.conceal_document(actor=request.actor, document=uid, confidential=True)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Let relatives who may read see it again."""
        filing.conceal_document(actor=request.actor, document=uid, confidential=False)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="carnet.document", action={"POST": "change"}, spaces={Space.PATIENT}, second_factor=True)
class VersionsView(IdempotentMixin, ApiView):
    parser_classes = [MultiPartParser]
    refusals: ClassVar[Refusals] = {
        "POST": {
            404: ["no_file"],
            409: [*OF_A_FILE[409], "being_scanned", "scan_refused", "in_the_bin"],
            413: OF_A_FILE[413],
            422: [*OF_A_FILE[422], "sent_by_practice", "too_many_versions"],
        }
    }

    @extend_schema(
        request={"multipart/form-data": record_shapes.VersionBody}, responses={201: document_shapes.DocumentSerializer}
    )
    def post(self, request: Request, uid: UUID) -> Response:
        """Put a newer file in its place; the former one stays with the person."""
        body = record_shapes.VersionBody(data=request.data)
        body.is_valid(raise_exception=True)
        add_version(actor=request.actor, document=uid, upload=body.validated_data["file"], claim=self.claim)
        return Response(_shown(request, uid), status=status.HTTP_201_CREATED)
