"""Tells mypy about `request.actor`, which the middleware and the API put on every request."""

from collections.abc import Callable

from mypy.nodes import MDEF, SymbolTableNode, Var
from mypy.plugin import ClassDefContext, Plugin
from mypy.types import AnyType, TypeOfAny

REQUESTS = {"django.http.request.HttpRequest", "rest_framework.request.Request"}


class RequestPlugin(Plugin):
    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return add_actor if fullname in REQUESTS else None


def add_actor(context: ClassDefContext) -> None:
    request = context.cls.info
    # Typed as Any: its class lives in an app, which the stubs of Django cannot depend on.
    actor = Var("actor", AnyType(TypeOfAny.explicit))
    actor.info = request
    request.names["actor"] = SymbolTableNode(MDEF, actor, plugin_generated=True)


def plugin(version: str) -> type[Plugin]:
    return RequestPlugin
