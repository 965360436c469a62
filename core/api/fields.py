"""Serializer fields that treat texts as the forms of the pages do."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from core.validators import refuse_controls, tidy


class CleanCharField(serializers.CharField):
    """One line of text: NFC, blanks squeezed, no direction mark, no control character."""

    keeps_lines = False

    def to_internal_value(self, value: Any) -> str:
        text = tidy(super().to_internal_value(value), lines=self.keeps_lines)
        try:
            refuse_controls(text)
        except ValidationError as error:
            raise serializers.ValidationError(error.message, code=error.code) from error
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class CleanTextField(CleanCharField):
    """Several lines of text."""

    keeps_lines = True
