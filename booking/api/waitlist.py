"""Calls of the waitlist: one's entries, joining, leaving, and the answers to an offer."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from booking.api import waitlist_shapes as shapes
from booking.api.serializers import AppointmentSerializer
from booking.enums import Channel
from booking.selectors.appointments import visit
from booking.selectors.waitlist import entries_of, entry_of
from booking.services.waitlist import When, accept_offer, decline_offer, join_waitlist, leave_waitlist
from booking.waitlist import Window
from core.access import Space, access
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals


@access(resource="booking.waitlistentry", action={"GET": "read", "POST": "join"}, spaces={Space.PATIENT})
class WaitlistEntriesView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {
            404: ["not_found"],
            409: ["waitlist_twice"],
            422: [
                "idempotency_conflict",
                "waitlist_full",
                "waitlist_dates",
                "waitlist_windows",
                "waitlist_agendas",
                "not_offered",
                "not_bookable",
                "mode_not_offered",
                "new_patients_refused",
                "known_patients_refused",
                "blocked",
                "contact_not_verified",
                "identity_missing",
                "answers_required",
                "refused_by_answers",
            ],
            503: ["agenda_busy"],
        }
    }

    @extend_schema(responses=shapes.WaitlistEntrySerializer(many=True))
    def get(self, request: Request) -> Response:
        """The entries that wait, oldest first, then those that ended of late. `offer` is the time kept, if any."""
        return self.page(entries_of(request.actor), shapes.WaitlistEntrySerializer)

    @extend_schema(request=shapes.WaitlistBody, responses={201: shapes.WaitlistEntrySerializer})
    def post(self, request: Request) -> Response:
        """Get in line for a reason with one or several practitioners of a practice, at the days and hours that suit."""
        body = shapes.WaitlistBody(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        entry = join_waitlist(
            actor=request.actor,
            visit_reason=asked["visit_reason"],
            agendas=asked["agendas"],
            when=_when(asked),
            patient=asked.get("patient"),
            mode=asked.get("mode", ""),
            answers=asked.get("answers"),
            claim=self.claim,
        )
        return Response(_shown(request, entry.uid), status=status.HTTP_201_CREATED)


@access(resource="booking.waitlistentry", action={"GET": "read", "DELETE": "change"}, spaces={Space.PATIENT})
class WaitlistEntryView(ApiView):
    refusals: ClassVar[Refusals] = {
        "GET": {404: ["not_found"]},
        "DELETE": {404: ["not_found"], 503: ["agenda_busy"]},
    }

    @extend_schema(responses=shapes.WaitlistEntrySerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        """One entry."""
        return Response(_shown(request, uid))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Leave the list. A time that was kept goes to the next in line."""
        leave_waitlist(actor=request.actor, entry=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)


@access(resource="booking.waitlistoffer", action="answer", spaces={Space.PATIENT})
class AcceptOfferView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {
            404: ["not_found"],
            409: ["offer_over", "slot_taken"],
            422: [
                "idempotency_conflict",
                "cutoff_passed",
                "not_offered",
                "not_bookable",
                "mode_not_offered",
                "notice_too_short",
                "beyond_horizon",
                "new_patients_refused",
                "known_patients_refused",
                "limit_reached",
                "too_many_upcoming",
                "blocked",
                "contact_not_verified",
                "answers_required",
                "refused_by_answers",
            ],
            503: ["agenda_busy"],
        }
    }

    @extend_schema(request=None, responses=AppointmentSerializer)
    def post(self, request: Request, uid: UUID) -> Response:
        """Take the time: the visit one has for the reason moves there, without one it is booked."""
        taken = accept_offer(actor=request.actor, offer=uid, channel=Channel.API, claim=self.claim)
        return Response(AppointmentSerializer(visit(request.actor, taken.uid)).data)


@access(resource="booking.waitlistoffer", action="answer", spaces={Space.PATIENT})
class DeclineOfferView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {404: ["not_found"], 409: ["offer_over"], 422: ["idempotency_conflict"], 503: ["agenda_busy"]}
    }

    @extend_schema(request=None, responses=shapes.WaitlistEntrySerializer)
    def post(self, request: Request, uid: UUID) -> Response:
        """Not this time: it goes to the next in line, and one keeps one's place."""
        offer = decline_offer(actor=request.actor, offer=uid, claim=self.claim)
        return Response(_shown(request, offer.entry.uid))


def _shown(request: Request, uid: UUID) -> Any:
    return shapes.WaitlistEntrySerializer(entry_of(request.actor, uid)).data


def _when(asked: dict[str, Any]) -> When:
    windows = [Window(one["weekday"], one["start"], one["end"]) for one in asked["windows"]]
    return When(windows=windows, earliest_on=asked.get("earliest_on"), latest_on=asked.get("latest_on"))
