"""Shapes of the calls of the waitlist."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from booking.api.serializers import PersonRef, local_text
from booking.enums import WaitlistEnd, WaitlistState
from booking.models import WaitlistEntry, WaitlistOffer
from practitioners.enums import Mode

WINDOWS_AT_MOST = 28
AGENDAS_AT_MOST = 20


class WindowShape(serializers.Serializer):
    """Hours of one weekday (0 is Monday) in which a visit may start, on the clock of the place; 00:00 ends the day."""

    weekday = serializers.IntegerField(min_value=0, max_value=6)
    start = serializers.TimeField()
    end = serializers.TimeField()


class WaitlistBody(serializers.Serializer):
    """No window: any time. `patient` is oneself unless said otherwise. Dates are included, local to the place."""

    visit_reason = serializers.UUIDField()
    agendas = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=AGENDAS_AT_MOST)
    windows = serializers.ListField(child=WindowShape(), required=False, default=list, max_length=WINDOWS_AT_MOST)
    earliest_on = serializers.DateField(required=False, allow_null=True)
    latest_on = serializers.DateField(required=False, allow_null=True)
    patient = serializers.UUIDField(required=False)
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)
    answers = serializers.DictField(child=serializers.BooleanField(), required=False)


class WaitlistOfferSerializer(serializers.Serializer):
    """A time kept for the person alone until `expires_at`."""

    id = serializers.UUIDField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    timezone = serializers.CharField()
    agenda = serializers.UUIDField()
    practitioner = serializers.CharField()
    expires_at = serializers.DateTimeField()

    def to_representation(self, offer: WaitlistOffer) -> dict[str, Any]:
        zone = offer.agenda.location.timezone
        return {
            "id": str(offer.uid),
            "start": local_text(offer.start_at, zone),
            "end": local_text(offer.end_at, zone),
            "timezone": zone,
            "agenda": str(offer.agenda.uid),
            "practitioner": offer.agenda.practitioner.display_name,
            "expires_at": local_text(offer.expires_at, zone),
        }


class WaitlistEntrySerializer(serializers.Serializer):
    """`ahead` counts the people who joined before for the same reason; `appointment` is the visit that would be moved."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=WaitlistState.choices)
    ended_by = serializers.ChoiceField(choices=WaitlistEnd.choices, allow_blank=True)
    visit_reason = PersonRef()
    agendas = serializers.ListField(child=serializers.UUIDField())
    patient = PersonRef()
    windows = WindowShape(many=True)
    earliest_on = serializers.DateField(allow_null=True)
    latest_on = serializers.DateField(allow_null=True)
    joined_at = serializers.DateTimeField()
    ahead = serializers.IntegerField()
    appointment = serializers.UUIDField(allow_null=True)
    offer = WaitlistOfferSerializer(allow_null=True)

    def to_representation(self, entry: WaitlistEntry) -> dict[str, Any]:
        live = next(iter(entry.live), None)  # type: ignore[attr-defined]
        return {
            "id": str(entry.uid),
            "state": entry.state,
            "ended_by": entry.ended_by,
            "visit_reason": {"id": str(entry.visit_reason.uid), "name": entry.visit_reason.name},
            "agendas": [str(agenda.uid) for agenda in entry.agendas.all()],
            "patient": _patient(entry),
            "windows": [
                {"weekday": row.weekday, "start": f"{row.start:%H:%M}", "end": f"{row.end:%H:%M}"}
                for row in sorted(entry.windows.all(), key=lambda row: (row.weekday, row.start))
            ],
            "earliest_on": entry.earliest_on.isoformat() if entry.earliest_on else None,
            "latest_on": entry.latest_on.isoformat() if entry.latest_on else None,
            "joined_at": entry.joined_at.isoformat(),
            "ahead": entry.ahead,  # type: ignore[attr-defined]
            "appointment": str(entry.appointment.uid) if entry.appointment is not None else None,
            "offer": WaitlistOfferSerializer(live).data if live is not None else None,
        }


def _patient(entry: WaitlistEntry) -> dict[str, str]:
    person = entry.patient
    return {"id": "", "name": ""} if person is None else {"id": str(person.uid), "name": person.display_name}
