"""Sites of the register, rows of the directory, and a request about a listing: the rows are everybody's, the request staff's."""

from datetime import date
from typing import Any

from booking.models import Listing
from practitioners.models import Agenda, ListingRequest, ListingWish, Place, Practitioner, RegisterSite

# What keeps somebody of the register out of the directory, or does not.
STATED: dict[str, dict[str, Any]] = {
    "stated": {},
    "wished": {"rpps": "10987654322"},
    "objected": {"rpps": "10987654321"},
    "struck_off": {"struck_off_on": date(2026, 11, 1)},
    "unlisted": {"unlisted": True},
    "left": {},
    "joined_left": {"verification": "published"},
}


def add_listings(world: Any) -> None:
    place = Place.objects.order_by("pk").first()
    specialty = world.get(Agenda, "other").practitioner.specialty
    about = {"specialty": specialty, "place": place, "department": place.department}
    for name, fields in STATED.items():
        named = {"slug": f"dr-{name}", "first_name": "Ana", "last_name": name, "name_key": f"{name} ana"}
        person = Practitioner.objects.create(**{"verification": "register", "specialty": specialty, **named, **fields})
        gone = date(2026, 11, 1) if name.endswith("left") else None
        site = RegisterSite.objects.create(
            practitioner=person,
            key=name,
            place=place,
            first_seen_on=date(2026, 1, 1),
            gone=gone is not None,
            last_seen_on=gone,
        )
        world.add(**{name: person})
        world.add(**{name: Listing.objects.create(site=site, practitioner=person, **about)})
    for name in ("other", "hidden"):
        agenda = world.get(Agenda, name)
        world.add(**{name: Listing.objects.create(agenda=agenda, practitioner=agenda.practitioner, **about)})
    ListingWish.objects.create(rpps=STATED["wished"]["rpps"], phone_hidden=True)
    ListingWish.objects.create(rpps=STATED["objected"]["rpps"], objected=True)
    world.add(a_request=ListingRequest.objects.create(kind="report", state="waiting"))
