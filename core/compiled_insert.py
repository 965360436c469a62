"""Rows written by a statement that is made and planned once: what each booking writes, it writes the same way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import AutoField, Model
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

from core.prepared import fetch_prepared

M = TypeVar("M", bound=Model)

# More rows than this are not written by a booking: Django cuts them into batches, and no text is kept for them.
FEW = 24


class CompiledInsert(Generic[M]):
    """Inserts new instances of a model as `bulk_create` does: no signals, no `save` of theirs.

    For models that are written and have neither. `known` leaves out rows that a unique key knows already; the keys of
    the others are then not read back.
    """

    def __init__(self, model: type[M], *, known: bool = False) -> None:
        self._model, self._known = model, known
        self._fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, AutoField)]
        self._texts: dict[int, tuple[str, bool]] = {}

    def write(self, rows: Sequence[M]) -> None:
        """One statement for `FEW` rows or less. The instances get their keys. Raises as `save` does."""
        if not rows:
            return
        if len(rows) > FEW:
            self._model._default_manager.bulk_create(rows, ignore_conflicts=self._known)
            return
        # Named once: `connection` looks for the one of this thread at each use.
        primary = connections[DEFAULT_DB_ALIAS]
        values = [
            [field.get_db_prep_save(field.pre_save(row, add=True), connection=primary) for field in self._fields]
            for row in rows
        ]
        text, by_column = self._text(len(rows))
        columns = [list(column) for column in zip(*values, strict=True)]
        parameters: list[Any] = columns if by_column else [value for row in values for value in row]
        written = fetch_prepared(primary, text, parameters)
        for row, found in zip(rows, written, strict=not self._known):
            row.pk = found[0]
        for row in rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def _text(self, count: int) -> tuple[str, bool]:
        """The statement for so many rows, and whether it takes one list for each column, as Django does for several."""
        made = self._texts.get(count)
        if made is None:
            query = InsertQuery(self._model, on_conflict=OnConflict.IGNORE if self._known else None)
            query.insert_values(self._fields, [self._model() for _ in range(count)])
            compiler: Any = query.get_compiler(DEFAULT_DB_ALIAS)
            compiler.returning_fields = None if self._known else [self._model._meta.pk]
            ((text, parameters),) = compiler.as_sql()
            made = self._texts[count] = text, len(parameters) == len(self._fields) < count * len(self._fields)
        return made
