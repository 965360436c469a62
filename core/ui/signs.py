"""Status signs: a shape, a tone and a word for each state of an appointment. The shape alone must suffice in grey."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class Sign(NamedTuple):
    """An icon of the sprite, a tone of `sign.css` (empty for grey) and the word beside it."""

    icon: str
    tone: str
    word: str | Promise


PATIENT = {
    "confirmed": Sign("sign-check", "ok", _("Confirmé")),
    "pending": Sign("sign-ring", "info", _("En attente du cabinet")),
    "moved": Sign("swap", "info", _("Déplacé")),
    "late": Sign("sign-hourglass", "warn", _("Retard annoncé")),
    "cancelled": Sign("sign-barred", "", _("Annulé")),
    "cancelled_by_patient": Sign("sign-barred", "", _("Annulé par vous")),
    "cancelled_by_practice": Sign("sign-barred", "", _("Annulé par le cabinet")),
    "excused": Sign("sign-dashed", "", _("Vous étiez excusé")),
    "held": Sign("sign-hourglass", "mimosa", _("Créneau gardé")),
    "arrived": Sign("sign-square", "mimosa", _("Arrivée enregistrée")),
    "seen": Sign("sign-check", "", _("Passé")),
    "no_show": Sign("sign-barred", "", _("Absence notée")),
}
PRACTICE = {
    "planned": Sign("sign-ring", "", _("Prévu")),
    "confirmed": Sign("sign-ring-dot", "info", _("Confirmé par le patient")),
    "arrived": Sign("sign-square", "mimosa", _("En salle")),
    "in_consultation": Sign("sign-play", "ok", _("En consultation")),
    "seen": Sign("sign-check", "ok", _("Vu")),
    "no_show": Sign("sign-diamond", "danger", _("Absent")),
    "excused": Sign("sign-dashed", "", _("Excusé")),
    "urgent": Sign("sign-triangle", "danger", _("Urgence, en plus")),
    "cancelled": Sign("sign-barred", "", _("Annulé")),
    "cancelled_by_patient": Sign("sign-barred", "", _("Annulé par le patient")),
    "cancelled_by_practice": Sign("sign-barred", "", _("Annulé par le cabinet")),
}
# The contract's status of an appointment, where it is not the name of a sign.
PATIENT["booked"] = PATIENT["confirmed"]
PRACTICE["booked"] = PRACTICE["planned"]


def sign_of(kind: str, *, practice: bool = False, minutes: int | None = None) -> Sign:
    """The sign of a state, as the patient or the practice reads it; `minutes` tells how late the practice runs.

    Raises `KeyError` for a state that has no sign.
    """
    sign = (PRACTICE if practice else PATIENT)[str(kind)]
    if minutes is not None:
        word = ngettext("Retard annoncé : %(minutes)d min", "Retard annoncé : %(minutes)d min", minutes)
        return sign._replace(word=word % {"minutes": minutes})
    return sign
