"""Calls of the booking API: availabilities, holds, appointments."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from booking.api import serializers as shapes
from booking.enums import Channel
from booking.selectors.appointments import past_visits, upcoming_visits, visit
from booking.selectors.availability import availability
from booking.selectors.offers import offers_for_search
from booking.services.appointments import (
    Wish,
    book_appointment,
    book_hold,
    cancel_appointment,
    reschedule_appointment,
)
from booking.services.holds import hold_slot, release_hold, renew_hold
from booking.services.together import book_family, book_first_available
from core.access import Space, access
from core.api import ApiView, IdempotentMixin
from core.api.views import Refusals
from core.replica import from_replica

START_REFUSALS = {
    404: ["not_found"],
    409: ["slot_taken"],
    422: ["not_offered", "not_bookable", "notice_too_short", "beyond_horizon"],
    503: ["agenda_busy"],
}
BOOKING_REFUSALS = {
    404: ["not_found"],
    409: ["slot_taken", "hold_expired"],
    422: [
        "idempotency_conflict",
        "notice_too_short",
        "beyond_horizon",
        "not_offered",
        "not_bookable",
        "mode_not_offered",
        "new_patients_refused",
        "known_patients_refused",
        "limit_reached",
        "too_many_upcoming",
        "blocked",
        "contact_not_verified",
        "identity_missing",
        "answers_required",
        "refused_by_answers",
    ],
    503: ["agenda_busy"],
}


@access.public(reason="Free slots are shown before signing in", costly=True)
class AvailabilitiesView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {404: ["not_found"], 422: ["not_offered"], 429: ["too_many_requests"]}}

    @extend_schema(parameters=[shapes.AvailabilityQuery], responses=shapes.AvailabilitySerializer)
    @from_replica
    def get(self, request: Request) -> Response:
        """Free slots by local day; `next_slot` is the first one after an empty window."""
        query = shapes.AvailabilityQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = query.validated_data
        offers = offers_for_search(request.actor, wanted["visit_reason"], wanted.get("agendas"))
        found = availability(
            offers,
            first_day=wanted.get("start_date"),
            days=wanted["days"],
            mode=wanted.get("mode"),
            new_patient=wanted["new_patient"],
        )
        return Response(shapes.AvailabilitySerializer(found).data)


@access.public(reason="A slot is held before signing in")
class HoldsView(ApiView):
    refusals: ClassVar[Refusals] = {"POST": {**START_REFUSALS, 429: ["too_many_holds"]}}

    @extend_schema(request=shapes.HoldBody, responses={201: shapes.HoldSerializer})
    def post(self, request: Request) -> Response:
        """Keep a slot ten minutes. The same slot asked again is the same hold."""
        body = shapes.HoldBody(data=request.data)
        body.is_valid(raise_exception=True)
        held = hold_slot(actor=request.actor, **body.validated_data)
        return Response(shapes.HoldSerializer(held).data, status=status.HTTP_201_CREATED)


@access.public(reason="A slot is held before signing in; only its holder reaches it")
class HoldView(ApiView):
    refusals: ClassVar[Refusals] = {
        "DELETE": {404: ["not_found"]},
        "POST": {404: ["not_found"], 409: ["hold_expired"], 422: ["hold_already_renewed"]},
    }

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Give the slot back."""
        release_hold(actor=request.actor, hold=uid)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="holds_renew", request=None, responses=shapes.HoldSerializer)
    def post(self, request: Request, uid: UUID) -> Response:
        """Ten more minutes, once."""
        return Response(shapes.HoldSerializer(renew_hold(actor=request.actor, hold=uid)).data)


@access(resource="booking.appointment", action={"GET": "read", "POST": "book"}, spaces={Space.PATIENT, Space.PRACTICE})
class AppointmentsView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {"POST": BOOKING_REFUSALS}

    @extend_schema(parameters=[shapes.ListQuery], responses=shapes.AppointmentSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The visits the person may see, upcoming in order of time, or past, latest first."""
        query = shapes.ListQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        read = upcoming_visits if query.validated_data["when"] == "upcoming" else past_visits
        return self.page(read(request.actor), shapes.AppointmentSerializer)

    @extend_schema(request=shapes.BookingBody, responses={201: shapes.AppointmentSerializer})
    def post(self, request: Request) -> Response:
        """Book: from a hold, at one agenda, or with the first available practitioner when `agenda` is left out."""
        body = shapes.BookingBody(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        wish = _wish(asked, patient=asked.get("patient"))
        common = {"actor": request.actor, "wish": wish, "claim": self.claim}
        if "hold" in asked:
            booked = book_hold(hold=asked["hold"], **common)
        elif "agenda" in asked:
            booked = book_appointment(
                agenda=asked["agenda"], visit_reason=asked["visit_reason"], start=asked["start"], **common
            )
        else:
            booked = book_first_available(visit_reason=asked["visit_reason"], start=asked["start"], **common)
        return Response(shapes.AppointmentSerializer(booked).data, status=status.HTTP_201_CREATED)


@access(resource="booking.appointment", action="book", spaces={Space.PATIENT})
class FamilyView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {**BOOKING_REFUSALS, 409: ["slot_taken", "not_enough_consecutive"]},
    }

    @extend_schema(request=shapes.FamilyBody, responses={201: shapes.FamilySerializer})
    def post(self, request: Request) -> Response:
        """Several people one after the other, all or nothing."""
        body = shapes.FamilyBody(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        booked = book_family(
            actor=request.actor,
            agenda=asked["agenda"],
            visit_reason=asked["visit_reason"],
            start=asked["start"],
            patients=asked["patients"],
            wish=_wish(asked, patient=asked["patients"][0]),
            claim=self.claim,
        )
        answer = {"appointments": [visit(request.actor, one.uid) for one in booked]}
        return Response(shapes.FamilySerializer(answer).data, status=status.HTTP_201_CREATED)


@access(resource="booking.appointment", action="read", spaces={Space.PATIENT, Space.PRACTICE})
class AppointmentView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {404: ["not_found"]}}

    @extend_schema(responses=shapes.AppointmentSerializer)
    def get(self, request: Request, uid: UUID) -> Response:
        return _answer(request, uid)


@access(resource="booking.appointment", action="change", spaces={Space.PATIENT, Space.PRACTICE})
class CancelView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {404: ["not_found"], 409: ["already_cancelled", "already_past"], 422: ["idempotency_conflict"]}
    }

    @extend_schema(request=shapes.CancelBody, responses=shapes.AppointmentSerializer)
    def post(self, request: Request, uid: UUID) -> Response:
        """Cancel. After the cut-off it still frees the slot, and is recorded as late."""
        body = shapes.CancelBody(data=request.data)
        body.is_valid(raise_exception=True)
        cancel_appointment(actor=request.actor, appointment=uid, claim=self.claim, **body.validated_data)
        return _answer(request, uid)


@access(resource="booking.appointment", action="change", spaces={Space.PATIENT, Space.PRACTICE})
class RescheduleView(IdempotentMixin, ApiView):
    refusals: ClassVar[Refusals] = {
        "POST": {
            404: ["not_found"],
            409: ["slot_taken", "already_cancelled", "already_past"],
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
                "blocked",
            ],
            503: ["agenda_busy"],
        }
    }

    @extend_schema(request=shapes.RescheduleBody, responses=shapes.AppointmentSerializer)
    def post(self, request: Request, uid: UUID) -> Response:
        """Move in one act: on any refusal the old slot is kept."""
        body = shapes.RescheduleBody(data=request.data)
        body.is_valid(raise_exception=True)
        reschedule_appointment(actor=request.actor, appointment=uid, claim=self.claim, **body.validated_data)
        return _answer(request, uid)


def _wish(asked: dict[str, Any], *, patient: UUID | None) -> Wish:
    return Wish(
        patient=patient,
        mode=asked.get("mode"),
        note=asked["note"],
        answers=asked.get("answers"),
        channel=Channel.API,
        concealed=asked.get("concealed", False),
        replaces=asked.get("replaces"),
    )


def _answer(request: Request, uid: UUID, code: int = status.HTTP_200_OK) -> Response:
    return Response(shapes.AppointmentSerializer(visit(request.actor, uid)).data, status=code)
