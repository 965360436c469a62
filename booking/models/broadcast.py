"""A message that a practice writes to many of its own patients at once."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.crypto import EncryptedTextField


class Broadcast(models.Model):
    """What is said, to whom, and how far the writing of the messages got; these have the subject `broadcast:<id>`.

    `audience` is the stored form of `booking.broadcasts.Audience`. Files up to `last_record` were looked at; `listed` of
    their readers have a message, `unreachable` files have nobody to write to. `day` is the date at the practice: one
    broadcast a day, but for one taken back before anybody was written to (`void`). `text` goes by e-mail, `sms` to whom
    has no e-mail.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.CASCADE, related_name="broadcasts")
    audience = models.JSONField(default=dict)
    text = EncryptedTextField()
    text_en = EncryptedTextField(blank=True, default="")
    sms = EncryptedTextField(blank=True, default="")
    sms_en = EncryptedTextField(blank=True, default="")
    timezone = models.CharField(max_length=40)
    day = models.DateField()
    starts_at = models.DateTimeField()
    last_record = models.BigIntegerField(default=0)
    listed = models.PositiveIntegerField(default=0)
    unreachable = models.PositiveIntegerField(default=0)
    listed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    void = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("message groupé")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "day"], condition=models.Q(void=False), name="broadcast_one_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(void=False) | models.Q(stopped_at__isnull=False), name="broadcast_void_is_stopped"
            ),
        ]
        indexes = [models.Index(fields=["practice", "-id"], name="broadcast_of_practice")]

    def __str__(self) -> str:
        return f"broadcast {self.pk}"
