"""The OpenAPI description: what each view shares is added here, so that views describe only what is theirs."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as BaseSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from core.access import access
from core.access.declarations import Spec
from core.answers import PROBLEM_TYPE
from core.api.views import IdempotentMixin
from core.idempotency import HEADER

# What any call may meet, with the codes it then bears.
COMMON: dict[int, list[str]] = {
    400: ["invalid", "invalid_value", "malformed_request"],
    401: ["not_authenticated", "authentication_failed"],
    403: ["permission_denied", "csrf_failed", "wrong_space", "second_factor_required"],
    404: ["not_found"],
    406: ["not_acceptable"],
    429: ["too_many_requests"],
    503: ["busy", "database_unavailable"],
}
WITH_BODY: dict[int, list[str]] = {413: ["payload_too_large"], 415: ["unsupported_media_type"]}
IDEMPOTENT: dict[int, list[str]] = {
    400: ["idempotency_key_required", "idempotency_key_invalid"],
    422: ["idempotency_conflict"],
}


class ProblemError(serializers.Serializer):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """RFC 9457. `code` is stable; `detail` is a sentence for people; a refusal may add members of its own."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = ProblemError(many=True, required=False)  # type: ignore[assignment]


class AutoSchema(BaseSchema):
    """Adds the errors, the headers and the security of `core.api.ApiView`."""

    def get_override_parameters(self) -> list[Any]:
        found = [*super().get_override_parameters()]
        if self._is_idempotent():
            found.append(
                OpenApiParameter(
                    HEADER,
                    str,
                    OpenApiParameter.HEADER,
                    required=True,
                    pattern=r"^[\x21-\x7e]{1,255}$",
                    description=_("Une valeur au hasard par action ; la même rend le même résultat pendant 24 heures."),
                )
            )
        spec = self._spec()
        if spec is not None and not spec.public:
            found.append(
                OpenApiParameter(
                    "X-Space",
                    str,
                    OpenApiParameter.HEADER,
                    pattern="^(patient|platform|billing|practice:.+)$",
                    description=_("L’espace où agir, si ce n’est celui de la session."),
                )
            )
        return found

    def get_auth(self) -> list[dict[str, Any]]:
        found = super().get_auth()
        spec = self._spec()
        return [*found, {}] if spec is not None and spec.public and {} not in found else found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status, codes in sorted(self._errors().items()):
            described = OpenApiResponse(Problem, description=", ".join(f"`{code}`" for code in codes))
            bodies.setdefault(
                str(status), self._get_response_for_code(described, str(status), [PROBLEM_TYPE], direction)
            )
        return bodies

    def _errors(self) -> dict[int, list[str]]:
        found = {status: list(codes) for status, codes in COMMON.items()}
        groups = [getattr(self.view, "refusals", {}).get(self.method, {})]
        if self.method in {"POST", "PUT", "PATCH"}:
            groups.append(WITH_BODY)
        if self._is_idempotent():
            groups.append(IDEMPOTENT)
        for group in groups:
            for status, codes in group.items():
                found.setdefault(status, []).extend(codes)
        return found

    def _is_idempotent(self) -> bool:
        return isinstance(self.view, IdempotentMixin) and self.method not in {"GET", "HEAD", "OPTIONS"}

    def _spec(self) -> Spec | None:
        return access.spec_of(type(self.view).as_view(), None)


class SessionTokenScheme(OpenApiAuthenticationExtension):
    target_class = "core.rest.authentication.SessionToken"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: BaseSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": _("Le jeton de session que rend `/_allauth/app/v1/`."),
        }


class SiteSessionScheme(OpenApiAuthenticationExtension):
    target_class = "core.rest.authentication.SiteSession"
    name = "siteSession"
    priority = 1

    def get_security_definition(self, auto_schema: BaseSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": _("La session du site ; les écritures portent aussi l’en-tête X-CSRFToken."),
        }
