"""A patient's file that somebody who stands in for a colleague made, or named in full, while a person called."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core import clock


class CallerFile(models.Model):
    """Opens the file to that person while the replacement in which they took the call runs, and no longer."""

    record = models.ForeignKey("patients.PatientRecord", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "user"], name="caller_file_once")]

    def __str__(self) -> str:
        return f"caller file {self.pk}"
