"""That a person whom a practice entered was told, with the first message, who holds their data and how to object."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models.record import PatientRecord


class DataNotice(models.Model):
    """Once per file: `message` is the one that carries the notice (absent once it was pruned: it went long ago).

    `digest` is that of the link's token, by which the person says no, without an account.
    """

    record = models.OneToOneField(PatientRecord, on_delete=models.CASCADE, related_name="data_notice")
    message = models.ForeignKey(
        "notifications.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("information sur les données")

    def __str__(self) -> str:
        return f"data notice {self.pk}"
