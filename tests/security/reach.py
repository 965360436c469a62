"""Whom a condition reaches, for many actors in one query: their ids stand in it as columns of a list of the actors."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from core.access import Actor

# Ids that no row has. Where the SQL of a rule holds one of them, the column of the list takes its place.
COLUMNS = {-991_000_001: "actor_.user_id", -992_000_002: "actor_.practice_id"}
USER, PRACTICE = COLUMNS


def alike(actors: dict[str, Actor]) -> list[dict[str, Actor]]:
    """The actors in groups of those who differ by their ids alone: a rule says the same of all of a group."""
    groups: dict[Actor, dict[str, Actor]] = defaultdict(dict)
    for role, actor in actors.items():
        groups[stand_in(actor)][role] = actor
    return list(groups.values())


def stand_in(actor: Actor) -> Actor:
    """The same actor with ids that `reached` knows again in the SQL."""
    return replace(
        actor,
        user_id=None if actor.user_id is None else USER,
        practice_id=None if actor.practice_id is None else PRACTICE,
    )


def reached(rows: QuerySet[Any], actors: dict[str, Actor]) -> dict[str, list[Any]]:
    """Role → keys of the rows of a query that was made for the stand-in of these actors."""
    try:
        sql, parameters = rows.order_by().values_list("pk", flat=True).query.sql_with_params()
    except EmptyResultSet:
        return {role: [] for role in actors}
    marks = [_mark(value) for value in parameters]
    asked = "".join(part for pair in zip(sql.split("%s"), [*marks, ""], strict=True) for part in pair)
    given = [value for value, mark in zip(parameters, marks, strict=True) if "%s" in mark]
    listed = ", ".join(["(%s, %s::bigint, %s::bigint)"] * len(actors))
    people = [value for role, actor in actors.items() for value in (role, actor.user_id, actor.practice_id)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT actor_.role, ARRAY({asked}) FROM (VALUES {listed}) AS actor_ (role, user_id, practice_id)",
            [*given, *people],
        )
        return dict(cursor.fetchall())


def _mark(value: Any) -> str:
    """What stands for a parameter: itself, or an id of the actor of the line, also inside a text."""
    if isinstance(value, int):
        return COLUMNS.get(value, "%s")
    mark = "%s"
    for number, column in COLUMNS.items():
        if isinstance(value, str) and str(number) in value:
            mark = f"replace({mark}, '{number}', {column}::text)"
    return mark
