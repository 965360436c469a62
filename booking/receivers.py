"""What booking does when a package below tells that something changed."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from booking.services._news import refresh_listings
from practitioners.signals import offering_changed


@receiver(offering_changed, dispatch_uid="booking.refresh_listings")
def refresh_next_starts(sender: Any, practitioner_ids: Sequence[int], **kwargs: Any) -> None:
    """Queue, in the transaction of the change, the directory rows of these practitioners."""
    refresh_listings(*practitioner_ids)
