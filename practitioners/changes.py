"""What a write changes in a row, and how the journal tells it: numbers, codes and dates, never what a person wrote."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from django.db.models import Model


def differences(row: Model, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The part of `wanted` that is not already so."""
    return {name: value for name, value in wanted.items() if getattr(row, name) != value}


def facts_of(row: Model, changes: Mapping[str, Any], *, texts: Collection[str] = ()) -> dict[str, Any]:
    """The facts of a change, read before it is made: `changed` names the fields, each other fact is [before, after].

    Of a list, what was added and removed. Of the fields in `texts`, and of rows, the name alone or the id.
    """
    facts: dict[str, Any] = {"changed": sorted(changes)}
    for name, after in changes.items():
        before = getattr(row, name)
        if name in texts:
            continue
        if isinstance(after, list):
            facts[f"{name}_added"] = [item for item in after if item not in before]
            facts[f"{name}_removed"] = [item for item in before if item not in after]
        else:
            facts[name] = [_plain(before), _plain(after)]
    return facts


def assign(row: Model, changes: Mapping[str, Any]) -> None:
    """Write the changes, and these columns only."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))


def version_of(row: Model, *more: Any) -> str:
    """A short text that differs as soon as a column of the row, or one of the other values given, does.

    A form carries it, so that what somebody else wrote meanwhile is not overwritten unseen.
    """
    values = [getattr(row, field.attname) for field in row._meta.concrete_fields]
    return sha256(repr((values, more)).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value
