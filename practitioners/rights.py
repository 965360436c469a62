"""Who may do what in a practice, as one table: the page shows it, and a test asks the same of the rules themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practitioners.enums import Role


class Reach(StrEnum):
    """How far a right goes. `OWN`: one's own agenda and those one was given; `LISTED`: these alone.

    `DATED`: of these, what happens within one's dates; `MET`: the files of who comes then, and of who called.
    """

    ALL = "all"
    OWN = "own"
    SELF = "self"
    LISTED = "listed"
    DATED = "dated"
    MET = "met"
    NONE = "none"

    @property
    def label(self) -> str | Promise:
        return LABELS[self]


LABELS = {
    Reach.ALL: _("Tout le cabinet"),
    Reach.OWN: _("Son agenda et ceux confiés"),
    Reach.SELF: _("Son agenda"),
    Reach.LISTED: _("Agendas confiés"),
    Reach.DATED: _("Agendas confiés, à ses dates"),
    Reach.MET: _("Patients de ses dates"),
    Reach.NONE: _("Non"),
}
ROLES = (Role.OWNER, Role.PRACTITIONER, Role.SECRETARY, Role.LOCUM, Role.COVER, Role.ACCOUNTANT)


@dataclass(frozen=True, slots=True)
class Right:
    """One line: what is done (`label`), the rule that decides (model, action), and its reach in the order of `ROLES`."""

    label: str | Promise
    model: str
    action: str
    reach: tuple[Reach, ...]

    @property
    def cells(self) -> list[tuple[Any, Reach]]:
        return [(role.label, reach) for role, reach in zip(ROLES, self.reach, strict=True)]


_RUN = (Reach.ALL, Reach.OWN, Reach.LISTED, Reach.DATED, Reach.DATED, Reach.NONE)
_NOTES = (Reach.ALL, Reach.OWN, Reach.LISTED, Reach.DATED, Reach.NONE, Reach.NONE)
_ARRANGE = (Reach.ALL, Reach.OWN, Reach.LISTED, Reach.NONE, Reach.NONE, Reach.NONE)
_SHAPE = (Reach.ALL, Reach.ALL, Reach.ALL, Reach.NONE, Reach.NONE, Reach.NONE)
_OWNER = (Reach.ALL, *[Reach.NONE] * 5)
RIGHTS: Sequence[Right] = (
    Right(_("Voir les rendez-vous"), "booking.appointment", "read", _RUN),
    Right(_("Déplacer et annuler les rendez-vous"), "booking.appointment", "change", _RUN),
    Right(_("Placer deux rendez-vous à la même heure"), "practitioners.agenda", "overbook", _ARRANGE),
    Right(_("Lire les notes internes"), "booking.appointment", "read_internal_note", _NOTES),
    Right(_("Changer les horaires"), "booking.openinghours", "manage", _ARRANGE),
    Right(_("Noter une absence"), "booking.absence", "manage", _ARRANGE),
    Right(_("Choisir les motifs d’un agenda"), "practitioners.agendareason", "manage", _ARRANGE),
    Right(_("Créer et changer les motifs du cabinet"), "practitioners.visitreason", "manage", _SHAPE),
    Right(_("Faire une fiche pour qui appelle"), "practitioners.practice", "receive", (*[Reach.ALL] * 5, Reach.NONE)),
    Right(
        _("Ouvrir une fiche et réserver pour ce patient"),
        "patients.patientrecord",
        "work",
        (Reach.ALL, Reach.ALL, Reach.ALL, Reach.MET, Reach.MET, Reach.NONE),
    ),
    Right(
        _("Changer une fiche et lire ses notes"),
        "patients.patientrecord",
        "write",
        (Reach.ALL, Reach.ALL, Reach.ALL, Reach.MET, Reach.NONE, Reach.NONE),
    ),
    Right(_("Fusionner des fiches, bloquer un patient, noter un décès"), "patients.patientrecord", "keep", _SHAPE),
    # Each reaches the patients of the agendas they arrange: the rule of the table says who may write at all.
    Right(_("Écrire à ses patients, plusieurs à la fois"), "booking.broadcast", "manage", _SHAPE),
    Right(
        _("Confier un agenda à un confrère"),
        "practitioners.agenda",
        "entrust",
        (Reach.ALL, Reach.SELF, *[Reach.NONE] * 4),
    ),
    Right(_("Ouvrir un agenda"), "practitioners.agenda", "create", _OWNER),
    Right(_("Inviter, changer les rôles, mettre fin à un accès"), "practitioners.practice", "staff", _OWNER),
    Right(_("Voir qui est dans l’équipe"), "practitioners.membership", "read", (Reach.ALL,) * 6),
)


def matrix() -> dict[str, Any]:
    """What the page shows: the roles, and the lines with their cells."""
    return {"roles": [role.label for role in ROLES], "rights": RIGHTS}
