"""What a provider said of a message it had taken, as it came; the same word about the same message is kept once."""

from django.db import models

from core import clock
from notifications.enums import ChannelName, ReceiptState


class Receipt(models.Model):
    channel = models.CharField(max_length=10, choices=ChannelName)
    reference = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=ReceiptState)
    code = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name = "accusé de remise"
        verbose_name_plural = "accusés de remise"
        constraints = [
            models.UniqueConstraint(fields=["channel", "reference", "status"], name="notifications_receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.status} #{self.pk}"
