"""Who pays: the practice itself, a company of the practice, or one practitioner for their own seat."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Cast, Concat, LPad
from django.utils.translation import gettext_lazy as _

from billing.enums import PaymentMethod, Territory


def next_account() -> Concat:
    """The next auxiliary account, drawn by the database: C000001. A number may be missing, never given twice."""
    number = models.Func(
        models.Value("billing_payer_account"), function="nextval", output_field=models.BigIntegerField()
    )
    return Concat(
        models.Value("C"),
        LPad(Cast(number, models.CharField()), models.Value(6), models.Value("0")),
        output_field=models.CharField(),
    )


class PayerQuerySet(models.QuerySet["Payer"]):
    def open(self) -> PayerQuerySet:
        """Those that still pay, the usual one first."""
        return self.filter(closed_on__isnull=True).order_by("-is_default", "name", "pk")


class Payer(models.Model):
    """A party that receives invoices, as these name it. `account` is its auxiliary account in the books.

    `territory` decides the VAT, `country` (ISO code) is where it is settled; `siret` and `siren` are empty for a foreign party
    alone. What is missing for an invoice is told by its validator, not here: a payer may be written in two goes.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey("practitioners.Practice", on_delete=models.PROTECT, related_name="payers")
    account = models.CharField(max_length=12, unique=True, editable=False, db_default=next_account())
    name = models.CharField(_("raison sociale ou nom"), max_length=120)
    legal_form = models.CharField(_("forme juridique"), max_length=40, blank=True, default="")
    siren = models.CharField(max_length=9, blank=True, default="")
    siret = models.CharField(max_length=14, blank=True, default="")
    vat_number = models.CharField(_("numéro de TVA"), max_length=14, blank=True, default="")
    street = models.CharField(_("adresse"), max_length=160, blank=True, default="")
    street2 = models.CharField(_("complément d’adresse"), max_length=160, blank=True, default="")
    postcode = models.CharField(_("code postal"), max_length=10, blank=True, default="")
    city = models.CharField(_("commune"), max_length=80, blank=True, default="")
    country = models.CharField(max_length=2, default="FR")
    territory = models.CharField(max_length=2, choices=Territory, default=Territory.METROPOLE)
    email = models.EmailField(_("e-mail des factures"), blank=True, default="")
    purchase_order = models.CharField(_("référence de commande"), max_length=40, blank=True, default="")
    method = models.CharField(max_length=8, choices=PaymentMethod, default=PaymentMethod.TRANSFER)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = PayerQuerySet.as_manager()

    class Meta:
        verbose_name = _("payeur")
        constraints = [
            models.UniqueConstraint(
                fields=["practice"],
                condition=models.Q(is_default=True, closed_on__isnull=True),
                name="billing_one_default_payer",
            )
        ]

    def __str__(self) -> str:
        return self.account
