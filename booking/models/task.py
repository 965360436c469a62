"""The practice's to-do list: whom to call back, what to hand over or sign, whom no message can reach."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.enums import TaskKind
from core.crypto import EncryptedTextField


class Task(models.Model):
    """Something to do in a practice (FHIR Task). `about` is sealed: it may speak of health.

    `kind` TELL is the call list: a patient who cannot be told automatically of a change of `appointment`; done means
    « prévenu ». UNREACHED: no message about `revision` of a visit to come reached the patient. A task without an assignee is
    everybody's.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=10, choices=TaskKind)
    about = EncryptedTextField(blank=True, default="")
    due_on = models.DateField(null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    record = models.ForeignKey(
        "patients.PatientRecord", null=True, blank=True, on_delete=models.CASCADE, related_name="tasks"
    )
    appointment = models.ForeignKey(
        "booking.Appointment", null=True, blank=True, on_delete=models.CASCADE, related_name="tasks"
    )
    revision = models.PositiveIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("tâche")
        constraints = [
            # One call per visit: a second change of the same visit changes what is to be said, not how often.
            models.UniqueConstraint(
                fields=["appointment"],
                condition=models.Q(kind="tell", done_at__isnull=True),
                name="task_one_open_call_per_visit",
            ),
            # Nor is somebody listed again each morning who was called about this very time.
            models.UniqueConstraint(
                fields=["appointment", "revision"],
                condition=models.Q(kind="unreached"),
                name="task_unreached_once_per_revision",
            ),
        ]
        indexes = [models.Index(fields=["practice", "done_at", "due_on"], name="task_of_practice")]

    def __str__(self) -> str:
        return f"task {self.pk}"
