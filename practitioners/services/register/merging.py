"""Merges the staged register into the directory, in the caller's transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection

from practitioners.models import Practitioner, RegisterSnapshot, Specialty
from practitioners.register.refusals import refused
from practitioners.register.skills import specialty_rules
from practitioners.services.register import statements
from practitioners.signals import register_merged

# More people leaving at once than one in a hundred is a broken file until somebody says otherwise.
STRIKE_OFF_SHARE = 0.01
# So many people without any place left make a file whose addresses are broken; a few dozen retire in one night.
EMPTIED_SHARE, EMPTIED_FEW = 0.05, 100
# So many new rows make the planner's figures wrong until autovacuum comes by.
ANALYZED_FROM = 5_000
# Tables of one merge, beside those of the staging.
MERGE_TABLES = ("specialty", "people", "present", "sites", "touched", "struck")
# Columns written by the statement itself, not from the model's defaults.
_WRITTEN = frozenset(
    {"id", "uid", "slug", "rpps", "title", "first_name", "last_name", "name_key", "specialty_id", "verification"}
    | {"created_at", "vitale", "register_first_name", "register_last_name", "register_profession", "register_since"}
)


@dataclass(frozen=True, slots=True)
class Merged:
    """How many people and sites a merge wrote. `unchanged` counts people of the file who are in the directory as before.

    `objected` are in the file and stay out; `no_specialty` have a profession but no specialty of the directory.
    """

    created: int
    changed: int
    unchanged: int
    struck_off: int
    reinstated: int
    objected: int
    no_specialty: int
    sites_created: int
    sites_changed: int
    sites_gone: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def merge(
    *,
    snapshot: RegisterSnapshot | None,
    day: date,
    last_day: date,
    allowed: int | None = None,
    undone: date | None = None,
) -> Merged:
    """Write what is staged. `allowed` people may leave, else one in a hundred; `undone` is the day of a snapshot taken back.

    `last_day` is when those who are gone were last stated. `tell_others` is for the same transaction.
    Raises `too_many_strike_offs`, `too_many_without_place`, `no_reference`.
    """
    facts = {"day": day, "last_day": last_day, "undone": undone, "snapshot": snapshot.pk if snapshot else None}
    with connection.cursor() as cursor:
        # Sorting two million lines in the usual four megabytes would go by the disk.
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.register_{name}' for name in MERGE_TABLES)}")
        _load_specialties(cursor)
        for statement in (statements.PEOPLE, statements.PRESENT, statements.TOUCHED, statements.STRUCK):
            cursor.execute(statement)
        cursor.execute(statements.KEYS)
        if undone is None:
            _refuse_exodus(cursor, facts, allowed)
        reinstated = _count(cursor, statements.REINSTATED, facts)
        cursor.execute(statements.INHERITED)
        cursor.execute(statements.OBJECTED)
        _count(cursor, statements.PERSONS, facts)
        created = _count(cursor, _created_statement(), {**facts, **_defaults()})
        cursor.execute(statements.SITES)
        cursor.execute(statements.SITE_KEYS)
        sites = [
            _value(cursor, statement, facts)
            for statement in (statements.SITES_CREATED, statements.SITES_CHANGED, statements.SITES_GONE)
        ]
        if undone is not None:
            cursor.execute(statements.WITHDRAWN, facts)
        struck = _count(cursor, statements.STRIKE_OFF, facts)
        cursor.execute(statements.TALLY)
        unchanged, no_specialty, objected, touched = cursor.fetchone()
        merged = Merged(
            created, touched - created - struck, unchanged, struck, reinstated, objected, no_specialty, *sites
        )
        cursor.execute("ANALYZE register_touched")
        if created + merged.sites_created > ANALYZED_FROM:
            cursor.execute("ANALYZE practitioners_practitioner, practitioners_registersite")
    return merged


def tell_others(snapshot: RegisterSnapshot) -> None:
    """Other packages hear of the merge, in its transaction: the directory's rows are built by then."""
    register_merged.send(sender=RegisterSnapshot, snapshot_id=snapshot.pk, relation="register_touched")


def struck_with_agenda() -> list[int]:
    """Ids of the practitioners whom this transaction's merge struck off and who offer visits here."""
    with connection.cursor() as cursor:
        cursor.execute(statements.STRUCK_WITH_AGENDA)
        return [pk for (pk,) in cursor.fetchall()]


def _load_specialties(cursor: Any) -> None:
    rows = specialty_rules(Specialty.objects.values_list("pk", "slug", "profession", "codes", "position"))
    if not rows:
        raise refused("no_reference")
    cursor.execute(
        "CREATE TEMP TABLE register_specialty (profession text, skill text, specialty_id bigint, rank int) ON COMMIT DROP"
    )
    cursor.executemany("INSERT INTO register_specialty VALUES (%s, %s, %s, %s)", rows)


def _refuse_exodus(cursor: Any, facts: Mapping[str, Any], allowed: int | None) -> None:
    cursor.execute(statements.KNOWN, facts)
    known, leaving = cursor.fetchone()
    limit = known * STRIKE_OFF_SHARE if allowed is None else allowed
    if leaving > limit:
        raise refused("too_many_strike_offs", count=leaving, known=known)
    cursor.execute(statements.EMPTIED)
    (emptied,) = cursor.fetchone()
    if emptied > max(EMPTIED_FEW, known * EMPTIED_SHARE, allowed or 0):
        raise refused("too_many_without_place", count=emptied, known=known)


def _created_statement() -> str:
    """Every other column that must have a value takes the model's default: a column added later needs no change here."""
    names = list(_defaults())
    return statements.CREATED.format(
        columns="".join(f", {name.removeprefix('default_')}" for name in names),
        values="".join(f", %({name})s" for name in names),
    )


def _defaults() -> dict[str, Any]:
    return {
        f"default_{field.column}": field.get_db_prep_save(field.get_default(), connection)
        for field in Practitioner._meta.concrete_fields
        if field.column not in _WRITTEN and not field.null and not field.has_db_default()
    }


def _count(cursor: Any, statement: str, facts: Mapping[str, Any]) -> int:
    cursor.execute(statement, facts)
    return int(cursor.rowcount)


def _value(cursor: Any, statement: str, facts: Mapping[str, Any]) -> int:
    cursor.execute(statement, facts)
    return int(cursor.fetchone()[0])
