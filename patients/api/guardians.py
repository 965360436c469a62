"""Calls about rights to act: who holds them, invitations, and how they end."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import Space, access
from core.api import ApiView
from core.api.views import Refusals
from patients.api import serializers as shapes
from patients.selectors import invitation_for, inviting_person, person, person_page
from patients.services.guardians import hide_contact, revoke_guardianship
from patients.services.invitations import accept_invitation, invite_guardian, withdraw_invitation


@access(resource="patients.guardianship", spaces={Space.PATIENT})
class GuardiansView(ApiView):
    @extend_schema(responses=shapes.GuardianSerializer(many=True))
    def get(self, request: Request, uid: UUID) -> Response:
        """Who acts for this person. Hidden contact details are empty."""
        return self.page(list(person_page(request.actor, uid).guardians), shapes.GuardianSerializer)


@access(resource="patients.guardianship", action={"PATCH": "hide_contact", "DELETE": "end"}, spaces={Space.PATIENT})
class GuardianshipView(ApiView):
    refusals: ClassVar[Refusals] = {"DELETE": {422: ["has_upcoming_visits"]}}

    @extend_schema(request=shapes.ContactBody, responses={204: None})
    def patch(self, request: Request, uid: UUID) -> Response:
        """Show or hide one's own contact details to the other guardians."""
        body = shapes.ContactBody(data=request.data)
        body.is_valid(raise_exception=True)
        hide_contact(actor=request.actor, guardianship=uid, hidden=body.validated_data["contact_hidden"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """End a right: the person takes it back, or the guardian gives it up."""
        revoke_guardianship(actor=request.actor, guardianship=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="patients.invitation", action={"GET": "read", "POST": "create"}, spaces={Space.PATIENT})
class InvitationsView(ApiView):
    refusals: ClassVar[Refusals] = {"POST": {422: ["own_address", "too_many_invitations"]}}

    @extend_schema(responses=shapes.InvitationSerializer(many=True))
    def get(self, request: Request, uid: UUID) -> Response:
        """Invitations about this person that wait for an answer, among those one may see."""
        return self.page(list(person_page(request.actor, uid).invitations), shapes.InvitationSerializer)

    @extend_schema(request=shapes.InvitationBody, responses={201: shapes.InvitationSerializer})
    def post(self, request: Request, uid: UUID) -> Response:
        """Invite an address for seven days; the answer is the same whether or not it has an account."""
        inviting_person(request.actor, uid)
        body = shapes.InvitationBody(data=request.data)
        body.is_valid(raise_exception=True)
        sent = invite_guardian(actor=request.actor, patient=uid, **body.validated_data)
        return Response(shapes.InvitationSerializer(sent).data, status=status.HTTP_201_CREATED)


@access(resource="patients.invitation", action={"GET": "accept", "DELETE": "withdraw"}, spaces={Space.PATIENT})
class InvitationView(ApiView):
    @extend_schema(responses=shapes.OfferSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        """The invitation, for the account whose verified address was invited."""
        return Response(shapes.OfferSerializer(invitation_for(request.actor, uid)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Take an invitation back."""
        withdraw_invitation(actor=request.actor, invitation=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="patients.invitation", action="accept", spaces={Space.PATIENT})
class InvitationAcceptanceView(ApiView):
    refusals: ClassVar[Refusals] = {"POST": {409: ["already_guardian"]}}

    @extend_schema(request=None, responses={201: shapes.PersonSerializer})
    def post(self, request: Request, uid: UUID) -> Response:
        """Accept: the person is then among those one acts for."""
        right = accept_invitation(actor=request.actor, invitation=uid)
        answer = shapes.PersonSerializer(person(request.actor, right.patient.uid)).data
        return Response(answer, status=status.HTTP_201_CREATED)
