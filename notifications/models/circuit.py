"""How each provider fares, for all processes: after several failures in a row it is left alone for a while."""

from django.db import models


class Circuit(models.Model):
    """`failures` in a row; while `open_until` is ahead, nothing is sent by this channel. Absent means that all is well."""

    name = models.CharField(max_length=10, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "disjoncteur"
        verbose_name_plural = "disjoncteurs"

    def __str__(self) -> str:
        return f"{self.name} ({self.failures})"
