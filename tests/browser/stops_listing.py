"""The pages of a listing of the register: as a visitor sees them, as its owner changes them, and the staff's side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from practitioners.models import ListingRequest
from tests.security.world import World

LISTING_PAGES = {
    *(f"practitioners:{name}" for name in ("listing", "report_listing", "listing_request")),
    *(f"practitioners:{name}" for name in ("listing_requests", "listing_decide")),
}
LISTING_NOT_PAGES = {"practitioners:listing_restore": "answers POST alone"}


def listing_stops(world: World) -> Iterator[Any]:
    from tests.browser.stops import at, submit

    yield at("booking:practitioner", world, "dr_stated", state="of the register")
    yield at("practitioners:listing", world, "dr_stated")
    yield at("practitioners:listing", world, "dr_martin", state="kept by who has joined")
    yield at("practitioners:report_listing", world, "dr_stated")
    yield at("practitioners:report_listing", world, "dr_stated", state="refused", act=submit)
    yield at("practitioners:listing_request", world, "a_listing_code")
    for name in ("a_report", "a_wish"):
        yield at("practitioners:listing_request", world, name, state=name)
    yield at("practitioners:listing_requests", world, role="admin")
    for name in ("a_report", "a_wish"):
        yield at("practitioners:listing_decide", world, name, role="admin", state=name)
    yield at("practitioners:listing_decide", world, "a_report", role="admin", state="refused", act=submit)
    ListingRequest.objects.all().delete()
    yield at("practitioners:listing_requests", world, role="admin", state="empty")
