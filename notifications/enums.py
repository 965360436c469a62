"""Closed vocabularies: by what way a message goes, and how far it got."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelName(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    BELL = "bell", _("Notification")


class MessageState(models.TextChoices):
    PENDING = "pending", _("À envoyer")
    SENDING = "sending", _("En cours d’envoi")
    SENT = "sent", _("Envoyé")
    CANCELLED = "cancelled", _("Annulé")
    EXPIRED = "expired", _("Périmé")
    DEAD = "dead", _("Non remis")


class ReceiptState(models.TextChoices):
    """What the provider has said since it took the message; the first word is ours, the others come from receipts."""

    ACCEPTED = "accepted", _("Pris en charge")
    DELIVERED = "delivered", _("Remis")
    UNDELIVERED = "undelivered", _("Non remis par l’opérateur")
    COMPLAINED = "complained", _("Signalé comme indésirable")
