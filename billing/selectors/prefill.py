"""What is known of a practice already, so that nobody types it to subscribe."""

from __future__ import annotations

from practitioners.models import Location, Practice


def payer_of_practice(practice: Practice, email: str = "") -> dict[str, str]:
    """Name, first address and e-mail of the practice as the fields of a payer; `email` when it has none."""
    fields = {"name": practice.name, "email": practice.email or email}
    place = Location.objects.filter(practice=practice).select_related("place").order_by("pk").first()
    if place is not None:
        fields |= {"street": place.street, "postcode": place.postcode, "city": place.place.name}
    return fields
