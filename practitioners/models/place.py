"""French communes: where people look for care and which clock and holidays a location follows."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.reference.communes import search_keys


class Place(models.Model):
    """A commune, or an arrondissement of Paris, Lyon or Marseille (its `parent` is then the city).

    `slug` is a lasting part of public addresses. `sort_key` is the folded name, `short_key` the same without a
    leading article; both follow `name` on saving. Coordinates are WGS 84 degrees, null when unknown.
    """

    insee = models.CharField(_("code INSEE"), max_length=5, primary_key=True)
    name = models.CharField(_("nom"), max_length=80)
    slug = models.SlugField(max_length=90, unique=True)
    sort_key = models.CharField(max_length=80, editable=False)
    short_key = models.CharField(max_length=80, editable=False)
    postcodes = ArrayField(models.CharField(max_length=5), verbose_name=_("codes postaux"), default=list)
    department = models.CharField(_("département"), max_length=3)
    region = models.CharField(_("région"), max_length=3)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="arrondissements", verbose_name=_("ville")
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    population = models.PositiveIntegerField(default=0)
    timezone = models.CharField(_("fuseau horaire"), max_length=40)

    class Meta:
        verbose_name = _("commune")
        constraints = [
            models.CheckConstraint(
                name="place_coordinates_together",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
            )
        ]
        indexes = [
            models.Index(OpClass("sort_key", name="text_pattern_ops"), name="place_sort_key_prefix"),
            models.Index(OpClass("short_key", name="text_pattern_ops"), name="place_short_key_prefix"),
            GinIndex(fields=["postcodes"], name="place_postcodes"),
            GinIndex(OpClass("sort_key", name="gin_trgm_ops"), name="place_sort_key_typos"),
            models.Index(fields=["latitude", "longitude"], name="place_coordinates"),
        ]

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key, self.short_key = search_keys(self.name)
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """The name with its department, since many communes share a name: « Saint-Denis (974) »."""
        return f"{self.name} ({self.department})"
