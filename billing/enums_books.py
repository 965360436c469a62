"""Closed lists of the books and of dunning. Stored values are those of the accounting file, or short English words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Journal(models.TextChoices):
    """The journals, by their code in the accounting file. Labels there are `billing.chart.JOURNALS`, in plain letters."""

    SALES = "VE", _("Ventes")
    BANK = "BQ", _("Banque")
    MISC = "OD", _("Opérations diverses")


class Source(models.TextChoices):
    """What an entry was made from: with its number, what keeps it from being made twice."""

    INVOICE = "invoice", _("Facture")
    CREDIT_NOTE = "credit_note", _("Avoir")
    PAYMENT = "payment", _("Paiement")
    REFUND = "refund", _("Remboursement")
    RETURN = "return", _("Prélèvement rejeté")
    SUSPENSE = "suspense", _("Versement en attente")
    VAT_DUE = "vat_due", _("TVA exigible")
    VAT_BACK = "vat_back", _("TVA reprise")
    VAT_REFUND = "vat_refund", _("TVA d’un remboursement")


class DunningAct(models.TextChoices):
    """What is done about an unpaid invoice, in the order of the calendar (`billing.dunning`)."""

    NOTICE = "notice", _("Avis d’échéance dépassée")
    RETRY = "retry", _("Nouvelle présentation")
    REMINDER = "reminder", _("Rappel")
    INDEMNITY = "indemnity", _("Rappel et indemnité de 40 €")
    FORMAL = "formal", _("Mise en demeure")
    RESTRICT = "restrict", _("En ligne suspendu")


class StepOutcome(models.TextChoices):
    """How a step ended."""

    DONE = "done", _("fait")
    SKIPPED = "skipped", _("sans objet")
