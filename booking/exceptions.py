"""The refusals of booking, each with its stable code (contract) and its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "slot_taken": _("Cette heure vient d’être prise."),
    "notice_too_short": _("Cette heure est trop proche pour être réservée en ligne. Appelez le cabinet."),
    "beyond_horizon": _("Cette date n’est pas encore ouverte à la réservation."),
    "not_offered": _("Ce motif n’est pas proposé à cette heure."),
    "not_bookable": _("Cet agenda n’est pas ouvert à la réservation en ligne. Appelez le cabinet."),
    "new_patients_refused": _("Ce cabinet n’ouvre pas ce motif aux nouveaux patients."),
    "known_patients_refused": _("Ce motif est réservé à une première visite dans ce cabinet."),
    "limit_reached": _("Un rendez-vous proche existe déjà pour cette personne dans cette spécialité."),
    "too_many_upcoming": _("Cette personne a déjà plusieurs rendez-vous à venir dans ce cabinet."),
    "blocked": _("Ce cabinet ne prend plus vos rendez-vous en ligne. Appelez-le pour convenir d’une heure."),
    "contact_not_verified": _("Confirmez d’abord votre adresse e-mail ou votre téléphone."),
    "refused_by_answers": _("D’après vos réponses, ce motif ne convient pas."),
    "identity_missing": _("Indiquez d’abord votre identité, ou choisissez pour qui vous réservez."),
    "answers_required": _("Répondez à chaque question pour continuer."),
    "mode_not_offered": _("Ce motif n’est pas proposé sous cette forme."),
    "hold_expired": _("Le créneau n’est plus gardé."),
    "hold_already_renewed": _("Ce créneau a déjà été prolongé une fois."),
    "too_many_holds": _("Vous gardez déjà plusieurs créneaux. Terminez ou libérez-en un."),
    "cutoff_passed": _(
        "Il est trop tard pour déplacer en ligne. Appelez le cabinet, ou annulez : l’heure servira à quelqu’un."
    ),
    "already_cancelled": _("Ce rendez-vous est déjà annulé."),
    "not_cancelled": _("Ce rendez-vous n’est pas annulé."),
    "already_past": _("Ce rendez-vous est passé."),
    "agenda_busy": _("L’agenda est très demandé en ce moment. Réessayez dans quelques secondes."),
    "family_size": _("Choisissez de deux à six personnes."),
    "not_enough_consecutive": _("Il n’y a pas assez d’heures à la suite à ce moment."),
    "changed_meanwhile": _("Ce rendez-vous a été modifié entre-temps. Relisez-le avant de recommencer."),
    "confirm_late_change": _(
        "Ce rendez-vous commence dans moins de deux heures. Faut-il prévenir le patient tout de suite ?"
    ),
    "outside_hours": _("Cette heure est hors des plages d’ouverture, ou pendant une absence."),
    "overbooking_refused": _("Vous ne pouvez pas placer un rendez-vous en plus à cette heure."),
    "undo_over": _("Il est trop tard pour revenir en arrière : le patient est prévenu."),
    "duration_invalid": _("La durée va de cinq minutes à huit heures."),
    "start_out_of_reach": _("Cette date est passée ou trop lointaine."),
    "outside_your_dates": _("Votre remplacement ne couvre pas cette date."),
    "patient_deceased": _("Cette personne est décédée."),
    "patient_not_asked": _("Demandez d’abord au patient s’il est d’accord."),
    "word_too_long": _("Ce texte est trop long\u00a0: mille caractères au plus."),
    "series_size": _("Une série compte de deux à trente séances."),
    "series_conflicts": _("Certaines séances tombent sur une heure prise. Choisissez une autre heure pour chacune."),
}
STATUSES = {
    "slot_taken": 409,
    "hold_expired": 409,
    "already_cancelled": 409,
    "already_past": 409,
    "not_cancelled": 409,
    "not_enough_consecutive": 409,
    "changed_meanwhile": 409,
    "confirm_late_change": 409,
    "undo_over": 409,
    "series_conflicts": 409,
    "overbooking_refused": 403,
    "outside_your_dates": 403,
    "agenda_busy": 503,
    "too_many_holds": 429,
}


class Refusal(DomainError):
    """A booking refused by a rule.

    `alternatives` (free slots) and `existing` (the person's own visits) serve the pages; `details` holds the same
    as plain values for the API.
    """

    def __init__(self, code: str, **details: Any) -> None:
        retry_after = {"agenda_busy": 2, "too_many_holds": 60}.get(code)
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), retry_after=retry_after, **details)
        self.alternatives: Sequence[Any] = ()
        self.existing: Sequence[Any] = ()

    def offer_instead(self, slots: Sequence[Any]) -> None:
        """Attach the next free starts, as `FreeSlot`s."""
        self.alternatives = slots
        self.details = {
            **self.details,
            "alternatives": [
                {
                    "start": slot.start.astimezone(ZoneInfo(slot.timezone)).isoformat(),
                    "end": slot.end.astimezone(ZoneInfo(slot.timezone)).isoformat(),
                    "agenda": str(slot.offer.agenda.uid),
                    "timezone": slot.timezone,
                }
                for slot in slots
            ],
        }

    def show_existing(self, appointments: Sequence[Any]) -> None:
        """Attach the visits that stand in the way, for "keep or replace"; only ones the actor may see."""
        self.existing = appointments
        self.details = {
            **self.details,
            "existing": [
                {
                    "id": str(row.uid),
                    "start": row.start_at.astimezone(ZoneInfo(row.agenda.location.timezone)).isoformat(),
                    "timezone": row.agenda.location.timezone,
                }
                for row in appointments
            ],
        }
