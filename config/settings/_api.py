"""Settings of the REST API and of its documentation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.rest.authentication.SessionToken",
        "core.rest.authentication.SiteSession",
    ],
    # A view that forgets to be an ApiView answers nobody.
    "DEFAULT_PERMISSION_CLASSES": ["core.rest.permissions.Nobody"],
    "DEFAULT_PARSER_CLASSES": ["core.rest.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "core.rest.pagination.Pagination",
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "core.rest.problems.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "UNICODE_JSON": True,
    "STRICT_JSON": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Prendsoin",
    "DESCRIPTION": _(
        "Trouver un praticien, connaître ses créneaux, réserver, déplacer, annuler. "
        "Les erreurs sont des documents `application/problem+json` (RFC 9457) avec un `code` stable."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "RelationEnum": "patients.enums.Relation",
        "VisitModeEnum": "practitioners.enums.Mode",
        "PersonRelationEnum": "patients.api.serializers.RELATIONS",
        "GuardianLevelEnum": "patients.enums.Level",
        "GrantLevelEnum": "carnet.enums.GrantLevel",
        "DocumentKindEnum": "carnet.kinds.CHOICES",
        "HealthItemKindEnum": "carnet.enums_health.ItemKind",
        "MeasureKindEnum": "carnet.enums_health.MeasureKind",
        "InvoiceKindEnum": "billing.enums_invoice.InvoiceKind",
        "SubscriptionStateEnum": "billing.enums.SubscriptionState",
        "PaymentMethodEnum": "billing.enums.PaymentMethod",
    },
    "LICENSE": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
}
