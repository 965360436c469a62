"""Shapes of the booking API, as in the contract. One serializer per answer or body."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from booking.api.fields import IdListField, InstantField
from booking.enums import Status
from booking.models import Appointment
from booking.selectors.availability import Availability, FreeSlot
from booking.selectors.video import video_link_of
from core.api.fields import CleanCharField, CleanTextField
from practitioners.enums import Mode

WINDOW = timedelta(days=15)
AGENDAS_AT_MOST = 60


class AvailabilityQuery(serializers.Serializer):
    visit_reason = serializers.UUIDField()
    agendas = IdListField(required=False, max_length=AGENDAS_AT_MOST)
    start_date = serializers.DateField(required=False)
    days = serializers.IntegerField(min_value=1, max_value=WINDOW.days, default=7)
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)
    new_patient = serializers.BooleanField(required=False, allow_null=True, default=None)

    def validate_start_date(self, value: date) -> date:
        if not 2000 <= value.year <= 2200:
            raise serializers.ValidationError(_("Cette date est hors du calendrier."))
        return value


class SlotSerializer(serializers.Serializer):
    start = serializers.SerializerMethodField()
    end = serializers.SerializerMethodField()
    agenda = serializers.UUIDField(source="offer.agenda.uid")
    timezone = serializers.CharField()

    @extend_schema_field({"type": "string", "format": "date-time"})
    def get_start(self, slot: FreeSlot) -> str:
        return local_text(slot.start, slot.timezone)

    @extend_schema_field({"type": "string", "format": "date-time"})
    def get_end(self, slot: FreeSlot) -> str:
        return local_text(slot.end, slot.timezone)


class DaySerializer(serializers.Serializer):
    date = serializers.DateField()
    slots = SlotSerializer(many=True)


class AvailabilitySerializer(serializers.Serializer):
    days = DaySerializer(many=True)
    next_slot = SlotSerializer(allow_null=True)

    def to_representation(self, found: Availability) -> dict[str, Any]:
        return {
            "days": [{"date": day.isoformat(), "slots": slots_of(slots)} for day, slots in found.days],
            "next_slot": slot_of(found.next_slot) if found.next_slot else None,
        }


class HoldBody(serializers.Serializer):
    agenda = serializers.UUIDField()
    visit_reason = serializers.UUIDField()
    start = InstantField()


class HoldSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uid")
    expires_at = serializers.DateTimeField()


class BookingBody(serializers.Serializer):
    """`hold` alone is enough when there is one; `agenda` may be left out for the first available of the practice."""

    agenda = serializers.UUIDField(required=False)
    visit_reason = serializers.UUIDField(required=False)
    start = InstantField(required=False)
    hold = serializers.UUIDField(required=False)
    patient = serializers.UUIDField(required=False)
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)
    note = CleanTextField(max_length=1000, required=False, allow_blank=True, default="")
    answers = serializers.DictField(child=serializers.BooleanField(), required=False)
    concealed = serializers.BooleanField(required=False, default=False)
    replaces = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "hold" not in attrs:
            missing = [name for name in ("visit_reason", "start") if name not in attrs]
            if missing:
                raise serializers.ValidationError({name: [_("Ce champ est obligatoire.")] for name in missing})
        return attrs


class FamilyBody(serializers.Serializer):
    agenda = serializers.UUIDField()
    visit_reason = serializers.UUIDField()
    start = InstantField()
    patients = serializers.ListField(child=serializers.UUIDField(), min_length=2, max_length=6)
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)
    note = CleanTextField(max_length=1000, required=False, allow_blank=True, default="")
    answers = serializers.DictField(child=serializers.BooleanField(), required=False)


class CancelBody(serializers.Serializer):
    reason = CleanCharField(max_length=500, required=False, allow_blank=True, default="")


class RescheduleBody(serializers.Serializer):
    start = InstantField()
    agenda = serializers.UUIDField(required=False)


class ListQuery(serializers.Serializer):
    when = serializers.ChoiceField(choices=["upcoming", "past"], default="upcoming")


class PersonRef(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PractitionerRef(serializers.Serializer):
    slug = serializers.SlugField()
    name = serializers.CharField()


class LocationSerializer(serializers.Serializer):
    name = serializers.CharField()
    street = serializers.CharField()
    postcode = serializers.CharField()
    city = serializers.CharField(source="place.name")
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)


class AppointmentSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Status.choices)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    timezone = serializers.CharField()
    mode = serializers.ChoiceField(choices=Mode.choices)
    agenda = serializers.UUIDField()
    practitioner = PractitionerRef()
    location = LocationSerializer()
    visit_reason = PersonRef()
    patient = PersonRef()
    may_cancel_until = serializers.DateTimeField()
    cancelled_late = serializers.BooleanField()
    instructions = serializers.CharField()
    video_link = serializers.URLField(allow_null=True)

    def to_representation(self, visit: Appointment) -> dict[str, Any]:
        location = visit.agenda.location
        zone = location.timezone
        return {
            "id": str(visit.uid),
            "status": visit.status,
            "start": local_text(visit.start_at, zone),
            "end": local_text(visit.end_at, zone),
            "timezone": zone,
            "mode": visit.mode,
            "agenda": str(visit.agenda.uid),
            "practitioner": {"slug": visit.performer.slug, "name": visit.performer.display_name},
            "location": LocationSerializer(location).data,
            "visit_reason": {"id": str(visit.visit_reason.uid), "name": visit.reason_name},
            "patient": _patient_of(visit),
            "may_cancel_until": local_text(visit.may_cancel_until, zone),
            "cancelled_late": visit.cancelled_late,
            "instructions": visit.visit_reason.instructions,
            "video_link": video_link_of(visit),
        }


class FamilySerializer(serializers.Serializer):
    appointments = AppointmentSerializer(many=True)


def _patient_of(visit: Appointment) -> dict[str, str]:
    record = visit.record
    if record is None:
        return {"id": "", "name": ""}
    person = record.patient or record
    return {"id": str(person.uid), "name": person.display_name}


def slot_of(slot: FreeSlot) -> dict[str, str]:
    """One free slot, on the clock of its place."""
    return slots_of([slot])[0]


def slots_of(slots: Sequence[FreeSlot]) -> list[dict[str, str]]:
    """Free slots, each on the clock of its place. What they share is looked up once: they are many.

    An instant is an end and a start, and the start of many agendas.
    """
    shared: dict[int, tuple[str, str, ZoneInfo, dict[datetime, str]]] = {}
    texts: dict[str, dict[datetime, str]] = {}
    found = []
    for slot in slots:
        offer = slot.offer
        known = shared.get(id(offer))
        if known is None:
            zone = slot.timezone
            known = shared[id(offer)] = (str(offer.agenda.uid), zone, ZoneInfo(zone), texts.setdefault(zone, {}))
        agenda, name, clock, told = known
        start, end = told.get(slot.start), told.get(slot.end)
        if start is None:
            start = told[slot.start] = slot.start.astimezone(clock).isoformat()
        if end is None:
            end = told[slot.end] = slot.end.astimezone(clock).isoformat()
        found.append({"start": start, "end": end, "agenda": agenda, "timezone": name})
    return found


def local_text(instant: Any, zone: str) -> str:
    """ISO 8601 with the offset of the place at that instant."""
    return str(instant.astimezone(ZoneInfo(zone)).isoformat())
