"""The platform's catalogue of reasons to see a practitioner, from which practices start their own list."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from practitioners.enums import Mode


class ReasonKind(models.Model):
    """A usual reason in one specialty, with the duration (minutes) and the modes proposed to a practice."""

    specialty = models.ForeignKey("practitioners.Specialty", on_delete=models.CASCADE, related_name="reason_kinds")
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("motif"), max_length=80)
    name_en = models.CharField(_("motif en anglais"), max_length=80)
    duration_minutes = models.PositiveSmallIntegerField(default=20)
    modes = ArrayField(models.CharField(max_length=8, choices=Mode), default=list)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("motif du catalogue")
        verbose_name_plural = _("motifs du catalogue")
        ordering = ["position", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["specialty", "slug"], name="reason_kind_once_per_specialty"),
            models.CheckConstraint(
                name="reason_kind_duration_sane",
                condition=models.Q(duration_minutes__gte=5, duration_minutes__lte=480),
            ),
            models.CheckConstraint(name="reason_kind_has_a_mode", condition=models.Q(modes__len__gte=1)),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.name_en if (get_language() or "fr").startswith("en") else self.name
