"""Calls about people: oneself, relatives, and the files that practices keep on them."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import Space, access
from core.api import ApiView
from core.api.views import Refusals
from core.idempotency import HEADER, Claim, claim_of
from patients.api import serializers as shapes
from patients.models import Patient
from patients.selectors import SELF, own_identity, people_of, person
from patients.services.identity import create_own_identity, update_patient
from patients.services.linking import confirm_link_code, request_link_code
from patients.services.relatives import add_relative, remove_relative

OPTIONAL_KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    pattern=r"^[\x21-\x7e]{1,255}$",
    description=gettext_lazy("Facultatif ici : la même valeur rend le même résultat pendant 24 heures."),
)


@access(resource="patients.patient", action={"GET": "read", "POST": "create"}, spaces={Space.PATIENT})
class PatientsView(ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {
            400: ["idempotency_key_invalid"],
            409: ["identity_exists", "relative_exists"],
            422: ["attestation_required", "adult_child", "too_many_relatives", "idempotency_conflict"],
        }
    }

    @extend_schema(responses=shapes.PersonSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Oneself first, then those one acts for."""
        return self.page(people_of(request.actor, "read"), shapes.PersonSerializer)

    @extend_schema(request=shapes.PersonBody, responses={201: shapes.PersonSerializer}, parameters=[OPTIONAL_KEY])
    def post(self, request: Request) -> Response:
        """Give one's own identity, or add a relative with `attested: true`."""
        body = shapes.PersonBody(data=request.data)
        body.is_valid(raise_exception=True)
        added = _create(request, dict(body.validated_data))
        answer = shapes.PersonSerializer(person(request.actor, added.uid)).data
        return Response(answer, status=status.HTTP_201_CREATED)


@access(
    resource="patients.patient",
    action={"GET": "read", "PATCH": "edit", "DELETE": "remove"},
    spaces={Space.PATIENT},
)
class PatientView(ApiView):
    refusals: ClassVar[Refusals] = {
        "PATCH": {422: ["identity_owned", "birth_date_confirmed", "adult_child"]},
        "DELETE": {422: ["own_identity_kept", "has_upcoming_visits"]},
    }

    @extend_schema(responses=shapes.PersonSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        return Response(shapes.PersonSerializer(person(request.actor, uid)).data)

    @extend_schema(request=shapes.IdentityBody(partial=True), responses=shapes.PersonSerializer)
    def patch(self, request: Request, uid: UUID) -> Response:
        """Correct an identity: one's own, or that of a person without an account."""
        body = shapes.IdentityBody(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        update_patient(actor=request.actor, patient=uid, changes=body.validated_data)
        return Response(shapes.PersonSerializer(person(request.actor, uid)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Stop acting for a person. Refused while a visit to come would be left to nobody."""
        remove_relative(actor=request.actor, patient=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="patients.record", action="link", spaces={Space.PATIENT})
class LinkCodesView(ApiView):
    @extend_schema(request=shapes.LinkBody, responses={202: None})
    def post(self, request: Request, uid: UUID) -> Response:
        """Ask for a code at the contact in the practice's file; the answer is the same whether or not there is one."""
        body = shapes.LinkBody(data=request.data)
        body.is_valid(raise_exception=True)
        request_link_code(actor=request.actor, patient=uid, **body.validated_data)
        return Response(status=status.HTTP_202_ACCEPTED)


@access(resource="patients.record", action="link", spaces={Space.PATIENT})
class LinkCodeConfirmationView(ApiView):
    refusals: ClassVar[Refusals] = {"POST": {422: ["code_wrong"]}}

    @extend_schema(request=shapes.LinkCodeBody, responses={204: None})
    def post(self, request: Request, uid: UUID) -> Response:
        """Give the code back: the practice then knows the person."""
        body = shapes.LinkCodeBody(data=request.data)
        body.is_valid(raise_exception=True)
        confirm_link_code(actor=request.actor, patient=uid, **body.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _create(request: Request, asked: dict[str, Any]) -> Patient:
    relation, attested = asked.pop("relation", None), asked.pop("attested")
    claim = _claim(request)
    if relation == SELF or (relation is None and own_identity(request.actor) is None):
        return create_own_identity(actor=request.actor, claim=claim, **asked)
    if relation is None:
        raise serializers.ValidationError(
            {"relation": [serializers.ErrorDetail(_("Ce champ est nécessaire."), "required")]}
        )
    return add_relative(actor=request.actor, relation=relation, attested=attested, claim=claim, **asked)


def _claim(request: Request) -> Claim | None:
    """The claim of the call when it brings a key: here it is welcome, not required."""
    return claim_of(request._request) if HEADER in request.headers else None
