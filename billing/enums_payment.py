"""The closed vocabularies of payments, mandates, debits and the lines of the bank."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GatewayName(models.TextChoices):
    """By which road money comes."""

    TRANSFER = "transfer", _("Virement")
    SEPA = "sepa", _("Fichier de prélèvements")
    STRIPE = "stripe", _("Stripe")


class PaymentState(models.TextChoices):
    """Where a payment stands. `billing.payment_states` says what leads from one to the other."""

    PENDING = "pending", _("En cours")
    FAILED = "failed", _("Échoué")
    SETTLED = "settled", _("Encaissé")
    RETURNED = "returned", _("Rejeté après encaissement")


class RefundState(models.TextChoices):
    ASKED = "asked", _("À rembourser")
    DONE = "done", _("Remboursé")
    FAILED = "failed", _("Échoué")


class Scheme(models.TextChoices):
    """The SEPA scheme of a mandate. Under B2B the debtor's bank must know the mandate, and nothing is given back."""

    CORE = "CORE", _("SEPA CORE")
    B2B = "B2B", _("SEPA interentreprises")


class MandateState(models.TextChoices):
    ACTIVE = "active", _("En vigueur")
    BLOCKED = "blocked", _("Suspendu par la banque")
    ENDED = "ended", _("Révoqué")
    EXPIRED = "expired", _("Caduc")


class DebitState(models.TextChoices):
    """Announced to the debtor, put in a file, sent to the bank, then settled or given back; or called off before."""

    NOTIFIED = "notified", _("Annoncé")
    BATCHED = "batched", _("En remise")
    SENT = "sent", _("Envoyé à la banque")
    SETTLED = "settled", _("Encaissé")
    RETURNED = "returned", _("Rejeté")
    CANCELLED = "cancelled", _("Annulé")


# A debit in one of these states stands for its invoice: there is never a second one beside it.
LIVE_DEBITS = (DebitState.NOTIFIED, DebitState.BATCHED, DebitState.SENT, DebitState.SETTLED)


class BatchState(models.TextChoices):
    PREPARED = "prepared", _("Préparée")
    SENT = "sent", _("Envoyée")
    CANCELLED = "cancelled", _("Annulée")


class LineState(models.TextChoices):
    """What became of a line of the bank."""

    MATCHED = "matched", _("Rapprochée")
    SUSPENSE = "suspense", _("En attente")
    RESOLVED = "resolved", _("Rapprochée à la main")
    IGNORED = "ignored", _("Écartée")


class VatCheckState(models.TextChoices):
    """What VIES knows of a VAT number."""

    VALID = "valid", _("Connu de VIES")
    INVALID = "invalid", _("Inconnu de VIES")
    UNAVAILABLE = "unavailable", _("VIES ne répond pas")


class CardState(models.TextChoices):
    WAITING = "waiting", _("En cours d’enregistrement")
    ACTIVE = "active", _("Enregistrée")
    REMOVED = "removed", _("Retirée")
