"""One message for one recipient by one channel: the only table of things to send.

It says what to talk about, not what to say: the text is written from the rows as they are at the moment of sending.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.crypto import EncryptedTextField
from core.models.outbox import OutboxRow, outbox_indexes
from notifications.enums import ChannelName, MessageState


class MessageQuerySet(models.QuerySet["Message"]):
    def bells(self) -> "MessageQuerySet":
        """In-app notifications that were delivered, newest first."""
        return self.filter(channel=ChannelName.BELL, state=MessageState.SENT).order_by("-finished_at", "-pk")

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at__isnull=True)

    def undelivered(self) -> "MessageQuerySet":
        """Messages given up, or too late after a failed attempt: somebody should call the person."""
        return self.filter(Q(state=MessageState.DEAD) | Q(state=MessageState.EXPIRED, attempts__gt=1))


class Message(OutboxRow):
    BUSY = MessageState.SENDING
    # Longer than any channel's time-outs; short, because a hung worker delays its message by this much.
    LEASE = timedelta(seconds=30)
    WIPED_AT_THE_END = {"address": None, "sealed": None}

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    # subject ‖ revision ‖ kind ‖ channel ‖ recipient: the same news is never written down twice.
    key = models.CharField(max_length=300, unique=True, editable=False)
    kind = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, choices=ChannelName)
    subject = models.CharField(max_length=100)
    revision = models.PositiveIntegerField(default=0)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    address = EncryptedTextField(null=True, blank=True)
    sealed = EncryptedTextField(null=True, blank=True)
    language = models.CharField(max_length=2, default="fr")
    practice_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.PENDING)
    expires_at = models.DateTimeField()
    provider_ref = models.CharField(max_length=200, blank=True, editable=False)
    # What the bell shows; empty for the other channels, whose text is kept nowhere.
    title = models.CharField(max_length=200, blank=True, editable=False)
    link = models.CharField(max_length=200, blank=True, editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(address__isnull=False) | ~Q(state__in=["pending", "sending"]),
                name="notifications_message_has_recipient",
            ),
            models.CheckConstraint(
                condition=~Q(channel="bell") | Q(user__isnull=False), name="notifications_bell_has_user"
            ),
        ]
        indexes = [
            *outbox_indexes("notif_message", busy="sending"),
            models.Index(fields=["subject"], condition=Q(state="pending"), name="notif_message_subject"),
            models.Index(
                fields=["user", "-finished_at", "-id"],
                condition=Q(channel="bell", state="sent"),
                name="notif_message_bell",
            ),
            models.Index(
                fields=["practice_id"], condition=Q(state__in=["dead", "expired"]), name="notif_message_undelivered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} ({self.channel}, {self.state})"

    @property
    def sent_at(self) -> datetime | None:
        """When the provider accepted it."""
        return self.finished_at if self.state == MessageState.SENT else None

    @property
    def subject_id(self) -> int:
        """The id inside a subject such as `appointment:12`. Raises ValueError when it holds none."""
        return int(self.subject.partition(":")[2])

    @property
    def secrets(self) -> dict[str, Any]:
        """What was sealed for this message (a sign-in code); empty once the message has ended."""
        return json.loads(self.sealed) if self.sealed else {}
