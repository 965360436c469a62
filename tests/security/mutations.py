"""Takes one predicate out of a rule at a time. A predicate whose absence no test notices protects nobody.

Mutants of a condition: each part of it left out, at every depth, and each condition inside an `Exists` left out too.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, Q
from django.db.models.sql.where import WhereNode

# How a rule says "no row": whatever else stands beside it in an AND decides nothing.
NOTHING = ("pk__in", [])


def mutants(condition: Q, path: str = "") -> Iterator[tuple[str, Q]]:
    """Every condition with one part less, under a name that is the same for actors of the same branch of the rule."""
    barred = condition.connector == Q.AND and NOTHING in condition.children
    for position, child in enumerate(condition.children):
        if child == NOTHING and condition.connector == Q.OR:
            continue
        if barred and child != NOTHING:
            continue
        here = f"{path}/{condition.connector}{position}:{_name(child)}"
        if len(condition.children) > 1:
            yield here, _with(condition, position)
        elif not path:
            yield here, Q()
        if isinstance(child, Q):
            for name, part in mutants(child, here):
                yield name, _with(condition, position, part)
        elif isinstance(child, Exists):
            for name, part in _weaker(child, here):
                yield name, _with(condition, position, part)


def _with(condition: Q, position: int, replacement: Any = None) -> Q:
    children = list(condition.children)
    children[position : position + 1] = [] if replacement is None else [replacement]
    return Q.create(children=children, connector=condition.connector, negated=condition.negated)


def _weaker(exists: Exists, path: str) -> Iterator[tuple[str, Exists]]:
    for trail, removed in _parts(exists.query.where):
        copy = exists.copy()
        copy.query = exists.query.clone()
        copy.query.where = copy.query.where.clone()
        node: Any = copy.query.where
        for step in trail[:-1]:
            node = node.children[step]
        node.children.pop(trail[-1])
        yield f"{path}/exists:{_sentence(removed)}", copy


def _parts(where: WhereNode, trail: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Any]]:
    for position, child in enumerate(where.children):
        here = (*trail, position)
        if isinstance(child, WhereNode):
            # A group goes as a whole where all must hold: the dates of a right, say; then each of its parts.
            if where.connector == "AND":
                yield here, child
            yield from _parts(child, here)
        else:
            yield here, child


def _name(child: Any) -> str:
    if isinstance(child, Q):
        return "()"
    return str(child[0]) if isinstance(child, tuple) else type(child).__name__


def _sentence(part: Any) -> str:
    """`Membership.ends_at GreaterThan`, or the parts of a group."""
    if isinstance(part, WhereNode):
        return f"({f' {part.connector} '.join(_sentence(child) for child in part.children)})"
    column = getattr(getattr(part, "lhs", None), "target", None)
    return f"{column} {type(part).__name__}" if column is not None else type(part).__name__
