"""The demo's mailbox: what a person would have received by e-mail or SMS. Empty outside demo mode."""

from uuid import uuid4

from django.db import models

from core import clock
from notifications.enums import ChannelName


class MailboxEntry(models.Model):
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    channel = models.CharField(max_length=10, choices=ChannelName)
    to = models.CharField(max_length=320)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name = "message de démonstration"
        verbose_name_plural = "messages de démonstration"

    def __str__(self) -> str:
        return f"{self.channel} {self.uid}"


class MailboxAttachment(models.Model):
    entry = models.ForeignKey(MailboxEntry, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    mimetype = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        verbose_name = "pièce jointe de démonstration"
        verbose_name_plural = "pièces jointes de démonstration"

    def __str__(self) -> str:
        return self.name
