"""The wall-clock rules of an agenda: opening windows and absences. Slots are computed from them, never stored."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.recurrence import Frequency


class WallClockRule(models.Model):
    """Hours in the zone of the agenda's location, repeated by date. Shapes as in `booking.recurrence.Recurrence`.

    `span_days` is how many local days later the end falls: 0 the same day, 1 the next one (24:00 is 00:00, span 1).
    `ends_on` is inclusive. `excluded_on` are removed occurrences.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    frequency = models.CharField(max_length=12, choices=[(f.value, f.value) for f in Frequency])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    interval = models.PositiveSmallIntegerField(default=1)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    nth = models.SmallIntegerField(null=True, blank=True)
    excluded_on = ArrayField(models.DateField(), default=list, blank=True)
    start_time = models.TimeField()
    end_time = models.TimeField()
    span_days = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


_ENDS_AFTER_START = models.Q(span_days__gte=1) | models.Q(end_time__gt=models.F("start_time"))
_LAST_DAY_AFTER_FIRST = models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on"))


class OpeningHours(WallClockRule):
    """A window in which patients are received (plage d'ouverture).

    `reasons` empty and `accepts_all_reasons` true: every reason of the agenda. `released_minutes` set: an
    urgent-care window, whose starts are offered only from that many minutes before them. `open_on_holidays`:
    opened on purpose although the day is a public holiday.
    """

    agenda = models.ForeignKey("practitioners.Agenda", on_delete=models.CASCADE, related_name="opening_hours")
    accepts_all_reasons = models.BooleanField(default=True)
    reasons = models.ManyToManyField("practitioners.AgendaReason", blank=True, related_name="opening_hours")
    released_minutes = models.PositiveIntegerField(null=True, blank=True)
    open_on_holidays = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("plage d’ouverture")
        constraints = [
            models.CheckConstraint(name="opening_ends_after_start", condition=_ENDS_AFTER_START),
            models.CheckConstraint(name="opening_dates_ordered", condition=_LAST_DAY_AFTER_FIRST),
            models.CheckConstraint(name="opening_interval_positive", condition=models.Q(interval__gte=1)),
        ]

    def __str__(self) -> str:
        return f"opening hours {self.pk}"


class Absence(WallClockRule):
    """Time in which the practitioner does not receive at this agenda; covers the openings below it."""

    agenda = models.ForeignKey("practitioners.Agenda", on_delete=models.CASCADE, related_name="absences")
    label = models.CharField(_("libellé interne"), max_length=80, blank=True, default="")
    # The outside calendar it was read from; empty when the practice wrote it.
    source = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("absence")
        constraints = [
            models.CheckConstraint(name="absence_ends_after_start", condition=_ENDS_AFTER_START),
            models.CheckConstraint(name="absence_dates_ordered", condition=_LAST_DAY_AFTER_FIRST),
            models.CheckConstraint(name="absence_interval_positive", condition=models.Q(interval__gte=1)),
        ]

    def __str__(self) -> str:
        return f"absence {self.pk}"
