"""The closed vocabularies of patients and of those who act for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    """Administrative sex as on the civil record (INS trait)."""

    FEMALE = "F", _("Féminin")
    MALE = "M", _("Masculin")
    UNKNOWN = "U", _("Non précisé")


class Relation(models.TextChoices):
    """What the helped person is to the account's owner."""

    CHILD = "child", _("Mon enfant")
    PARENT = "parent", _("Mon parent")
    SPOUSE = "spouse", _("Mon conjoint ou ma conjointe")
    WARD = "ward", _("Une personne protégée")
    OTHER = "other", _("Un autre proche")


class Level(models.TextChoices):
    """What a guardian may do. Reading needs the person's own acceptance, or a practice's record of it."""

    DECLARED = "declared", _("Prend et annule des rendez-vous")
    GRANTED = "granted", _("Prend et annule des rendez-vous, et voit les autres")


class LinkOrigin(models.TextChoices):
    """How a practice's file came to be linked to a civil identity."""

    BOOKING = "booking", _("Réservation en ligne")
    CODE = "code", _("Code envoyé au contact du dossier")
    DESK = "desk", _("Accueil du cabinet")
