"""Files of one practice that may be one person's: same birth date and nearly the same names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from core.access import Actor, scoped
from core.text import edit_distance, tolerance
from patients.models import PatientRecord
from patients.naming import name_key
from patients.phones import phone_key

# Files born on one day that are compared name by name: a practice has few, a file full of 1 January may have many.
MOST_COMPARED = 400
SHOWN = 50
LIKENESS = 0.45

# Pairs of files of one practice, by (practice, birth date), by the same names when one has no date, by the same number.
_PAIRS = """
WITH files AS MATERIALIZED (
    SELECT id, name_key, birth_date FROM patients_patientrecord
    WHERE practice_id = %(practice)s AND merged_into_id IS NULL
)
SELECT a.id, b.id FROM files a JOIN files b
  ON a.birth_date = b.birth_date AND a.id < b.id AND similarity(a.name_key, b.name_key) >= %(likeness)s
UNION
SELECT least(a.id, b.id), greatest(a.id, b.id) FROM files a JOIN files b
  ON a.name_key = b.name_key AND a.birth_date IS NULL AND a.id <> b.id AND (b.birth_date IS NOT NULL OR a.id < b.id)
ORDER BY 1, 2 LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files that may be one person's; `first` is the older file."""

    first: PatientRecord
    second: PatientRecord

    @property
    def is_refused(self) -> bool:
        """Linked to two different identities: never merged."""
        first, second = self.first.patient_id, self.second.patient_id
        return first is not None and second is not None and first != second


def likely_duplicates(actor: Actor, *, limit: int = SHOWN) -> list[Pair]:
    """Pairs of files of the current practice that may be one person's, oldest first. Two statements."""
    if actor.practice_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"practice": actor.practice_id, "likeness": LIKENESS, "most": limit * 4})
        pairs = cursor.fetchall()
    if not pairs:
        return []
    files = scoped(actor, PatientRecord, "keep").filter(pk__in={pk for pair in pairs for pk in pair})
    by_pk = {file.pk: file for file in files}
    found = [Pair(by_pk[one], by_pk[other]) for one, other in pairs if one in by_pk and other in by_pk]
    return [pair for pair in found if nearly_one_person(pair.first, pair.second)][:limit]


def possible_duplicates(
    actor: Actor, values: Mapping[str, Any], *, exclude: int | None = None, limit: int = 5
) -> list[PatientRecord]:
    """Files of the current practice that may already be this person's. One statement.

    A family shares a number, an address and a name: nobody is a duplicate by these alone. Twins born on one day with
    nearly the same first name are shown, and told apart by who types.
    """
    wanted = PatientRecord(**{field: values.get(field) or "" for field in ("first_name", "birth_name", "used_name")})
    wanted.birth_date = values.get("birth_date")
    keys = {
        name_key(*names)
        for last in (wanted.birth_name, wanted.used_name)
        for names in ((last, wanted.first_name), (last, wanted.first_name, last))
        if last
    }
    undated = Q(name_key__in=keys) if wanted.birth_date is None else Q(name_key__in=keys, birth_date__isnull=True)
    same_number = phone_key(values.get("phone"), values.get("landline"))
    near = undated
    if wanted.birth_date is not None:
        near |= Q(birth_date=wanted.birth_date)
    if same_number:
        near |= Q(phone_key=same_number)
    files = scoped(actor, PatientRecord, "work").filter(near).exclude(pk=exclude or 0).order_by("name_key", "pk")
    found = [
        file
        for file in files[:MOST_COMPARED]
        if nearly_one_person(wanted, file, same_number=bool(same_number) and file.phone_key == same_number)
    ]
    return found[:limit]


def nearly_one_person(one: PatientRecord, other: PatientRecord, *, same_number: bool = False) -> bool:
    """First names and one of the last names alike, or both swapped; birth dates that do not contradict.

    With the same phone number, a birth date typed wrong does not tell two people apart.
    """
    if one.birth_date and other.birth_date and one.birth_date != other.birth_date and not same_number:
        return False
    first, last = name_key(one.first_name), _last_names(one)
    other_first, other_last = name_key(other.first_name), _last_names(other)
    straight = _alike([first], [other_first]) and _alike(last, other_last)
    return straight or (_alike([first], other_last) and _alike(last, [other_first]))


def _last_names(record: PatientRecord) -> list[str]:
    return [name_key(name) for name in (record.birth_name, record.used_name) if name]


def _alike(some: Sequence[str], others: Sequence[str]) -> bool:
    for one in some:
        for other in others:
            allowed = min(tolerance(one), tolerance(other), 1)
            plain, plain_other = one.replace(" ", ""), other.replace(" ", "")
            if plain and edit_distance(plain, plain_other, allowed) <= allowed:
                return True
    return False
