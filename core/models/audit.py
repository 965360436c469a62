"""The journal of what was done: append-only rows, sealed afterwards into a chain of hashes."""

from typing import Any

from django.db import models
from django.db.models import Q

from core import clock


class AuditEvent(models.Model):
    """One act of one actor. Plain ids, no foreign key: the journal outlives what it speaks of and holds no content.

    `practice_id` and `patient_id` are whom the act concerns; `acting_practice_id` is the practice in whose space the
    actor stood. `ip` is shortened to its network. The last four columns are written once, by the sealer; a trigger of the
    database refuses every other change.
    """

    at = models.DateTimeField(default=clock.now)
    user_id = models.BigIntegerField(null=True)
    space = models.CharField(max_length=10, blank=True, default="")
    acting_practice_id = models.BigIntegerField(null=True)
    system_name = models.CharField(max_length=60, blank=True, default="")
    action = models.CharField(max_length=80)
    target_type = models.CharField(max_length=100, blank=True, default="")
    target_id = models.BigIntegerField(null=True)
    patient_id = models.BigIntegerField(null=True)
    practice_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True, default="")
    ip = models.CharField(max_length=64, blank=True, default="")
    facts = models.JSONField(default=dict)

    seq = models.BigIntegerField(null=True, unique=True)
    previous_hash = models.BinaryField(null=True)
    hash = models.BinaryField(null=True)
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "trace"
        verbose_name_plural = "traces"
        indexes = [
            models.Index(fields=["id"], condition=Q(seq__isnull=True), name="core_audit_unsealed"),
            models.Index(
                fields=["patient_id", "-at"], condition=Q(patient_id__isnull=False), name="core_audit_patient"
            ),
            # The newest act of a practice is the version of its agendas (ADR 0012).
            models.Index(
                fields=["practice_id", "-id"], condition=Q(practice_id__isnull=False), name="core_audit_practice"
            ),
            models.Index(fields=["target_type", "target_id"], name="core_audit_target"),
            models.Index(fields=["user_id", "-at"], condition=Q(user_id__isnull=False), name="core_audit_user"),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The journal is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("The journal is append-only")


class AuditHead(models.Model):
    """The last link of the chain, one row: a chain cut short no longer meets it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = "tête du journal"
        verbose_name_plural = "tête du journal"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="core_audit_head_single")]

    def __str__(self) -> str:
        return f"#{self.seq}"


class AuditCut(models.Model):
    """Up to where the journal was purged, one row: the chain begins again with the number and the seal of the last row
    that went. The act that cut it stands in the journal with the same seal, so a cut that nobody made is found.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField()
    hash = models.BinaryField()
    before = models.DateTimeField()
    cut_at = models.DateTimeField()

    class Meta:
        verbose_name = "coupe du journal"
        verbose_name_plural = "coupe du journal"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="core_audit_cut_single")]

    def __str__(self) -> str:
        return f"#{self.seq}"
