"""What payment services tell us, kept as it came, and the cards they keep for payers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums_payment import CardState
from core import clock
from core.crypto import EncryptedTextField


class GatewayEvent(models.Model):
    """One signed event of a payment service, once. `raw` is its body, sealed; it is handled by a job, later.

    `about` is the service's name of the payment that it speaks of.
    """

    gateway = models.CharField(max_length=8)
    event_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=80)
    about = models.CharField(max_length=100, blank=True, default="", db_index=True)
    raw = EncryptedTextField()
    received_at = models.DateTimeField(default=clock.now, editable=False)
    handled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("événement de paiement")
        constraints = [models.UniqueConstraint(fields=["gateway", "event_id"], name="billing_event_once")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.event_id}"


class SavedCard(models.Model):
    """A card that the payment service keeps for a payer. No number comes here: brand, last four digits, end."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payer = models.ForeignKey("billing.Payer", on_delete=models.PROTECT, related_name="cards")
    customer_ref = models.CharField(max_length=100, blank=True, default="")
    setup_ref = models.CharField(max_length=100, null=True, blank=True, unique=True)
    method_ref = models.CharField(max_length=100, blank=True, default="")
    brand = models.CharField(max_length=20, blank=True, default="")
    last4 = models.CharField(max_length=4, blank=True, default="")
    ends = models.CharField(max_length=7, blank=True, default="")
    state = models.CharField(max_length=8, choices=CardState, default=CardState.WAITING)
    address = models.CharField(max_length=500, blank=True, default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("carte")
        constraints = [
            models.UniqueConstraint(fields=["payer"], condition=Q(state="active"), name="billing_one_card_a_payer")
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.last4}"
