"""Querysets whose SQL is made and planned once: the hot answers spend more time on making the same text again than on its rows.

A queryset is built with marks in the place of the values that change; `fetch` puts the values there. What comes back is
what the queryset itself would give: model instances, with their selected relations and annotations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from core.prepared import fetch_prepared
from core.replica import reading

M = TypeVar("M", bound=Model)


class CompiledQuery(Generic[M]):
    """The statement of a queryset of instances, and how its columns become them. Safe to share between threads."""

    def __init__(self, rows: QuerySet[M]) -> None:
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = compiler.as_sql()
        kind, select = compiler.klass_info, compiler.select
        self._model: type[M] = kind["model"]
        own = kind["select_fields"]
        self._own = slice(own[0], own[-1] + 1)
        self._names = [column[0].target.attname for column in select[self._own]]
        self._related = get_related_populators(kind, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # the stubs are of Django 6
        self._annotations = dict(compiler.annotation_col_map or {})
        self._converters = compiler.get_converters([column[0] for column in select])

    def fetch(self, values: Mapping[Any, Any], source: BaseDatabaseWrapper | None = None) -> list[M]:
        """The rows for these values, each standing for the mark that is its key.

        Rows that are not public, or not of models that the replica shows, name the primary as their `source`.
        """
        parameters = [values.get(parameter, parameter) for parameter in self.parameters]
        rows = fetch_prepared(source or reading(), self.sql, parameters)
        return [self._instance(_converted(row, self._converters)) for row in rows]

    def _instance(self, row: Sequence[Any]) -> M:
        made = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._own])
        for populator in self._related:
            populator.populate(row, made)
        for name, position in self._annotations.items():
            setattr(made, name, row[position])
        return made


class CompiledRows:
    """The same for `values_list` of querysets, a union of them too: rows of plain values."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self._parameters = compiler.as_sql()
        self._converters = compiler.get_converters([column[0] for column in compiler.select])

    def fetch(self, values: Mapping[Any, Any]) -> list[Sequence[Any]]:
        """The rows for these values, each standing for the mark that is its key."""
        parameters = [values.get(parameter, parameter) for parameter in self._parameters]
        return [_converted(row, self._converters) for row in fetch_prepared(reading(), self.sql, parameters)]


def _converted(row: Sequence[Any], converters: Mapping[int, tuple[Sequence[Any], Any]]) -> Sequence[Any]:
    if not converters:
        return row
    values = list(row)
    for position, (convert_each, expression) in converters.items():
        for convert in convert_each:
            values[position] = convert(values[position], expression, connection)
    return values
