"""Somebody of the national register who has not joined, and what was asked about their listing, for the table of rights."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from core import clock
from practitioners.models import ListingRequest, Place, Practitioner, RegisterSite


def listing_targets(practitioner: Any) -> dict[str, dict[str, Any]]:
    """Keyword arguments of the addresses, by the name of the target."""
    person = Practitioner.objects.create(
        slug="dr-au-repertoire",
        rpps="10987654323",
        first_name="Ana",
        last_name="Stable",
        name_key="stable ana",
        specialty=practitioner.specialty,
        verification="register",
    )
    site = RegisterSite.objects.create(
        practitioner=person,
        key="a" * 32,
        place=Place.objects.order_by("pk").first(),
        email="ana@exemple.fr",
        first_seen_on=date(2026, 1, 1),
    )
    about = {"practitioner": person, "rpps": person.rpps, "site": site}
    proving = ListingRequest.objects.create(
        kind="objection",
        state="proving",
        digest="0" * 64,
        tries_left=5,
        expires_at=clock.now() + timedelta(minutes=15),
        **about,
    )
    waiting = ListingRequest.objects.create(kind="report", state="waiting", reason="other", **about)
    done = ListingRequest.objects.create(kind="hide_phone", state="done", decided_at=clock.now(), **about)
    return {
        "dr_stated": {"slug": person.slug},
        "a_listing_code": {"uid": proving.uid},
        "a_report": {"uid": waiting.uid},
        "a_wish": {"uid": done.uid},
        "no_listing_request": {"uid": UUID(int=0)},
    }
