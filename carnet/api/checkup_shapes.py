"""The JSON of « Mon bilan prévention »."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from carnet.checkups import CHOICE, NUMBER, WORDS, YES_NO
from carnet.selectors.checkups import CheckupPage

_KINDS = [(kind, kind) for kind in (YES_NO, CHOICE, NUMBER, WORDS)]


class QuestionSerializer(serializers.Serializer):
    """`options` are the values that a `choice` takes; a `yes_no` takes `yes` and `no`."""

    code = serializers.CharField()
    text = serializers.CharField()
    kind = serializers.ChoiceField(choices=_KINDS)
    options = serializers.SerializerMethodField()

    def get_options(self, question: Any) -> list[dict[str, str]]:
        return [{"value": value, "label": str(label)} for value, label in question.options]


class SectionSerializer(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    questions = QuestionSerializer(many=True)


class CheckupSerializer(serializers.Serializer):
    """`id` is null as long as no answer is kept: `answers` are then what the profile already says."""

    questionnaire = serializers.CharField(source="questionnaire.code")
    version = serializers.CharField(source="questionnaire.version")
    first_age = serializers.IntegerField(source="questionnaire.first")
    last_age = serializers.IntegerField(source="questionnaire.last")
    sections = SectionSerializer(source="questionnaire.sections", many=True)
    answers = serializers.DictField(child=serializers.CharField())
    id = serializers.UUIDField(source="form.uid", allow_null=True, default=None)
    finished_at = serializers.DateTimeField(source="form.finished_at", allow_null=True, default=None)
    appointment = serializers.SerializerMethodField()

    def get_appointment(self, page: CheckupPage) -> str | None:
        visit = page.form.appointment if page.form else None
        return str(visit.uid) if visit else None


class CheckupBody(serializers.Serializer):
    """All the answers by the codes of the questions; one that is absent is emptied."""

    answers = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=1000))
    agreed = serializers.BooleanField(required=False, default=False)
    finished = serializers.BooleanField(required=False, default=False)


class VisitBody(serializers.Serializer):
    appointment = serializers.UUIDField()
