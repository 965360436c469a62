"""Tells the sweeper of orphans which objects are archives that still wait."""

from __future__ import annotations

from carnet.storage import names_objects
from custody.models import DataArchive


@names_objects
def archives(names: list[str]) -> set[str]:
    return set(DataArchive.objects.filter(object_name__in=names).values_list("object_name", flat=True))
