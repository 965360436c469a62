"""What is sold: products, and their prices from a day on."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing.enums import ProductKind, Unit


class DateRange(models.Func):
    """`daterange(start, end, '[)')`: half-open, so that periods may touch; no end is for ever."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Product(models.Model):
    """A plan or an add-on. `entitlements` are codes of what it opens; search and ranking never read them."""

    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=6, choices=ProductKind)
    unit = models.CharField(max_length=8, choices=Unit)
    name = models.CharField(_("nom"), max_length=80)
    name_en = models.CharField(max_length=80)
    entitlements = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("produit")
        ordering = ("position", "code")
        constraints = [
            models.CheckConstraint(
                name="billing_plan_is_a_seat", condition=~models.Q(kind=ProductKind.PLAN) | models.Q(unit=Unit.SEAT)
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.name_en if (get_language() or "fr").startswith("en") else self.name


class Price(models.Model):
    """What one unit of a product costs a month, before tax, from `valid_from` until the day before `valid_until`."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    version = models.PositiveSmallIntegerField()
    amount_cents = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("prix")
        ordering = ("product", "version")
        constraints = [
            models.UniqueConstraint(fields=["product", "version"], name="billing_price_version_once"),
            models.CheckConstraint(
                name="billing_price_dates_ordered",
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=models.F("valid_from")),
            ),
            ExclusionConstraint(
                name="billing_price_one_a_day",
                expressions=[
                    ("product", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} v{self.version}"
