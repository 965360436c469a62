"""What booking does when a package below tells that something changed."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from booking.services._news import refresh_listings
from booking.services.departures import announce_locum, list_left_visits
from practitioners.signals import agendas_left, locum_announced, offering_changed


@receiver(offering_changed, dispatch_uid="booking.refresh_listings")
def refresh_next_starts(sender: Any, practitioner_ids: Sequence[int], **kwargs: Any) -> None:
    """Queue, in the transaction of the change, the directory rows of these practitioners."""
    refresh_listings(*practitioner_ids)


@receiver(locum_announced, dispatch_uid="booking.announce_locum")
def tell_patients_of_locum(sender: Any, member_id: int, **kwargs: Any) -> None:
    """Queue, in the transaction of the acceptance, what the patients of these days are told."""
    announce_locum(member_id)


@receiver(agendas_left, dispatch_uid="booking.list_left_visits")
def list_visits_of_who_left(sender: Any, practice_id: int, agenda_ids: Sequence[int], **kwargs: Any) -> None:
    """In the transaction of the departure: its visits stay, for somebody to decide."""
    list_left_visits(practice_id, agenda_ids)
