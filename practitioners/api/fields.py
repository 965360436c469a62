"""Numbers of the API whose limits are documented here and kept by the services."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from practitioners.bounds import Bounds


class WholeNumber(serializers.IntegerField):
    """A whole number. A service refuses the one outside of `bounds`, with the same code for pages and programs."""

    def __init__(self, *, bounds: Bounds, **kwargs: Any) -> None:
        self.bounds = bounds
        super().__init__(**kwargs)


class WholeNumberSchema(OpenApiSerializerFieldExtension):
    target_class = "practitioners.api.fields.WholeNumber"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        low, high = self.target.bounds
        return {"type": "integer", "minimum": low, "maximum": high}
