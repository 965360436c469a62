"""One row per agenda, or per site of a practitioner who has not joined, and the words by which names are found."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Spot(models.Func):
    """A listing on the Mercator plane, in degrees: nearest neighbours come out of a GiST index in order."""

    function = "POINT"

    def __init__(self) -> None:
        super().__init__(models.F("longitude"), models.F("northing"))


class Slips(models.Func):
    """The keys by which a name is found in spite of one slip: its first eight letters, whole and without each in turn."""

    function = "booking_slips"
    output_field = ArrayField(models.TextField())


class Listing(models.Model):
    """A denormalised line of the directory. It may be a little stale; shown slots come from the engine.

    Its `agenda` is that of somebody who has joined; its `site` is one of the national register, of somebody who has
    not: nothing is bookable there, and no `next_start` ever known.

    `cell` is the 0.1 degree square: (floor(lat*10)+900)*3600 + (floor(lon*10)+1800). `northing` is the latitude
    stretched as on a Mercator map, so that the plane keeps distances around any point. `alone`: the practitioner has
    no other row. `next_start` is the first start open online to the public for any reason, null when none lies
    within the horizon or the agenda is not bookable. `modes` and `new_patients` are the union over those reasons.
    From `stale_at` on, time alone may have changed `next_start` (its notice has begun, a hold has expired, a
    late-opening window has opened, a new day entered the horizon).
    """

    agenda = models.OneToOneField("practitioners.Agenda", null=True, on_delete=models.CASCADE, related_name="listing")
    site = models.OneToOneField(
        "practitioners.RegisterSite", null=True, on_delete=models.CASCADE, related_name="listing"
    )
    practitioner = models.ForeignKey("practitioners.Practitioner", on_delete=models.CASCADE, related_name="listings")
    specialty = models.ForeignKey("practitioners.Specialty", on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey("practitioners.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.CharField(max_length=3)
    cell = models.IntegerField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    northing = models.FloatField(null=True)
    sector = models.CharField(max_length=2, blank=True, default="")
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    modes = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    wheelchair = models.BooleanField(default=False)
    new_patients = models.BooleanField(default=False)
    bookable = models.BooleanField(default=False)
    alone = models.BooleanField(default=False)
    next_start = models.DateTimeField(null=True, blank=True)
    stale_at = models.DateTimeField(null=True, blank=True)
    refreshed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("ligne d’annuaire")
        constraints = [
            models.CheckConstraint(
                name="listing_of_one_thing",
                condition=models.Q(agenda__isnull=False, site__isnull=True)
                | models.Q(agenda__isnull=True, site__isnull=False, bookable=False, next_start__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["specialty", "cell", "next_start"], name="listing_cell_next"),
            models.Index(fields=["cell", "next_start"], name="listing_anycell_next"),
            models.Index(fields=["specialty", "next_start"], name="listing_specialty_next"),
            models.Index(fields=["next_start"], name="listing_next"),
            models.Index(fields=["department", "specialty"], name="listing_department"),
            models.Index(fields=["stale_at"], name="listing_stale"),
            GistIndex("specialty", Spot(), name="listing_near"),
            GistIndex(Spot(), name="listing_anynear"),
        ]

    def __str__(self) -> str:
        return f"listing {self.pk}"


class WordSource(models.TextChoices):
    """Where a word of `ListedWord` comes from."""

    NAME = "name", _("nom")
    PRACTICE = "practice", _("cabinet")


class ListedWord(models.Model):
    """A folded word by which a listed practitioner is found: of their own name, or of their practice's."""

    practitioner = models.ForeignKey("practitioners.Practitioner", on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=60)
    source = models.CharField(max_length=8, choices=WordSource)

    class Meta:
        verbose_name = _("mot de l’annuaire")
        constraints = [models.UniqueConstraint(fields=["practitioner", "word", "source"], name="listed_word_once")]
        indexes = [
            models.Index(
                fields=["word"],
                opclasses=["text_pattern_ops"],
                include=["practitioner", "source"],
                name="listed_word_prefix",
            )
        ]

    def __str__(self) -> str:
        return self.word


class ListedName(models.Model):
    """The dictionary of distinct words of people's names, with how many bear each: what typos are matched against."""

    name = models.CharField(max_length=60, primary_key=True)
    listings = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("nom de l’annuaire")
        indexes = [
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="listed_name_typos"),
            GinIndex(Slips("name"), name="listed_name_slips"),
        ]

    def __str__(self) -> str:
        return self.name
