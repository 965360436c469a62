"""The rules that hide a start, said to the practice: what it is, and what to change if it is not wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.refusals import HiddenBy
from booking.selectors.why_hidden import WhyHidden
from practitioners.enums import BlockCause

HIDDEN: dict[HiddenBy, str | Promise] = {
    HiddenBy.PAST: _("L’heure est passée."),
    HiddenBy.NOTICE: _("Trop proche : ce motif demande un délai avant le rendez-vous."),
    HiddenBy.HORIZON: _("Trop loin : ce motif n’ouvre pas encore cette date."),
    HiddenBy.NO_OPENING: _("Aucune plage d’ouverture."),
    HiddenBy.OUTSIDE_OPENING: _("Hors des plages d’ouverture, ou trop près de leur fin pour la durée du motif."),
    HiddenBy.REASON_NOT_ACCEPTED: _("Cette plage ne reçoit pas ce motif."),
    HiddenBy.HOLIDAY: _("Jour férié : la plage n’est pas marquée ouverte les jours fériés."),
    HiddenBy.NOT_ALIGNED: _("Ce n’est pas un début de la grille de ce motif."),
    HiddenBy.CLOCK_REPEATED: _("L’heure qui revient au changement d’heure n’est proposée qu’une fois."),
    HiddenBy.ABSENCE: _("Une absence couvre ce moment."),
    HiddenBy.TAKEN: _("Déjà pris par un rendez-vous, ou gardé pour quelqu’un, dans l’un de vos agendas."),
    HiddenBy.BUFFER: _("Trop près d’un autre rendez-vous : le temps de pause n’y tient pas."),
    HiddenBy.QUOTA: _("Le nombre de rendez-vous par jour pour ce motif est atteint."),
    HiddenBy.NOT_RELEASED: _("Plage d’urgence : elle s’ouvre plus tard, au dernier moment."),
}
CLOSED: dict[str, str | Promise] = {
    BlockCause.OWNER: _("L’agenda est fermé à la réservation en ligne par le cabinet."),
    BlockCause.VERIFICATION: _("La vérification du soignant est en cours : rien n’est proposé en ligne."),
    BlockCause.REGISTER: _("Le répertoire national ne confirme plus le soignant : rien n’est proposé en ligne."),
    BlockCause.BILLING: _("L’abonnement est suspendu : rien n’est proposé en ligne."),
    "unverified": _("L’identité du soignant n’est pas encore vérifiée : sa fiche n’est pas publique."),
    "archived": _("Ce motif est archivé."),
    "offline": _("Ce motif n’est pas réservable en ligne dans cet agenda."),
    "no_mode": _("Ce motif n’a que la vidéo, et l’agenda n’a pas de lien de visio."),
    "no_new_patients": _("Nouveaux patients refusés : seuls les patients du cabinet réservent."),
    "known_only": _("Ce motif est gardé pour les patients du cabinet."),
}


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run of hidden starts in words."""

    first: datetime
    last: datetime
    count: int
    words: str


def run_lines(found: WhyHidden) -> list[RunLine]:
    return [RunLine(run.first, run.last, run.count, str(HIDDEN[run.rule])) for run in found.runs]


def closed_words(causes: Iterable[str]) -> list[str]:
    return [str(CLOSED[cause]) for cause in causes]
