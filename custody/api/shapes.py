"""The JSON of agreements and of copies."""

from __future__ import annotations

from rest_framework import serializers

from custody.models.archive import ArchiveState


class AgreementSerializer(serializers.Serializer):
    """One agreement: `purpose` and `key` name it; `ended_at` is null while it holds; `until`, when it ends by itself."""

    purpose = serializers.CharField()
    key = serializers.CharField()
    person = serializers.CharField()
    about = serializers.CharField()
    version = serializers.CharField()
    text = serializers.CharField()
    given_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)


class CopySerializer(serializers.Serializer):
    """A copy of everything: `size` in bytes and `documents` once it is `ready`; gone after `expires_at`."""

    id = serializers.UUIDField(source="uid")
    state = serializers.ChoiceField(choices=ArchiveState.choices)
    size = serializers.IntegerField()
    documents = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
