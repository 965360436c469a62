"""What booking does when a package below tells that something changed."""

from collections.abc import Sequence
from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver

from booking.search.unjoined import refresh_relation
from booking.selectors.directory import joined_of
from booking.services._news import refresh_listings
from booking.services.departures import announce_locum, list_left_visits
from booking.services.reminder_replanning import replan_location, replan_person
from booking.services.waitlist import forget_agendas
from notifications.signals import clock_changed
from practitioners.models import Location
from practitioners.signals import agendas_left, locum_announced, offering_changed, register_merged


@receiver(offering_changed, dispatch_uid="booking.refresh_listings")
def refresh_next_starts(sender: Any, practitioner_ids: Sequence[int], **kwargs: Any) -> None:
    """Queue, in the transaction of the change, the directory rows of these practitioners."""
    refresh_listings(*practitioner_ids)


@receiver(register_merged, dispatch_uid="booking.list_the_register")
def list_the_register(sender: Any, relation: str, **kwargs: Any) -> None:
    """In the transaction of the merge: rows of those who have not joined; a job for those who have."""
    refresh_relation(relation)
    refresh_listings(*joined_of(relation))


@receiver(locum_announced, dispatch_uid="booking.announce_locum")
def tell_patients_of_locum(sender: Any, member_id: int, **kwargs: Any) -> None:
    """Queue, in the transaction of the acceptance, what the patients of these days are told."""
    announce_locum(member_id)


@receiver(agendas_left, dispatch_uid="booking.list_left_visits")
def list_visits_of_who_left(sender: Any, practice_id: int, agenda_ids: Sequence[int], **kwargs: Any) -> None:
    """In the transaction of the departure: its visits stay, for somebody to decide."""
    list_left_visits(practice_id, agenda_ids)
    forget_agendas(agenda_ids)


@receiver(clock_changed, dispatch_uid="booking.replan_person")
def remind_by_new_clock(sender: Any, user_id: int, **kwargs: Any) -> None:
    """In the transaction of the change: reminders that wait follow the person's clock."""
    replan_person(user_id)


@receiver(pre_save, sender=Location, dispatch_uid="booking.replan_location")
def remind_by_clock_of_place(sender: Any, instance: Location, raw: bool = False, **kwargs: Any) -> None:
    """A place that moves to another zone, or whose zone is put right, takes its reminders along."""
    known = None if raw or instance.pk is None else Location.objects.filter(pk=instance.pk).first()
    if known is not None and known.timezone != instance.timezone:
        replan_location(instance.pk)
