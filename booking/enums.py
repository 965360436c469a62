"""The closed vocabularies of booking."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """State of an appointment (contract; FHIR pending, booked, arrived, fulfilled, noshow, noshow, cancelled)."""

    HELD = "held", _("Créneau gardé")
    BOOKED = "booked", _("Confirmé")
    ARRIVED = "arrived", _("Arrivé")
    SEEN = "seen", _("Vu")
    NO_SHOW = "no_show", _("Absent")
    EXCUSED = "excused", _("Excusé")
    CANCELLED_BY_PATIENT = "cancelled_by_patient", _("Annulé par le patient")
    CANCELLED_BY_PRACTICE = "cancelled_by_practice", _("Annulé par le cabinet")


# States that occupy the performer's time: what the exclusion constraint and the engine see as busy.
OCCUPYING = (Status.HELD, Status.BOOKED, Status.ARRIVED, Status.SEEN, Status.NO_SHOW)
# States of a visit still to come, that its owner may move or cancel.
OPEN = (Status.BOOKED, Status.ARRIVED)
CANCELLED = (Status.CANCELLED_BY_PATIENT, Status.CANCELLED_BY_PRACTICE, Status.EXCUSED)


class Channel(models.TextChoices):
    """Through which door a booking came."""

    WEB = "web", _("Site")
    API = "api", _("Programme")
    DESK = "desk", _("Accueil")
    IMPORT = "import", _("Import")
    REFERRAL = "referral", _("Adressage d’un confrère")


class ChangeKind(models.TextChoices):
    """What happened to a visit, for its history."""

    BOOKED = "booked", _("Rendez-vous posé")
    MOVED = "moved", _("Déplacé")
    STRETCHED = "stretched", _("Durée changée")
    CANCELLED = "cancelled", _("Annulé")
    RESTORED = "restored", _("Rétabli")
    STATUS = "status", _("Statut changé")
    NOTED = "noted", _("Note changée")
    UNDONE = "undone", _("Retour en arrière")
    CONFIRMED = "confirmed", _("Confirmé par le patient")
    LATE = "late", _("Prévenu d’un retard")


class AnsweredBy(models.TextChoices):
    """By what door a patient answered who did not sign in."""

    LINK = "link", _("lien du message")
    SMS = "sms", _("SMS")


class TaskKind(models.TextChoices):
    CALL_BACK = "call_back", _("Rappeler")
    HAND_OVER = "hand_over", _("Résultat à remettre")
    SIGN = "sign", _("Document à signer")
    TELL = "tell", _("Patient à prévenir")
    UNREACHED = "unreached", _("Patient non joint")
    OTHER = "other", _("Autre")


class RescueAnswer(models.TextChoices):
    WAITING = "waiting", _("En attente de réponse")
    TAKEN = "taken", _("Heure choisie")
    DECLINED = "declined", _("Aucune heure ne convient")
    EXPIRED = "expired", _("Sans réponse")
    TO_CALL = "to_call", _("À appeler")


class WaitlistState(models.TextChoices):
    WAITING = "waiting", _("En attente")
    PLACED = "placed", _("Heure trouvée")
    LEFT = "left", _("Quittée")
    ENDED = "ended", _("Terminée")


class WaitlistEnd(models.TextChoices):
    """Why a person is on the list no more, when it was neither an acceptance nor their own leaving."""

    REMOVED = "removed", _("Retirée par le cabinet")
    SILENT = "silent", _("Propositions restées sans réponse")
    TOO_LATE = "too_late", _("Dernier jour souhaité passé")
    VISIT_OVER = "visit_over", _("Rendez-vous passé")
    VISIT_CANCELLED = "visit_cancelled", _("Rendez-vous annulé par la personne")
    NOT_OFFERED = "not_offered", _("Motif ou agenda fermé")
    BLOCKED = "blocked", _("Réservation en ligne fermée")
    DECEASED = "deceased", _("Personne décédée")
    FORGOTTEN = "forgotten", _("Compte ou proche retiré")


class WaitlistAnswer(models.TextChoices):
    WAITING = "waiting", _("En attente de réponse")
    ACCEPTED = "accepted", _("Acceptée")
    DECLINED = "declined", _("Refusée")
    EXPIRED = "expired", _("Sans réponse")
    WITHDRAWN = "withdrawn", _("Retirée")


class FeedDetail(models.TextChoices):
    BUSY = "busy", _("Occupé, sans nom")
    INITIALS = "initials", _("Initiales du patient")


class ImportKind(models.TextChoices):
    PATIENTS = "patients", _("Patients")
    APPOINTMENTS = "appointments", _("Rendez-vous")
