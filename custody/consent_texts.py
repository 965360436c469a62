"""The words that people agreed to, by purpose and version. A text is never edited: a change is a new version beside it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PREVENTION, SHARING, CHECKUP = "prevention", "sharing", "checkup"
PURPOSES: dict[str, Promise] = {
    PREVENTION: _("Être prévenu d’un dépistage, d’un vaccin ou d’un examen"),
    SHARING: _("Montrer son carnet, ou un document, à un professionnel"),
    CHECKUP: _("Remplir un bilan de prévention et le joindre à un rendez-vous"),
}
TEXTS: dict[tuple[str, str], Promise] = {
    (PREVENTION, "2026-11-22"): _(
        "Un message par mois au plus, tous thèmes réunis. L’e-mail dit seulement qu’un message vous attend, sans un mot de "
        "santé. Vous pouvez tout arrêter à tout moment. Personne ne paie pour ces messages."
    ),
    (SHARING, "2026-11-22"): _(
        "La personne ou l’équipe choisie peut lire, ou lire et ajouter, ce que vous lui ouvrez, jusqu’au jour écrit avant de "
        "confirmer. Chaque lecture est inscrite et vous est montrée. Vous arrêtez le partage quand vous voulez."
    ),
    (CHECKUP, "2026-11-22"): _(
        "Vos réponses restent dans votre carnet, chiffrées. Le soignant du rendez-vous choisi les lit jusqu’au lendemain de "
        "la visite. Vous les effacez quand vous voulez."
    ),
}


def text_of(purpose: str, version: str) -> Promise | str:
    """What was agreed to; empty for an agreement that is older than the texts."""
    return TEXTS.get((purpose, version), "")
