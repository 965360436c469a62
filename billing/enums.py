"""The closed vocabularies of the catalogue, of payers and of subscriptions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductKind(models.TextChoices):
    """A plan is what a seat is on; an add-on comes on top of it."""

    PLAN = "plan", _("Formule")
    ADDON = "addon", _("Option")


class Unit(models.TextChoices):
    """What one piece of a product is for."""

    SEAT = "seat", _("par praticien et par mois")
    PRACTICE = "practice", _("par cabinet et par mois")
    PIECE = "piece", _("par unité et par mois")


class PaymentMethod(models.TextChoices):
    """How a payer pays."""

    TRANSFER = "transfer", _("Virement")
    SEPA = "sepa", _("Prélèvement SEPA")
    CARD = "card", _("Carte")


class Territory(models.TextChoices):
    """Where a payer is for the VAT (CGI art. 294 to 296): the rates of each are in `billing.vat`."""

    METROPOLE = "fr", _("France métropolitaine")
    MONACO = "mc", _("Monaco")
    GUADELOUPE = "gp", _("Guadeloupe")
    MARTINIQUE = "mq", _("Martinique")
    REUNION = "re", _("La Réunion")
    GUYANE = "gf", _("Guyane")
    MAYOTTE = "yt", _("Mayotte")
    OVERSEAS = "om", _("Autre collectivité d’outre-mer")
    UNION = "eu", _("Autre État de l’Union européenne")


class SubscriptionState(models.TextChoices):
    """Where a subscription stands. What leads from one to the other is in `billing.machine`."""

    TRIALING = "trialing", _("Essai")
    ACTIVE = "active", _("En cours")
    PAST_DUE = "past_due", _("Paiement en retard")
    PAUSED = "paused", _("En pause")
    CANCELLED = "cancelled", _("Résilié")


class PauseReason(models.TextChoices):
    """Why a practitioner does not practise for a while. Nothing medical is asked nor kept."""

    FAMILY = "family", _("Maternité, paternité, adoption")
    HEALTH = "health", _("Arrêt de travail")
    OTHER = "other", _("Autre absence longue")


class ChargeKind(models.TextChoices):
    """What a line of an invoice is."""

    NORMAL = "normal", _("Mois")
    PRORATION = "proration", _("Prorata")
    CREDIT = "credit", _("Déduction")
    FREE = "free", _("Offert")
    PAUSE = "pause", _("Pause")
    ADJUSTMENT = "adjustment", _("Ajustement")
