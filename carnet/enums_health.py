"""The closed words of the health profile and of prevention."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemKind(models.TextChoices):
    HISTORY = "history", _("Antécédent")
    TREATMENT = "treatment", _("Traitement")
    ALLERGY = "allergy", _("Allergie")


class Severity(models.TextChoices):
    """How bad an allergy was at its worst."""

    MILD = "mild", _("Gêne légère")
    MODERATE = "moderate", _("Réaction marquée")
    SEVERE = "severe", _("Réaction grave")


class Proof(models.TextChoices):
    """What shows that an act took place, from the weakest."""

    DECLARED = "declared", _("Déclaré")
    DOCUMENT = "document", _("Prouvé par un document")
    PRACTITIONER = "practitioner", _("Confirmé par un soignant")


class MeasureKind(models.TextChoices):
    WEIGHT = "weight", _("Poids (kg)")
    HEIGHT = "height", _("Taille (cm)")
    WAIST = "waist", _("Tour de taille (cm)")
    PRESSURE = "pressure", _("Tension (mmHg)")
    HEAD = "head", _("Périmètre crânien (cm)")


class Theme(models.TextChoices):
    """What a person may agree to be told about, one by one."""

    VACCINES = "vaccines", _("Vaccins")
    CANCERS = "cancers", _("Dépistage des cancers")
    CHILD = "child", _("Examens de l’enfant")
    TEETH = "teeth", _("Dents")
    CHECKUPS = "checkups", _("Mon bilan prévention")
    BIRTH = "birth", _("Grossesse et naissance")
