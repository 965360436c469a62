"""Shapes of the reasons of a practice and of how its agendas offer them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import CleanCharField, CleanTextField
from practitioners import bounds
from practitioners.api.fields import WholeNumber
from practitioners.enums import Audience, Discretion, Mode
from practitioners.models import VisitReason

# Beyond this a list is not read on; the service says how many are really admitted.
READ_AT_MOST = 20


class QuestionBody(serializers.Serializer):
    """A yes/no question; the answer `refuse_on` stops the booking with `refusal`, or sends to `redirect_to`."""

    id = serializers.UUIDField(required=False, allow_null=True)
    text = CleanCharField(max_length=200)
    refuse_on = serializers.BooleanField(required=False, allow_null=True, default=None)
    refusal = CleanCharField(required=False, allow_blank=True, max_length=300, default="")
    redirect_to = serializers.UUIDField(required=False, allow_null=True, default=None)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Whole even inside a partial change: the questions are replaced, not patched."""
        if self.parent is None:
            return super().run_validation(data)
        alone = QuestionBody(data=data)
        alone.is_valid(raise_exception=True)
        return alone.validated_data


class ReasonChanges(serializers.Serializer):
    """`questions` replaces all questions, in order; one whose `id` is given keeps it. `archived` hides the reason."""

    name = CleanCharField(max_length=80)
    specialty = serializers.SlugField(max_length=60)
    kind = serializers.SlugField(max_length=60, required=False, allow_null=True)
    before_booking = CleanTextField(max_length=500, required=False, allow_blank=True)
    instructions = CleanTextField(max_length=1000, required=False, allow_blank=True)
    discretion = serializers.ChoiceField(choices=Discretion.choices, required=False)
    tint = WholeNumber(bounds=bounds.REASON["tint"], required=False)
    position = WholeNumber(bounds=bounds.REASON["position"], required=False)
    archived = serializers.BooleanField(required=False)
    questions = serializers.ListField(child=QuestionBody(), required=False, max_length=READ_AT_MOST)


class OfferBody(serializers.Serializer):
    """Durations and delays are minutes, prices cents; `daily_quota` and `price_cents` may be null.

    `referrals` keeps the reason for colleagues who send a patient: never with `online`.
    """

    duration_minutes = WholeNumber(bounds=bounds.OFFER["duration_minutes"])
    step_minutes = WholeNumber(bounds=bounds.OFFER["step_minutes"], required=False)
    buffer_before_minutes = WholeNumber(bounds=bounds.OFFER["buffer_before_minutes"], required=False)
    buffer_after_minutes = WholeNumber(bounds=bounds.OFFER["buffer_after_minutes"], required=False)
    notice_minutes = WholeNumber(bounds=bounds.OFFER["notice_minutes"], required=False)
    horizon_days = WholeNumber(bounds=bounds.OFFER["horizon_days"], required=False)
    change_until_minutes = WholeNumber(bounds=bounds.OFFER["change_until_minutes"], required=False)
    daily_quota = WholeNumber(bounds=bounds.OFFER["daily_quota"], required=False, allow_null=True)
    price_cents = WholeNumber(bounds=bounds.OFFER["price_cents"], required=False, allow_null=True)
    modes = serializers.ListField(child=serializers.ChoiceField(choices=Mode.choices), max_length=READ_AT_MOST)
    audience = serializers.ChoiceField(choices=Audience.choices, required=False)
    online = serializers.BooleanField(required=False)
    referrals = serializers.BooleanField(required=False)


class AgendaOfferSerializer(serializers.Serializer):
    agenda = serializers.UUIDField(source="agenda.uid")
    duration_minutes = serializers.IntegerField()
    step_minutes = serializers.IntegerField()
    buffer_before_minutes = serializers.IntegerField()
    buffer_after_minutes = serializers.IntegerField()
    notice_minutes = serializers.IntegerField()
    horizon_days = serializers.IntegerField()
    change_until_minutes = serializers.IntegerField()
    daily_quota = serializers.IntegerField(allow_null=True)
    price_cents = serializers.IntegerField(allow_null=True)
    modes = serializers.ListField(child=serializers.ChoiceField(choices=Mode.choices))
    audience = serializers.ChoiceField(choices=Audience.choices)
    online = serializers.BooleanField()
    referrals = serializers.BooleanField()


class PracticeQuestionSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uid")
    text = serializers.CharField()
    refuse_on = serializers.BooleanField(allow_null=True)
    refusal = serializers.CharField(allow_blank=True)
    redirect_to = serializers.SerializerMethodField()

    def get_redirect_to(self, question: Any) -> str | None:
        return str(question.redirect_to.uid) if question.redirect_to is not None else None


class PracticeReasonSerializer(serializers.Serializer):
    """`offers` are those of the agendas that the person arranges."""

    id = serializers.UUIDField(source="uid")
    name = serializers.CharField()
    specialty = serializers.SlugField(source="specialty.slug")
    kind = serializers.SerializerMethodField()
    before_booking = serializers.CharField(allow_blank=True)
    instructions = serializers.CharField(allow_blank=True)
    discretion = serializers.ChoiceField(choices=Discretion.choices)
    tint = serializers.IntegerField()
    position = serializers.IntegerField()
    archived = serializers.SerializerMethodField()
    questions = PracticeQuestionSerializer(many=True, source="questions.all")
    offers = AgendaOfferSerializer(many=True)

    def get_kind(self, reason: VisitReason) -> str | None:
        return reason.kind.slug if reason.kind is not None else None

    def get_archived(self, reason: VisitReason) -> bool:
        return reason.archived_at is not None


class ReasonQuery(serializers.Serializer):
    archived = serializers.BooleanField(required=False, default=False)
