"""The monthly telling: a run over everybody cut in chunks, one digest a month for an account, what each digest spoke of."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PreventionRun(models.Model):
    """One pass over everybody on a day; its chunks are cut once, and it is over when all are done."""

    day = models.DateField(unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("passage de prévention")

    def __str__(self) -> str:
        return f"prevention run {self.day}"


class PreventionChunk(models.Model):
    """The people whose ids are in (`after_id`, `upto_id`]. Its work and `done_at` are one transaction: done once, or not."""

    run = models.ForeignKey(PreventionRun, on_delete=models.CASCADE, related_name="chunks")
    after_id = models.BigIntegerField()
    upto_id = models.BigIntegerField()
    done_at = models.DateTimeField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0)
    digests = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("part d’un passage de prévention")
        constraints = [
            models.UniqueConstraint(fields=["run", "after_id"], name="prevention_chunk_once"),
            models.CheckConstraint(
                name="prevention_chunk_not_empty", condition=models.Q(upto_id__gt=models.F("after_id"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["run", "id"], condition=models.Q(done_at__isnull=True), name="prevention_chunk_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"prevention chunk {self.pk}"


class PreventionDigest(models.Model):
    """What an account is told in one month, all its people together; `month` is the first day of that month."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("message de prévention")
        constraints = [
            models.UniqueConstraint(fields=["user", "month"], name="prevention_digest_once_a_month"),
            models.CheckConstraint(name="prevention_digest_month_begins", condition=models.Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"prevention digest {self.pk}"


class PreventionNotice(models.Model):
    """One rule told once to an account for one person and one window: it is never told again for the same one."""

    digest = models.ForeignKey(PreventionDigest, on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=24)
    opens_on = models.DateField()

    class Meta:
        verbose_name = _("conseil transmis")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "patient", "code", "opens_on"], name="prevention_notice_once_a_window"
            )
        ]

    def __str__(self) -> str:
        return f"prevention notice {self.pk}"
