"""Calls about one's own data. All of them ask for the second factor."""

from __future__ import annotations

from typing import ClassVar, cast
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from carnet.downloads import document_response
from core.access import Space, access
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals
from custody.api import shapes
from custody.selectors.consents import consents_of
from custody.selectors.mine import copies_of
from custody.services import archives, consents


@access(resource="custody.consent", action="read", spaces={Space.PATIENT}, second_factor=True)
class AgreementsView(ApiView):
    @extend_schema(responses=shapes.AgreementSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Everything the account agreed to, purpose by purpose, with the words of the day; those in force first."""
        found = [one for purpose in consents_of(request.actor) for one in purpose.agreements]
        return self.page(found, shapes.AgreementSerializer)


@access(resource="custody.consent", action={"DELETE": "withdraw"}, spaces={Space.PATIENT}, second_factor=True)
class AgreementView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, purpose: str, key: str) -> Response:
        """Take an agreement back; it counts at once, and twice is once."""
        consents.withdraw(actor=request.actor, purpose=purpose, key=key)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(
    resource="custody.dataarchive",
    action={"GET": "read", "POST": "create"},
    spaces={Space.PATIENT},
    second_factor=True,
)
class CopiesView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {"POST": {409: ["archive_waiting"], 429: ["too_many_requests"]}}

    @extend_schema(responses=shapes.CopySerializer(many=True))
    def get(self, request: Request) -> Response:
        """The copy that waits or is ready: one, or none."""
        return self.page(copies_of(request.actor), shapes.CopySerializer)

    @extend_schema(request=None, responses={202: shapes.CopySerializer})
    def post(self, request: Request) -> Response:
        """Ask for a copy; it replaces the one before, and an e-mail says when it is ready."""
        made = archives.request_archive(actor=request.actor, user=cast(User, request.user), claim=self.claim)
        return Response(shapes.CopySerializer(made).data, status=status.HTTP_202_ACCEPTED)


@access(resource="custody.dataarchive", action={"DELETE": "delete"}, spaces={Space.PATIENT}, second_factor=True)
class CopyView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Throw a copy away before its time."""
        archives.forget_archive(actor=request.actor, archive=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="custody.dataarchive", action="read", spaces={Space.PATIENT}, second_factor=True)
class CopyContentView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {410: ["archive_gone"], 503: ["archive_unreadable"]}}

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, uid: UUID) -> HttpResponseBase:
        """The ZIP, once its fetching is written down; `Range` is honoured."""
        return document_response(request._request, archives.open_archive(actor=request.actor, archive=uid))
