"""Claims: somebody says that a person of the register is theirs to speak for, shows it, and opens their agenda."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.crypto import EncryptedTextField
from practitioners.claim_states import HOLDING, OPEN, ClaimProof, ClaimState, Mismatch, Scan


class Claim(models.Model):
    """One account's claim to one person of the register. `claim_states.WAYS` says how `state` moves.

    `rpps`, names and `profession` (national code) are as typed; what a page shows never comes from them. `practitioner` is
    the page chosen, or found by the number. `contested`: somebody else claims the same person, or holds the page. `refusal`
    is the reason staff gave, for the claimant to read. `practice` is the one opened at the end.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims")
    practitioner = models.ForeignKey(
        "practitioners.Practitioner", null=True, on_delete=models.CASCADE, related_name="claims"
    )
    practice = models.ForeignKey("practitioners.Practice", null=True, on_delete=models.SET_NULL, related_name="+")
    rpps = models.CharField(_("numéro RPPS"), max_length=11)
    last_name = models.CharField(_("nom"), max_length=80)
    first_name = models.CharField(_("prénom"), max_length=80)
    profession = models.CharField(_("profession"), max_length=3)
    state = models.CharField(max_length=16, choices=ClaimState, default=ClaimState.DECLARED)
    mismatch = models.CharField(max_length=12, choices=Mismatch, blank=True, default="")
    proof = models.CharField(max_length=10, choices=ClaimProof, blank=True, default="")
    contested = models.BooleanField(default=False)
    refusal = models.CharField(_("motif du refus"), max_length=400, blank=True, default="")
    declared_at = models.DateTimeField(db_default=Now())
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("revendication")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(state__in=OPEN), name="claim_one_open"),
            models.UniqueConstraint(
                fields=["practitioner"], condition=models.Q(state__in=HOLDING), name="claim_one_holds_a_page"
            ),
            models.CheckConstraint(
                name="claim_holds_a_proven_page",
                condition=~models.Q(state__in=HOLDING) | models.Q(practitioner__isnull=False) & ~models.Q(proof=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "moved_at"], name="claim_waiting")]

    def __str__(self) -> str:
        return f"claim {self.pk} {self.state}"


class ClaimDocument(models.Model):
    """A proof sent in: sealed, scanned, then looked at by staff alone, emptied with the decision.

    `content` is base64; `size` in bytes.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="documents")
    name = EncryptedTextField(blank=True, default="")
    mimetype = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    content = EncryptedTextField(blank=True, default="")
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.WAITING, db_default=Scan.WAITING)
    sent_at = models.DateTimeField(db_default=Now())
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pièce d’une revendication")

    def __str__(self) -> str:
        return f"document {self.pk}"


class ClaimReview(models.Model):
    """What one member of the platform's staff decided. A document convinces two different people, or nobody."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="reviews")
    # A plain id: the decision outlives the account.
    reviewer_id = models.BigIntegerField()
    approved = models.BooleanField()
    reason = models.CharField(max_length=400, blank=True, default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("avis sur une revendication")
        constraints = [models.UniqueConstraint(fields=["claim", "reviewer_id"], name="claim_review_once_each")]

    def __str__(self) -> str:
        return f"review {self.pk}"
