"""What VIES, the register of VAT numbers of the Union, answered about a payer's number: kept as proof of the reverse charge."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.enums_payment import VatCheckState
from core import clock


class VatCheck(models.Model):
    """One question and its answer. `consultation` is the number that VIES gives as proof that it was asked, and when.

    `by_double`: a stand-in answered, which proves nothing.
    """

    payer = models.ForeignKey("billing.Payer", on_delete=models.PROTECT, related_name="vat_checks")
    number = models.CharField(max_length=14)
    state = models.CharField(max_length=11, choices=VatCheckState)
    consultation = models.CharField(max_length=40, blank=True, default="")
    code = models.CharField(max_length=40, blank=True, default="")
    by_double = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("vérification d’un numéro de TVA")
        indexes = [models.Index(fields=["payer", "-asked_at"], name="billing_vat_check_payer")]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"
