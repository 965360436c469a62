"""SEPA mandates, and the changes of account told to the bank."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.debit_calendar import is_alive, mandate_ends_on, notice_of
from billing.enums_payment import MandateState, Scheme
from billing.ibans import masked
from core import clock
from core.crypto import EncryptedTextField


class Mandate(models.Model):
    """A debtor's signed leave to collect. The account is sealed; pages know its country and last four characters.

    `umr`: unique mandate reference, at most 35 signs. `proof`: what was agreed to, when, by whom and from where
    (digest of the text shown, its version, the network, never an account). `notice_days`: those agreed, null for the
    scheme's fourteen.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payer = models.ForeignKey("billing.Payer", on_delete=models.PROTECT, related_name="mandates")
    umr = models.CharField(max_length=35, unique=True)
    iban = EncryptedTextField()
    iban_country = models.CharField(max_length=2)
    iban_last4 = models.CharField(max_length=4)
    iban_key = models.CharField(max_length=64)
    bic = models.CharField(max_length=11, blank=True, default="")
    holder = models.CharField(_("titulaire du compte"), max_length=70)
    scheme = models.CharField(max_length=4, choices=Scheme, default=Scheme.CORE)
    state = models.CharField(max_length=8, choices=MandateState, default=MandateState.ACTIVE)
    state_code = models.CharField(max_length=20, blank=True, default="")
    signed_at = models.DateTimeField()
    signed_on = models.DateField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proof = models.JSONField(default=dict)
    notice_days = models.PositiveSmallIntegerField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("mandat")
        constraints = [
            models.UniqueConstraint(
                fields=["payer"], condition=Q(state__in=["active", "blocked"]), name="billing_one_mandate_a_payer"
            ),
            models.CheckConstraint(
                name="billing_mandate_notice",
                condition=Q(notice_days__isnull=True) | Q(notice_days__gte=1, notice_days__lte=14),
            ),
        ]

    def __str__(self) -> str:
        return self.umr

    @property
    def account(self) -> str:
        """The account as pages show it."""
        return masked(self.iban_country, self.iban_last4)

    @property
    def notice(self) -> int:
        return notice_of(self.notice_days)

    @property
    def ends_on(self) -> date:
        """The first day on which it is dead if nothing is collected before."""
        return mandate_ends_on(self.signed_on, self.last_used_on)

    def may_collect(self, on: date) -> bool:
        """Whether a collection on that day may use it."""
        return self.state == MandateState.ACTIVE and is_alive(self.signed_on, self.last_used_on, on)


class MandateAmendment(models.Model):
    """The account that a mandate collected from before. `told_in`: the file that told the bank, null until then."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="amendments")
    old_iban = EncryptedTextField()
    old_country = models.CharField(max_length=2)
    old_last4 = models.CharField(max_length=4)
    old_bic = models.CharField(max_length=11, blank=True, default="")
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proof = models.JSONField(default=dict)
    told_in = models.ForeignKey(
        "billing.DebitBatch", null=True, blank=True, on_delete=models.SET_NULL, related_name="amendments"
    )

    class Meta:
        verbose_name = _("changement de compte")

    def __str__(self) -> str:
        return self.old_account

    @property
    def old_account(self) -> str:
        return masked(self.old_country, self.old_last4)
