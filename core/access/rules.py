"""The registry of rules, and the only road to rows: a rule is a function from an actor to a Q."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.admin.utils import lookup_spawns_duplicates
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet

from core.access.actors import Actor
from core.exceptions import NotForYou

M = TypeVar("M", bound=Model)
Rule = Callable[[Actor], Q]

_rules: dict[tuple[type[Model], str], Rule] = {}


def rule(model: type[Model], action: str) -> Callable[[Rule], Rule]:
    """Registers the Q-builder of (model, action). Raises ValueError when another one holds that place."""

    def register(function: Rule) -> Rule:
        known = _rules.get((model, action))
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"Two rules for {model._meta.label} {action}")
        _rules[model, action] = function
        return function

    return register


def rules() -> dict[tuple[type[Model], str], Rule]:
    """A copy of all rules, for tests that walk them."""
    return dict(_rules)


def scoped(actor: Actor, model: type[M], action: str = "read") -> QuerySet[M]:
    """The rows on which the actor may do the action; each row once, in no order.

    The system may act on every row. A missing rule raises LookupError in tests and development, and gives no row
    elsewhere.
    """
    function = _rules.get((model, action))
    if function is None:
        if settings.DEBUG or settings.TESTING:
            raise LookupError(f"No rule for {model._meta.label} {action}")
        return model._default_manager.none()
    rows = model._default_manager.all()
    if actor.is_system:
        return rows
    condition = function(actor)
    if _repeats_rows(model, condition):
        return rows.filter(pk__in=model._default_manager.filter(condition).values("pk"))
    return rows.filter(condition)


def may(actor: Actor, action: str, obj: Model) -> bool:
    """Whether the actor may do the action on that row now: the same query as `scoped`, for one row."""
    return obj.pk is not None and scoped(actor, type(obj), action).filter(pk=obj.pk).exists()


def get_or_404(actor: Actor, model: type[M], action: str = "read", **lookup: Any) -> M:
    """The one row within `scoped`. Raises NotForYou when it is absent or foreign, and when the value cannot be a key."""
    try:
        return scoped(actor, model, action).get(**lookup)
    except (ObjectDoesNotExist, ValidationError, ValueError, TypeError) as error:
        raise NotForYou from error


def _repeats_rows(model: type[Model], condition: Q) -> bool:
    """Whether the condition follows a relation to many rows, so that a plain filter would list a row twice."""
    for child in condition.children:
        if isinstance(child, Q):
            if _repeats_rows(model, child):
                return True
        elif isinstance(child, tuple) and _spawns_duplicates(model, child[0]):
            return True
    return False


def _spawns_duplicates(model: type[Model], path: str) -> bool:
    try:
        return lookup_spawns_duplicates(model._meta, path)
    except FieldDoesNotExist:
        return False
