"""Fields of the API that booking shares."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

EARLIEST_YEAR, LATEST_YEAR = 2000, 2200


@extend_schema_field({"type": "string", "format": "date-time", "example": "2026-12-01T10:20:00+01:00"})
class InstantField(serializers.Field):
    """An instant with its offset. A date and hour without offset is refused: nobody could tell whose hour it is."""

    default_error_messages = {
        "naive": _("Donnez l’heure avec son décalage, par exemple 2026-12-01T10:20:00+01:00."),
        "malformed": _("Cette date et heure n’est pas au format ISO 8601."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        try:
            parsed = parse_datetime(value) if isinstance(value, str) and len(value) < 40 else None
        except ValueError:
            parsed = None
        if parsed is None or not EARLIEST_YEAR <= parsed.year <= LATEST_YEAR:
            self.fail("malformed")
        if parsed.utcoffset() is None:
            self.fail("naive")
        return parsed.astimezone(UTC)

    def to_representation(self, value: datetime) -> str:
        return value.isoformat()


class IdListField(serializers.ListField):
    """Identifiers separated by commas, as in a query string; none twice."""

    child = serializers.UUIDField()

    def get_value(self, dictionary: Any) -> Any:
        value = dictionary.get(self.field_name, "")
        parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        wanted = [part for part in dict.fromkeys(parts) if part]
        return wanted or serializers.empty
