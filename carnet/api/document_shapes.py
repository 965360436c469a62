"""Shapes of documents, shares and accesses in the API. One serializer per answer or body."""

from __future__ import annotations

from rest_framework import serializers

from carnet.enums import GrantLevel, Origin, State
from carnet.kinds import CHOICES
from core.api.fields import CleanCharField


class DocumentSerializer(serializers.Serializer):
    """A document without its bytes. `type_code` is the LOINC or national code of its kind."""

    id = serializers.UUIDField(source="document.uid")
    patient = serializers.UUIDField(source="document.patient.uid")
    kind = serializers.ChoiceField(source="document.kind", choices=CHOICES)
    type_code = serializers.CharField()
    class_code = serializers.CharField()
    title = serializers.CharField(source="words.title")
    author = serializers.CharField(source="words.author", allow_blank=True)
    note = serializers.CharField(source="words.note", allow_blank=True)
    date = serializers.DateField(source="document.dated_on")
    origin = serializers.ChoiceField(source="document.origin", choices=Origin.choices)
    state = serializers.ChoiceField(source="document.state", choices=State.choices)
    hidden = serializers.BooleanField(source="document.hidden")
    confidential = serializers.BooleanField(source="document.confidential")
    revision = serializers.IntegerField(source="document.revision")
    media_type = serializers.CharField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)
    pages = serializers.IntegerField(allow_null=True)


class DocumentBody(serializers.Serializer):
    """A file to add, as multipart/form-data. Without `patient`, to one's own record."""

    file = serializers.FileField(allow_empty_file=True)
    patient = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=CHOICES, required=False)
    title = CleanCharField(max_length=120, required=False, allow_blank=True)
    author = CleanCharField(max_length=120, required=False, allow_blank=True)
    note = CleanCharField(max_length=4000, required=False, allow_blank=True)
    date = serializers.DateField(required=False)


class GrantBody(serializers.Serializer):
    """Exactly one of `practitioner`, `practice` and `appointment`; `until` is three months later by default."""

    practitioner = serializers.UUIDField(required=False)
    practice = serializers.UUIDField(required=False)
    appointment = serializers.UUIDField(required=False)
    until = serializers.DateField(required=False)


class GrantSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uid")
    level = serializers.ChoiceField(choices=GrantLevel.choices)
    until = serializers.DateField(source="last_on")
    ends_at = serializers.DateTimeField()


class AccessSerializer(serializers.Serializer):
    """One line of the journal of accesses, in the words of the page."""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    as_what = serializers.CharField(allow_blank=True)
    deed = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True)
    unusual = serializers.BooleanField()
