"""What somebody wishes about their own listing takes effect: at once, and for every import to come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from practitioners.enums import ListingAsk
from practitioners.models import ListingRequest, ListingWish, Practitioner
from practitioners.signals import offering_changed


def fulfil(request: ListingRequest) -> None:
    """Write the wish of a proven request; in the caller's transaction. A report wishes nothing by itself."""
    if request.kind == ListingAsk.OBJECTION:
        _write(request.rpps, objected=True)
    elif request.kind == ListingAsk.HIDE_PHONE:
        _write(request.rpps, phone_hidden=True)
    elif request.kind == ListingAsk.CORRECTION:
        _write(request.rpps, corrections=request.wanted)


def measure(rpps: str, wanted: ListingAsk, corrections: Mapping[str, Any] | None = None) -> None:
    """What staff do after a report, as if the person had wished it."""
    if wanted == ListingAsk.OBJECTION:
        _write(rpps, objected=True)
    elif wanted == ListingAsk.HIDE_PHONE:
        _write(rpps, phone_hidden=True)
    else:
        _write(rpps, corrections=corrections or {})


def forget_wish(rpps: str, kind: str) -> None:
    """Show again what a wish had hidden; the person asked for it."""
    if kind == ListingAsk.OBJECTION:
        _write(rpps, objected=False)
    elif kind == ListingAsk.HIDE_PHONE:
        _write(rpps, phone_hidden=False)
    else:
        _write(rpps, corrections=None)


def _write(
    rpps: str,
    *,
    objected: bool | None = None,
    phone_hidden: bool | None = None,
    corrections: Mapping[str, Any] | None = {},
) -> None:
    ListingWish.objects.get_or_create(rpps=rpps)
    wish = ListingWish.objects.select_for_update().get(rpps=rpps)
    if objected is not None:
        wish.objected = objected
    if phone_hidden is not None:
        wish.phone_hidden = phone_hidden
    kept: dict[str, Any] = {} if corrections is None else dict(wish.corrections)
    for key, changes in (corrections or {}).items():
        kept[key] = {**kept.get(key, {}), **changes}
    wish.corrections = kept
    wish.save()
    people = Practitioner.objects.filter(rpps=rpps)
    people.update(unlisted=wish.objected)
    ids = list(people.order_by("pk").values_list("pk", flat=True))
    if ids:
        offering_changed.send(sender=Practitioner, practitioner_ids=ids)
