"""DRF's default permission: nobody. A view of the API is an `ApiView`, which checks its own declaration."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # DRF reads this class while it makes its APIView
    from rest_framework.views import APIView


class Nobody(BasePermission):
    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False
