"""One message for one recipient by one channel: the only table of things to send.

It says what to talk about, not what to say: the text is written from the rows as they are at the moment of sending.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import IsNull

from core import clock
from core.crypto import EncryptedTextField
from core.models.outbox import OutboxRow, outbox_indexes
from notifications.enums import ChannelName, MessageState, ReceiptState

# The error of a message that waits because its provider was failing for everybody.
PROVIDER_DOWN = "provider_down"
# That of one given up which the platform's staff has closed (`core.dead_work`).
ABANDONED = "abandoned"


class MessageQuerySet(models.QuerySet["Message"]):
    def bells(self) -> "MessageQuerySet":
        """In-app notifications that were delivered, newest first."""
        return self.filter(channel=ChannelName.BELL, state=MessageState.SENT).order_by("-finished_at", "-pk")

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at__isnull=True)

    def undelivered(self) -> "MessageQuerySet":
        """Messages given up, too late after a failure, or that the provider says it did not deliver."""
        return self.filter(
            Q(state=MessageState.DEAD)
            | Q(state=MessageState.EXPIRED, attempts__gt=1)
            | Q(state=MessageState.EXPIRED, last_error__in=[PROVIDER_DOWN, ABANDONED])
            | Q(receipt=ReceiptState.UNDELIVERED)
        )

    def unreached(self) -> "MessageQuerySet":
        """Those undelivered whose news took no other way either, nor is on one: somebody should call the person."""
        # The same person is the same account; without one, a message and the one that replaces it, or both to a file.
        person = Q(user=OuterRef("user")) | Q(IsNull(OuterRef("user"), True), user__isnull=True)
        same = Message.objects.filter(
            person, subject=OuterRef("subject"), revision=OuterRef("revision"), kind=OuterRef("kind")
        ).exclude(channel=OuterRef("channel"))
        on_its_way = Q(state__in=[MessageState.PENDING, MessageState.SENDING])
        arrived = Q(state=MessageState.SENT) & ~Q(receipt=ReceiptState.UNDELIVERED)
        # A line in the bell waits for the person to come by; it has told nobody yet.
        return self.undelivered().exclude(Exists(same.exclude(channel=ChannelName.BELL).filter(on_its_way | arrived)))


class Message(OutboxRow):
    BUSY = MessageState.SENDING
    # Longer than any channel's time-outs; short, because a hung worker delays its message by this much.
    LEASE = timedelta(seconds=30)
    WIPED_AT_THE_END = {"address": None, "sealed": None}
    # The practice still sees that nothing reached the person.
    LET_GO = MessageState.EXPIRED
    READ_TO_RETRY = ("replacements",)

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
    # Digest of the address it was handed over for: counts what one person gets in a day, and outlives the address.
    recipient = models.CharField(max_length=32, blank=True, editable=False)
    receipt = models.CharField(max_length=12, choices=ReceiptState, blank=True, editable=False)
    receipt_at = models.DateTimeField(null=True, blank=True, editable=False)
    receipt_code = models.CharField(max_length=40, blank=True, editable=False)
    # The message by another channel that this one replaces.
    instead_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="replacements"
    )
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
            models.Index(fields=["practice_id"], condition=Q(receipt="undelivered"), name="notif_message_unreceived"),
            models.Index(
                fields=["provider_ref"],
                condition=Q(channel__in=["sms", "email"], state="sent"),
                name="notif_message_provider",
            ),
            models.Index(
                fields=["recipient", "channel", "finished_at"],
                condition=Q(state="sent") & ~Q(recipient=""),
                name="notif_message_recipient",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} ({self.channel}, {self.state})"

    def refusal_to_retry(self) -> str:
        if self.user_id is None or self.has_own_address:
            return "address_erased"
        if self.expires_at <= clock.now():
            return "too_late"
        on_its_way = {MessageState.PENDING, MessageState.SENDING, MessageState.SENT}
        return "took_another_way" if any(other.state in on_its_way for other in self.replacements.all()) else ""

    @property
    def sent_at(self) -> datetime | None:
        """When the provider accepted it."""
        return self.finished_at if self.state == MessageState.SENT else None

    @property
    def has_own_address(self) -> bool:
        """Whether it was written for an address given with it, even after that address was erased."""
        return "@" in self.key.rpartition("|")[2]

    @property
    def reader(self) -> str:
        """The channel and the recipient, as the key holds them: two messages of one kind to the same reader share it."""
        return f"{self.channel}|{self.key.rpartition('|')[2]}"

    @property
    def occasion(self) -> str:
        """What tells several messages of one kind about the same subject apart; empty for most."""
        return self.key.split("|")[2].partition("#")[2]

    @property
    def subject_id(self) -> int:
        """The id inside a subject such as `appointment:12`. Raises ValueError when it holds none."""
        return int(self.subject.partition(":")[2])

    @property
    def secrets(self) -> dict[str, Any]:
        """What was sealed for this message (a sign-in code); empty once the message has ended."""
        return json.loads(self.sealed) if self.sealed else {}
