"""The closed vocabularies of documents, of their shares and of the keys' life."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a document stands between its reception and its reading by others."""

    WAITING = "waiting", _("En attente d’analyse")
    CLEAN = "clean", _("Analysé")
    REFUSED = "refused", _("Refusé par l’analyse")


class Origin(models.TextChoices):
    """Who put a document in the record."""

    PATIENT = "patient", _("Déposé par la personne ou un proche")
    PRACTICE = "practice", _("Envoyé par un cabinet")


class GrantLevel(models.TextChoices):
    """What a share allows."""

    READ = "read", _("Lire")
    ADD = "add", _("Lire et ajouter")


class AlertKind(models.TextChoices):
    """Why an access by a professional is worth a look."""

    MANY = "many", _("Plus de 60 personnes en une heure")
    NO_VISIT = "no_visit", _("Sans rendez-vous avec ce cabinet")
