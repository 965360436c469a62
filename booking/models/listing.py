"""One row per agenda for the search of bookable practitioners."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Listing(models.Model):
    """A denormalised line of the directory. It may be a little stale; shown slots come from the engine.

    `cell` is the 0.1 degree square: (floor(lat*10)+900)*3600 + (floor(lon*10)+1800). `next_start` is the first
    start offered online for any reason, null when none lies within the horizon or the agenda is not bookable.
    `modes` and `new_patients` are the union over the reasons that are bookable online. From `stale_at` on time
    alone may have changed `next_start` (its notice has begun, a late-opening window has opened, a new day entered
    the horizon).
    """

    agenda = models.OneToOneField("practitioners.Agenda", on_delete=models.CASCADE, related_name="listing")
    practitioner = models.ForeignKey("practitioners.Practitioner", on_delete=models.CASCADE, related_name="listings")
    specialty = models.ForeignKey("practitioners.Specialty", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("practitioners.Place", on_delete=models.PROTECT, related_name="+")
    department = models.CharField(max_length=3)
    cell = models.IntegerField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    name_key = models.CharField(max_length=200)
    last_name_key = models.CharField(max_length=100)
    sector = models.CharField(max_length=2, blank=True, default="")
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    modes = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    wheelchair = models.BooleanField(default=False)
    new_patients = models.BooleanField(default=False)
    bookable = models.BooleanField(default=False)
    next_start = models.DateTimeField(null=True, blank=True)
    stale_at = models.DateTimeField(null=True, blank=True)
    refreshed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("ligne d’annuaire")
        indexes = [
            models.Index(fields=["specialty", "cell", "next_start"], name="listing_cell_next"),
            models.Index(fields=["cell", "next_start"], name="listing_anycell_next"),
            models.Index(fields=["next_start"], name="listing_next"),
            models.Index(fields=["stale_at"], name="listing_stale"),
            models.Index(fields=["last_name_key"], opclasses=["text_pattern_ops"], name="listing_last_name"),
        ]

    def __str__(self) -> str:
        return f"listing {self.pk}"


class ListedName(models.Model):
    """The dictionary of distinct folded surnames, with how many listings bear each: what typos are matched against."""

    name = models.CharField(max_length=100, primary_key=True)
    listings = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("nom de l’annuaire")
        indexes = [GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="listed_name_typos")]

    def __str__(self) -> str:
        return self.name
