"""Writes the reference data kept in the repository into the database. Run by commands: no person acts, none is audited.

Every function may be run again at any time: rows are matched by their public key, only those that differ are written,
and none is deleted, since a location may lie in a commune that has merged since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from practitioners.models import ReasonKind, Specialty
from practitioners.reference import COMMUNES_FILE
from practitioners.reference.catalogue import read_reason_kinds, read_specialties
from practitioners.reference.communes import Commune, read_communes, search_keys

# One statement for 35,000 rows: arrays in, only rows that differ out.
UPSERT_PLACES = """
    INSERT INTO practitioners_place AS kept (
        insee, name, slug, sort_key, short_key, postcodes, department, region, parent_id,
        latitude, longitude, population, timezone
    )
    SELECT insee, name, slug, sort_key, short_key, string_to_array(postcodes, ' '), department, region, parent_id,
           latitude, longitude, population, timezone
      FROM unnest(
        %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::float8[], %s::float8[], %s::int[], %s::text[]
      ) AS given (
        insee, name, slug, sort_key, short_key, postcodes, department, region, parent_id,
        latitude, longitude, population, timezone
      )
    ON CONFLICT (insee) DO UPDATE SET
        name = EXCLUDED.name, slug = EXCLUDED.slug, sort_key = EXCLUDED.sort_key, short_key = EXCLUDED.short_key,
        postcodes = EXCLUDED.postcodes, department = EXCLUDED.department, region = EXCLUDED.region,
        parent_id = EXCLUDED.parent_id, latitude = EXCLUDED.latitude, longitude = EXCLUDED.longitude,
        population = EXCLUDED.population, timezone = EXCLUDED.timezone
    WHERE (kept.*) IS DISTINCT FROM (EXCLUDED.*)
"""


@dataclass(frozen=True, slots=True)
class LoadedReference:
    """How many rows were really written, new or changed; zero everywhere when the database was up to date."""

    places: int
    specialties: int
    reason_kinds: int


def load_reference() -> LoadedReference:
    """Load communes, specialties and usual reasons, all or nothing."""
    with transaction.atomic():
        return LoadedReference(places=load_places(), specialties=load_specialties(), reason_kinds=load_reason_kinds())


def load_places(communes: Sequence[Commune] | None = None) -> int:
    """Write the communes given, or those of the committed file; return how many rows were new or changed."""
    rows = []
    for one in communes if communes is not None else read_communes(COMMUNES_FILE):
        named = (one.insee, one.name, one.slug, *search_keys(one.name))
        administered = (" ".join(one.postcodes), one.department, one.region, one.parent)
        rows.append((*named, *administered, one.latitude, one.longitude, one.population, one.timezone))
    if not rows:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UPSERT_PLACES, [list(column) for column in zip(*rows, strict=True)])
        return cursor.rowcount


def load_specialties() -> int:
    """Write the specialties of the committed file; return how many rows were new or changed."""
    fields = ("name", "name_en", "profession", "group", "codes", "synonyms", "position")
    kept = {specialty.slug: specialty for specialty in Specialty.objects.all()}
    given = [Specialty(slug=row.slug, **{field: getattr(row, field) for field in fields}) for row in read_specialties()]
    changed = [one for one in given if one.slug not in kept or _differ(one, kept[one.slug], fields)]
    Specialty.objects.bulk_create(changed, update_conflicts=True, unique_fields=["slug"], update_fields=fields)
    return len(changed)


def load_reason_kinds() -> int:
    """Write the usual reasons of the committed file; return how many rows were new or changed.

    Raises KeyError when the file names a specialty that is not loaded.
    """
    fields = ("name", "name_en", "duration_minutes", "modes", "position")
    specialties = dict(Specialty.objects.values_list("slug", "pk"))
    kept = {(kind.specialty_id, kind.slug): kind for kind in ReasonKind.objects.all()}
    given = [
        ReasonKind(
            specialty_id=specialties[row.specialty], slug=row.slug, **{field: getattr(row, field) for field in fields}
        )
        for row in read_reason_kinds()
    ]
    changed = []
    for one in given:
        same = kept.get((one.specialty_id, one.slug))
        if same is None or _differ(one, same, fields):
            changed.append(one)
    ReasonKind.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["specialty", "slug"], update_fields=fields
    )
    return len(changed)


def _differ(one: object, other: object, fields: Sequence[str]) -> bool:
    return any(getattr(one, field) != getattr(other, field) for field in fields)
