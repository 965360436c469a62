"""The books: numbered entries of balanced lines that the database refuses to change, and the months that are closed.

Numbers run without gap by journal and calendar year. A line may be lettered afterwards, and that is all: a mistake is
put right by another entry. The migration `books` holds the triggers: append-only, balanced at commit, nothing new dated
inside a closed month.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums_books import Journal, Source
from core import clock


class JournalCounter(models.Model):
    """The last number of a journal in a year. Its row is locked by whoever takes a number, until they commit."""

    journal = models.CharField(max_length=2, choices=Journal)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journal", "year"], name="ledger_one_counter")]

    def __str__(self) -> str:
        return f"{self.journal} {self.year}"


class Entry(models.Model):
    """One entry. `date` is its day in the books, `piece_date` that of the paper it comes from, `validated_on` the day it
    was written here. `source` and `source_id` name the row it was made from: that row is posted once. `total_cents` is the
    sum of its debits, and of its credits: no line can join them later."""

    journal = models.CharField(max_length=2, choices=Journal)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    date = models.DateField()
    piece_ref = models.CharField(max_length=40)
    piece_date = models.DateField()
    label = models.CharField(max_length=120)
    validated_on = models.DateField()
    source = models.CharField(max_length=12, choices=Source)
    source_id = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("écriture")
        constraints = [
            models.UniqueConstraint(fields=["journal", "year", "number"], name="ledger_number_once"),
            models.UniqueConstraint(fields=["source", "source_id"], name="ledger_posted_once"),
            models.CheckConstraint(name="ledger_number_positive", condition=Q(number__gte=1, total_cents__gt=0)),
            models.CheckConstraint(name="ledger_validated_after", condition=Q(validated_on__gte=F("date"))),
        ]
        indexes = [models.Index(fields=["validated_on", "journal", "number"], name="ledger_in_order")]

    def __str__(self) -> str:
        return f"{self.journal}{self.number:06d}"


class EntryLine(models.Model):
    """One line: an account, and a debit or a credit in cents. `aux` is the account of the payer (`Payer.account`)."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=8)
    account_label = models.CharField(max_length=60)
    aux = models.CharField(max_length=12, blank=True, default="")
    aux_label = models.CharField(max_length=120, blank=True, default="")
    debit_cents = models.BigIntegerField(default=0)
    credit_cents = models.BigIntegerField(default=0)
    letter = models.CharField(max_length=6, blank=True, default="")
    lettered_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("ligne d’écriture")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="ledger_line_position"),
            models.CheckConstraint(
                name="ledger_one_side",
                condition=Q(debit_cents__gt=0, credit_cents=0) | Q(debit_cents=0, credit_cents__gt=0),
            ),
            models.CheckConstraint(
                name="ledger_letter_dated",
                condition=Q(letter="", lettered_on__isnull=True) | (~Q(letter="") & Q(lettered_on__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["aux", "entry"], condition=~Q(aux=""), name="ledger_of_payer"),
            models.Index(fields=["account", "entry"], name="ledger_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit_cents - self.credit_cents}"


class ClosedMonth(models.Model):
    """A month whose books are shut for good: `month` is its first day, the totals those at that moment."""

    month = models.DateField(unique=True)
    closed_at = models.DateTimeField(default=clock.now)
    closed_by_id = models.BigIntegerField(null=True)
    entries = models.PositiveIntegerField()
    debit_cents = models.BigIntegerField()

    class Meta:
        verbose_name = _("mois clôturé")
        constraints = [models.CheckConstraint(name="ledger_month_first_day", condition=Q(month__day=1))]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
