"""Times of the wall in the API: `09:30`, and `24:00` where a day ends."""

from __future__ import annotations

import re
from datetime import time
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

_WALL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)


class WallEnd(NamedTuple):
    """The end of hours: the time on the wall, and whether it was written as 24:00."""

    time: time
    midnight: bool


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$", "example": "09:30"})
class WallTimeField(serializers.Field):
    """A time on the wall of the location, without offset. Seconds are read and dropped."""

    default_error_messages = {"malformed": _("Donnez une heure de 00:00 à 23:59, sans décalage.")}

    def to_internal_value(self, value: Any) -> Any:
        found = _WALL.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.fail("malformed")
        return time(int(found[1]), int(found[2]))

    def to_representation(self, value: time) -> str:
        return value.strftime("%H:%M")


@extend_schema_field(
    {"type": "string", "pattern": r"^(([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?|24:00(:00)?)$", "example": "17:00"}
)
class WallEndField(WallTimeField):
    """The same, up to 24:00: the midnight that ends the day, kept as 00:00 of the next one."""

    def to_internal_value(self, value: Any) -> WallEnd:
        if value in ("24:00", "24:00:00"):
            return WallEnd(time(0), midnight=True)
        return WallEnd(super().to_internal_value(value), midnight=False)
