"""Shapes of one document's changes, of shares, of blocks, and of the practice's side in the API."""

from __future__ import annotations

from rest_framework import serializers

from carnet.enums import GrantLevel
from carnet.kinds import CHOICES
from core.api.fields import CleanCharField


class DocumentChange(serializers.Serializer):
    """What names a document: only what is given changes. With `revision`, 409 when somebody changed it meanwhile."""

    kind = serializers.ChoiceField(choices=CHOICES, required=False)
    title = CleanCharField(max_length=120, required=False)
    author = CleanCharField(max_length=120, required=False, allow_blank=True)
    note = CleanCharField(max_length=4000, required=False, allow_blank=True)
    date = serializers.DateField(required=False)
    revision = serializers.IntegerField(required=False, min_value=1)


class VersionBody(serializers.Serializer):
    """A newer file, as multipart/form-data."""

    file = serializers.FileField(allow_empty_file=True)


class RecordGrantBody(serializers.Serializer):
    """The whole record to exactly one of `practitioner`, `practice` and `appointment`; one's own without `patient`."""

    patient = serializers.UUIDField(required=False)
    practitioner = serializers.UUIDField(required=False)
    practice = serializers.UUIDField(required=False)
    appointment = serializers.UUIDField(required=False)
    level = serializers.ChoiceField(choices=GrantLevel.choices, required=False)
    until = serializers.DateField(required=False)


class ShareSerializer(serializers.Serializer):
    """A live share: to whom, what (`document` is null for the whole record), until the end of which day."""

    id = serializers.UUIDField(source="grant.uid")
    who = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    document = serializers.UUIDField(source="grant.document.uid", allow_null=True, default=None)
    title = serializers.CharField(allow_blank=True)
    level = serializers.ChoiceField(choices=GrantLevel.choices, source="grant.level")
    until = serializers.DateField(source="grant.last_on")
    ends_at = serializers.DateTimeField(source="grant.ends_at")


class BlockBody(serializers.Serializer):
    practitioner = serializers.UUIDField()
    patient = serializers.UUIDField(required=False)


class BlockSerializer(serializers.Serializer):
    """A professional who reads nothing of the record."""

    id = serializers.UUIDField(source="uid")
    practitioner = serializers.UUIDField(source="practitioner.uid")
    name = serializers.CharField(source="practitioner.display_name")


class ProofBody(serializers.Serializer):
    """The document of the same record that shows a dose."""

    document = serializers.UUIDField()


class SharedRecordSerializer(serializers.Serializer):
    """A record open to me in this practice, and how many of its documents are."""

    patient = serializers.UUIDField(source="person.uid")
    name = serializers.CharField(source="person.display_name")
    birth_date = serializers.DateField(source="person.birth_date")
    until = serializers.DateField(allow_null=True)
    documents = serializers.IntegerField()


class SentBody(serializers.Serializer):
    """A file, a note or both, for the person of a file of the practice, as multipart/form-data."""

    file = serializers.FileField(required=False, allow_empty_file=True)
    kind = serializers.ChoiceField(choices=CHOICES, required=False)
    title = CleanCharField(max_length=120)
    note = CleanCharField(max_length=4000, required=False, allow_blank=True)
    date = serializers.DateField(required=False)
    appointment = serializers.UUIDField(required=False)
    confidential = serializers.BooleanField(required=False)
