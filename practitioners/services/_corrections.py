"""Reads what a form says is to be corrected into the shape that a wish keeps. Pure but for the sites it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import phonenumbers

from practitioners.listing_refusals import ListingRefusal
from practitioners.selectors.register_sites import ShownSite


def corrections_of(sites: Sequence[ShownSite], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes`: `site` (uid of one of them; the only one if absent), `closed`, `street`, `phone`. Raises `phone_wrong`.

    What already stands is no change. The name, the title and the specialty are the register's alone.
    """
    chosen = [one for one in sites if str(one.site.uid) == str(changes.get("site") or "")]
    if not chosen and len(sites) == 1:
        chosen = list(sites)
    if not chosen:
        return {}
    one = chosen[0]
    if changes.get("closed"):
        return {one.site.key: {"closed": True}}
    wanted = {}
    street, phone = str(changes.get("street") or "").strip(), str(changes.get("phone") or "").strip()
    if street and street != one.street:
        wanted["street"] = street[:200]
    if phone:
        number = _number(phone)
        if number != one.phone:
            wanted["phone"] = number
    return {one.site.key: wanted} if wanted else {}


def _number(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        raise ListingRefusal("phone_wrong") from None
    if not phonenumbers.is_possible_number(number):
        raise ListingRefusal("phone_wrong")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
