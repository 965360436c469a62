"""Shapes of the health profile and of prevention in the API. One serializer per answer or body."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from carnet.enums_health import ItemKind, MeasureKind, Proof, Severity, Theme
from carnet.prevention.facts import State
from carnet.prevention.rule import Strength
from carnet.vaccines import VACCINES, label_of
from core.api.fields import CleanCharField

ITEM_KINDS = ItemKind.choices
STATES = [(state.value, state.value) for state in State]
STRENGTHS = [(one.value, one.value) for one in Strength]


class ItemSerializer(serializers.Serializer):
    """A line of the history, of the treatments or of the allergies; `severity` is that of an allergy, else empty."""

    id = serializers.UUIDField(source="uid")
    kind = serializers.ChoiceField(choices=ITEM_KINDS)
    label = serializers.CharField()  # type: ignore[assignment]
    details = serializers.CharField(allow_blank=True)
    severity = serializers.ChoiceField(choices=Severity.choices, allow_blank=True)
    began_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    confidential = serializers.BooleanField()


class ItemBody(serializers.Serializer):
    kind = serializers.ChoiceField(choices=ITEM_KINDS)
    label = CleanCharField(max_length=120)  # type: ignore[assignment]
    details = CleanCharField(max_length=1000, allow_blank=True, required=False)
    severity = serializers.ChoiceField(choices=Severity.choices, allow_blank=True, required=False)
    began_on = serializers.DateField(required=False, allow_null=True)
    ended_on = serializers.DateField(required=False, allow_null=True)
    confidential = serializers.BooleanField(required=False)


class MeasureSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uid")
    kind = serializers.ChoiceField(choices=MeasureKind.choices)
    value = serializers.CharField()
    taken_on = serializers.DateField()


class ContactSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uid")
    name = serializers.CharField()
    phone = serializers.CharField()
    relation = serializers.CharField(allow_blank=True)


class HealthProfileSerializer(serializers.Serializer):
    """A health profile; `partial` when only what the reader wrote is shown."""

    treating_doctor = serializers.CharField(source="profile.treating_doctor", allow_blank=True)
    treating_phone = serializers.CharField(source="profile.treating_phone", allow_blank=True)
    emergency_note = serializers.CharField(source="profile.emergency_note", allow_blank=True)
    history = ItemSerializer(many=True)
    treatments = ItemSerializer(many=True)
    allergies = ItemSerializer(many=True)
    measures = MeasureSerializer(many=True)
    emergency_contacts = ContactSerializer(many=True, source="contacts")
    partial = serializers.BooleanField()  # type: ignore[assignment]


class ProfileChange(serializers.Serializer):
    """Who treats the person, and what rescuers must read: only what is given changes."""

    treating_doctor = CleanCharField(max_length=120, allow_blank=True, required=False)
    treating_phone = CleanCharField(max_length=40, allow_blank=True, required=False)
    emergency_note = CleanCharField(max_length=1000, allow_blank=True, required=False)


class MeasureBody(serializers.Serializer):
    kind = serializers.ChoiceField(choices=MeasureKind.choices)
    value = CleanCharField(max_length=20)
    taken_on = serializers.DateField()


class ContactBody(serializers.Serializer):
    name = CleanCharField(max_length=120)
    phone = CleanCharField(max_length=40)
    relation = CleanCharField(max_length=60, allow_blank=True, required=False)


class VaccinationSerializer(serializers.Serializer):
    """A dose; `proof` is `declared` until a document or a practitioner shows it."""

    id = serializers.UUIDField(source="uid")
    vaccine = serializers.CharField()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    given_on = serializers.DateField()
    proof = serializers.ChoiceField(choices=Proof.choices)
    lot = serializers.CharField(allow_blank=True)
    given_by = serializers.CharField(allow_blank=True)
    document = serializers.UUIDField(allow_null=True)

    def get_label(self, dose: Any) -> str:
        return str(label_of(dose.vaccine))


class GivenBody(serializers.Serializer):
    """The doses that a professional gave at one visit."""

    vaccines = serializers.ListField(
        child=serializers.ChoiceField(choices=[(code, str(code)) for code in VACCINES]), min_length=1, max_length=10
    )
    given_on = serializers.DateField()
    lot = CleanCharField(max_length=40, allow_blank=True, required=False)


class DosesBody(GivenBody):
    """The doses of one visit, as the person's side notes them."""

    given_by = CleanCharField(max_length=120, allow_blank=True, required=False)


class SourceSerializer(serializers.Serializer):
    name = serializers.CharField()
    url = serializers.URLField()
    retrieved = serializers.DateField()
    checked = serializers.BooleanField()


class AdviceSerializer(serializers.Serializer):
    """What a rule says of the person today. `opens`, `late`, `closes` bound the window; `booked_at` is a visit to come."""

    code = serializers.CharField()
    theme = serializers.CharField(source="answer.rule.theme")
    strength = serializers.ChoiceField(choices=STRENGTHS, source="answer.rule.strength")
    title = serializers.CharField()
    gist = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    why = serializers.CharField()
    opens = serializers.DateField(source="answer.window.opens", allow_null=True, default=None)
    late = serializers.DateField(source="answer.window.late", allow_null=True, default=None)
    closes = serializers.DateField(source="answer.window.closes", allow_null=True, default=None)
    last = serializers.DateField(source="answer.last", allow_null=True)
    next_on = serializers.DateField(source="answer.next_on", allow_null=True)
    booked_at = serializers.DateTimeField(allow_null=True)
    since = serializers.DateField()
    source = SourceSerializer()  # type: ignore[assignment]


class DoneBody(serializers.Serializer):
    done_on = serializers.DateField()


class ThemesSerializer(serializers.Serializer):
    """The themes the account agreed to be told of, for this person."""

    themes = serializers.ListField(child=serializers.ChoiceField(choices=Theme.choices), max_length=len(Theme))
