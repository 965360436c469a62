"""Views, API and forms call selectors and services; they never touch rows or transactions themselves."""

import ast

from tests.architecture.sources import APPS, modules

THIN = ("views", "api", "forms")
# The base of the API and the fields that forms share live in `core`.
FORBIDDEN_CALLS = {"save", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "select_for_update"}


def thin_modules():
    return [m for m in modules() if m.app in APPS and set(m.name.split(".")[1:]) & set(THIN)]


def findings(module):
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            yield f"{module}:{node.lineno} reads .{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FORBIDDEN_CALLS:
            if ast.unparse(node.func.value) not in {"session", "super()"}:
                yield f"{module}:{node.lineno} calls .{node.func.attr}()"
        elif isinstance(node, ast.ImportFrom) and node.module == "django.db":
            if any(alias.name in {"transaction", "connection", "connections"} for alias in node.names):
                yield f"{module}:{node.lineno} imports {', '.join(alias.name for alias in node.names)}"
        elif isinstance(node, ast.Name) and node.id == "system_actor":
            yield f"{module}:{node.lineno} acts as the system"


def test_views_leave_rows_to_selectors_and_services():
    assert [finding for module in thin_modules() for finding in findings(module)] == []


def test_there_is_something_to_look_at():
    assert len(thin_modules()) > 10
