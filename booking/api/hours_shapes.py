"""Shapes of opening hours and absences in the API of practices."""

from __future__ import annotations

import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from booking.api.hours_fields import WallEndField, WallTimeField
from booking.api.serializers import local_text
from booking.hours import FIRST_DAY, INTERVAL_AT_MOST, LAST_DAY, LEAVE, MESSAGES, NIGHT, RELEASE_AT_MOST
from booking.models import Absence, OpeningHours
from booking.recurrence import Frequency
from booking.selectors.affected import Affected
from booking.selectors.hours import HiddenDay
from booking.slots import HiddenBy
from core.api.fields import CleanCharField
from practitioners.api.fields import WholeNumber

FREQUENCIES = [(frequency.value, frequency.value) for frequency in Frequency]
# Beyond this a list is not read on; the service says how many are really admitted.
READ_AT_MOST = 1_000


class WhenChanges(serializers.Serializer):
    """When hours take place: what openings and absences share."""

    frequency = serializers.ChoiceField(choices=FREQUENCIES, required=False)
    starts_on = serializers.DateField(input_formats=["iso-8601"])
    ends_on = serializers.DateField(input_formats=["iso-8601"], required=False, allow_null=True)
    interval = WholeNumber(bounds=(1, INTERVAL_AT_MOST), required=False)
    weekdays = serializers.ListField(child=WholeNumber(bounds=(1, 7)), required=False, max_length=READ_AT_MOST)
    nth = WholeNumber(bounds=(-1, 5), required=False, allow_null=True)
    excluded_on = serializers.ListField(
        child=serializers.DateField(input_formats=["iso-8601"]), required=False, max_length=READ_AT_MOST
    )
    start_time = WallTimeField()
    end_time = WallEndField()
    span_days = WholeNumber(bounds=(0, NIGHT), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "end_time" in attrs:
            end = attrs["end_time"]
            attrs |= {"end_time": end.time, "span_days": attrs.get("span_days", 0) + end.midnight}
        return attrs


class OpeningChanges(WhenChanges):
    """Hours on the wall of the location, and the dates on which they come back.

    `weekdays` go from 1 (Monday) to 7, `nth` from 1 to 5, or -1 for the last one of the month. `ends_on` is included,
    `excluded_on` are removed occurrences. `span_days` is how many days after the first the end falls; it belongs to
    `end_time`, and is 0 when that is given alone. `reasons` are visit reasons that the agenda offers, null accepts them
    all. With `released_minutes`, a start is offered only from so many minutes before it.
    """

    reasons = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, max_length=READ_AT_MOST
    )
    released_minutes = WholeNumber(bounds=(1, RELEASE_AT_MOST), required=False, allow_null=True)
    open_on_holidays = serializers.BooleanField(required=False)


class OpeningBody(OpeningChanges):
    agenda = serializers.UUIDField()


class OccurrenceBody(OpeningChanges):
    """`on` is the date of the series to change; what is left out stays as in the series."""

    on = serializers.DateField(input_formats=["iso-8601"])
    starts_on = serializers.DateField(input_formats=["iso-8601"], required=False)
    start_time = WallTimeField(required=False)
    end_time = WallEndField(required=False)


class SplitBody(serializers.Serializer):
    on = serializers.DateField(input_formats=["iso-8601"])


class AbsenceChanges(WhenChanges):
    """As for opening hours. A leave of a fortnight is `once`, with `span_days` 14. `label` is never shown to patients."""

    span_days = WholeNumber(bounds=(0, LEAVE), required=False)
    label = CleanCharField(max_length=80, required=False, allow_blank=True)  # type: ignore[assignment]


class AbsenceBody(AbsenceChanges):
    agenda = serializers.UUIDField()
    frequency = serializers.ChoiceField(choices=FREQUENCIES)


class AgendaQuery(serializers.Serializer):
    agenda = serializers.UUIDField(required=False)


class WhenSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uid")
    agenda = serializers.UUIDField(source="agenda.uid")
    frequency = serializers.ChoiceField(choices=FREQUENCIES)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    interval = serializers.IntegerField()
    weekdays = serializers.ListField(child=serializers.IntegerField())
    nth = serializers.IntegerField(allow_null=True)
    excluded_on = serializers.ListField(child=serializers.DateField())
    start_time = WallTimeField()
    end_time = WallTimeField()
    span_days = serializers.IntegerField()


class OpeningSerializer(WhenSerializer):
    reasons = serializers.SerializerMethodField()
    released_minutes = serializers.IntegerField(allow_null=True)
    open_on_holidays = serializers.BooleanField()

    @extend_schema_field({"type": ["array", "null"], "items": {"type": "string", "format": "uuid"}})
    def get_reasons(self, row: OpeningHours) -> list[str] | None:
        return None if row.accepts_all_reasons else [str(offer.visit_reason.uid) for offer in row.reasons.all()]


class AbsenceSerializer(WhenSerializer):
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class AffectedAppointment(serializers.Serializer):
    id = serializers.UUIDField()
    start = serializers.DateTimeField()


class AffectedSerializer(serializers.Serializer):
    """Visits to come that no longer fit: they stay. `affected_appointments` holds the first 200 of `affected_count`."""

    affected_count = serializers.IntegerField()
    affected_appointments = AffectedAppointment(many=True)


class OpeningWritten(OpeningSerializer, AffectedSerializer):
    pass


class AbsenceWritten(AbsenceSerializer, AffectedSerializer):
    pass


class HiddenQuery(serializers.Serializer):
    visit_reason = serializers.UUIDField()
    date = serializers.DateField(input_formats=["iso-8601"])

    def validate_date(self, value: datetime.date) -> datetime.date:
        if not FIRST_DAY <= value <= LAST_DAY:
            raise serializers.ValidationError(MESSAGES["date_out_of_range"], code="date_out_of_range")
        return value


class HiddenStart(serializers.Serializer):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    rule = serializers.ChoiceField(choices=[(rule.value, rule.value) for rule in HiddenBy])


class HiddenDaySerializer(serializers.Serializer):
    """`closed_by` closes the whole offer: a cause of online block, `unverified`, `archived`, `offline`, `no_mode`."""

    date = serializers.DateField()
    timezone = serializers.CharField()
    closed_by = serializers.ListField(child=serializers.CharField())
    starts = HiddenStart(many=True)

    def to_representation(self, found: HiddenDay) -> dict[str, Any]:
        zone = found.timezone
        return {
            "date": found.day.isoformat(),
            "timezone": zone,
            "closed_by": list(found.closed_by),
            "starts": [
                {"start": local_text(slot.start, zone), "end": local_text(slot.end, zone), "rule": rule.value}
                for slot, rule in found.starts
            ],
        }


def opening_written(row: OpeningHours, affected: Affected) -> dict[str, Any]:
    """The answer to a write: the window, and the visits that fit in none."""
    return {**OpeningSerializer(row).data, **affected_of(affected, row.agenda.location.timezone)}


def absence_written(row: Absence, affected: Affected) -> dict[str, Any]:
    """The answer to a write: the absence, and the visits under it."""
    return {**AbsenceSerializer(row).data, **affected_of(affected, row.agenda.location.timezone)}


def affected_of(affected: Affected, zone: str) -> dict[str, Any]:
    """The visits to decide about, on the clock of their place."""
    return {
        "affected_count": affected.count,
        "affected_appointments": [{"id": str(uid), "start": local_text(start, zone)} for uid, start in affected.first],
    }
