"""Serves the OpenAPI description, and a page that people can read: no script, no request to anybody else."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, override
from django.views.decorators.cache import cache_control
from django.views.generic import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import access

METHODS = ("get", "post", "put", "patch", "delete")


@lru_cache(maxsize=4)
def description(language: str) -> dict[str, Any]:
    """The OpenAPI document, made once per process and language."""
    with override(language):
        return dict(SchemaGenerator().get_schema(request=None, public=True))


@access.public(reason="The description of the API is published; it holds no figure of anybody.")
class SchemaView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes = (OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiYamlRenderer2)
    schema = None

    def get(self, request: Request) -> Response:
        return Response(description(get_language() or "fr"), headers={"Cache-Control": "public, max-age=60"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One call, as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    body: str
    responses: list[tuple[str, str, str]]

    @property
    def anchor(self) -> str:
        return f"{self.method}{self.path}".replace("/", "-").replace("{", "").replace("}", "").strip("-")


@access.public(reason="The documentation of the API is published.")
@method_decorator(cache_control(public=True, max_age=60), name="dispatch")
class DocumentationView(View):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        document = description(get_language() or "fr")
        context = {"operations": operations(document), "components": components(document), "info": document["info"]}
        return render(request, "api/docs.html", context)


def operations(document: dict[str, Any]) -> list[Operation]:
    """Every call of the description, in its order."""
    return [
        _operation(method, path, methods[method])
        for path, methods in document.get("paths", {}).items()
        for method in METHODS
        if method in methods
    ]


def components(document: dict[str, Any]) -> list[tuple[str, list[tuple[str, str, bool, str]]]]:
    """Every named shape, with its members: name, type, whether always there, description."""
    shapes = document.get("components", {}).get("schemas", {})
    return [
        (
            name,
            [
                (member, type_of(schema), member in shape.get("required", []), schema.get("description", ""))
                for member, schema in shape.get("properties", {}).items()
            ],
        )
        for name, shape in sorted(shapes.items())
        if shape.get("properties")
    ]


def type_of(schema: dict[str, Any]) -> str:
    """A short name of a schema: `string (date-time)`, `list of Slot`, `Slot or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(type_of(part) for part in schema[several]))
    if schema.get("type") == "array":
        return f"[{type_of(schema.get('items', {}))}]"
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    kind = schema.get("type", "object")
    name = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{name} ({schema['format']})" if "format" in schema else name


def _operation(method: str, path: str, source: dict[str, Any]) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=source.get("summary", ""),
        description=source.get("description", ""),
        parameters=[
            {
                "name": parameter["name"],
                "where": parameter["in"],
                "type": type_of(parameter.get("schema", {})),
                "required": parameter.get("required", False),
                "description": parameter.get("description", ""),
            }
            for parameter in source.get("parameters", [])
        ],
        body=_content_type_of(source.get("requestBody", {})),
        responses=[
            (status, _content_type_of(response), response.get("description", ""))
            for status, response in sorted(source.get("responses", {}).items())
        ],
    )


def _content_type_of(holder: dict[str, Any]) -> str:
    content = holder.get("content", {})
    return type_of(next(iter(content.values())).get("schema", {})) if content else ""
