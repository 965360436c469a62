"""Calls about « Mon bilan prévention »: the questionnaire of one's age, its answers, its paper and its visit."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from carnet.api import checkup_shapes as shapes
from carnet.checkup_pdf import checkup_file
from carnet.selectors.checkups import checkup_page
from carnet.selectors.prevention import calendar_of
from carnet.services import checkups
from carnet.services.health_reading import open_checkup
from core.access import Space, access
from core.api import ApiView
from core.api.views import Refusals


@access(
    resource="carnet.checkupform", action={"GET": "read", "PUT": "change"}, spaces={Space.PATIENT}, second_factor=True
)
class CheckupView(ApiView):
    refusals: ClassVar[Refusals] = {
        "PUT": {422: ["consent_required", "not_this_age", "unknown_question", "text_too_long"]}
    }

    @extend_schema(responses=shapes.CheckupSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        """The questionnaire of the person's age, with the answers kept or, before, what the profile says; 404 without one."""
        return Response(shapes.CheckupSerializer(checkup_page(request.actor, uid)).data)

    @extend_schema(request=shapes.CheckupBody, responses=shapes.CheckupSerializer)
    def put(self, request: Request, uid: UUID) -> Response:
        """Keep these answers, all of them; the first time, `agreed` says that they may be kept."""
        body = shapes.CheckupBody(data=request.data)
        body.is_valid(raise_exception=True)
        page = checkup_page(request.actor, uid)
        checkups.save_checkup(
            actor=request.actor, patient=uid, questionnaire=page.questionnaire.code, **body.validated_data
        )
        return Response(shapes.CheckupSerializer(checkup_page(request.actor, uid)).data)


@access(resource="carnet.checkupform", action={"DELETE": "change"}, spaces={Space.PATIENT}, second_factor=True)
class CheckupFormView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Erase the answers, and with them the agreement to keep them."""
        checkups.erase_checkup(actor=request.actor, checkup=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(
    resource="carnet.checkupform",
    action={"PUT": "change", "DELETE": "change"},
    spaces={Space.PATIENT},
    second_factor=True,
)
class CheckupVisitView(ApiView):
    refusals: ClassVar[Refusals] = {"PUT": {422: ["visit_over"]}}

    @extend_schema(request=shapes.VisitBody, responses={204: None})
    def put(self, request: Request, uid: UUID) -> Response:
        """Join the answers to a visit to come: who performs it reads them until the day after."""
        body = shapes.VisitBody(data=request.data)
        body.is_valid(raise_exception=True)
        checkups.join_checkup(actor=request.actor, checkup=uid, appointment=body.validated_data["appointment"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Take them back."""
        checkups.join_checkup(actor=request.actor, checkup=uid, appointment=None)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="carnet.checkupform", action="open", spaces={Space.PATIENT, Space.PRACTICE}, second_factor=True)
class CheckupPaperView(ApiView):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """The answers as a PDF: for the person, and for the practitioner of the visit they are joined to."""
        form = open_checkup(actor=request.actor, checkup=uid)
        due = calendar_of(request.actor, form.patient).due if request.actor.space == Space.PATIENT else ()
        answer = HttpResponse(checkup_file(form, due), content_type="application/pdf")
        answer["Content-Disposition"] = 'attachment; filename="bilan.pdf"'
        answer["Cache-Control"] = "private, no-store"
        return answer
