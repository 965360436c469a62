"""The subscription of the current practice."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import SubscriptionSerializer
from billing.selectors.subscription import subscribed_overview
from core.access import Space, access
from core.api import ApiView
from core.api.views import Refusals


@access(resource="billing.subscription", action="read", spaces={Space.PRACTICE})
class SubscriptionView(ApiView):
    refusals: ClassVar[Refusals] = {"GET": {404: ["not_found"]}}

    @extend_schema(responses=SubscriptionSerializer)
    def get(self, request: Request) -> Response:
        """State, seats, options, payers and pauses. Owners and accountants of the practice."""
        return Response(SubscriptionSerializer(subscribed_overview(request.actor)).data)
