"""Closed lists of invoices and of monthly runs. Stored values are short English words; labels are French."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("facture")
    CREDIT_NOTE = "credit_note", _("avoir")


class FileKind(models.TextChoices):
    PDF = "pdf", "PDF"
    XML = "xml", "XML"


class RunState(models.TextChoices):
    """A run is one month: it goes on, waits, or has nothing left to do but what is blocked."""

    RUNNING = "running", _("en cours")
    PAUSED = "paused", _("en pause")
    DONE = "done", _("terminée")


class RowState(models.TextChoices):
    """One payer in a run."""

    PENDING = "pending", _("à traiter")
    ISSUED = "issued", _("émise")
    BLOCKED = "blocked", _("bloquée")
    NOTHING = "nothing", _("rien à facturer")
