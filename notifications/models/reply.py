"""An SMS that somebody sent to our number, as it came: kept once per provider's id, its words erased once they served."""

from django.db import models

from core import clock
from core.crypto import EncryptedTextField


class SmsReply(models.Model):
    """`number` is in E.164; `sender` a digest of it, by which replies of one number are counted.

    `outcome` is a short code of what was made of it, empty until it was read.
    """

    provider_id = models.CharField(max_length=200, unique=True)
    number = EncryptedTextField()
    sender = models.CharField(max_length=32)
    text = EncryptedTextField(blank=True, default="")
    received_at = models.DateTimeField(default=clock.now, db_index=True)
    outcome = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name = "réponse par SMS"
        verbose_name_plural = "réponses par SMS"
        indexes = [models.Index(fields=["sender", "-received_at"], name="notif_reply_sender")]

    def __str__(self) -> str:
        return f"reply {self.pk}"
