"""The states of a claim and every way from one to another. Pure: the services ask it before they write.

declared → identifier valid → found in the register → controlled → published, as domain rules want it (an RPPS number is
public: it proves nothing by itself). A claim ends refused or withdrawn; nothing comes back from an end.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClaimState(TextChoices):
    DECLARED = "declared", _("Déclarée")
    ID_VALID = "id_valid", _("Identifiant valide")
    REGISTER_MATCH = "register_match", _("Trouvée au répertoire")
    CONTROLLED = "controlled", _("Identité contrôlée")
    PUBLISHED = "published", _("Publiée")
    REFUSED = "refused", _("Refusée")
    WITHDRAWN = "withdrawn", _("Retirée")


class ClaimProof(TextChoices):
    """What proved that the claimant is the person of the register."""

    IDENTITY = "identity", _("Pro Santé Connect")
    DOCUMENT = "document", _("Pièce vérifiée par deux personnes")


class Scan(TextChoices):
    """What the search for malware said of a document: nobody opens one before it has spoken."""

    WAITING = "waiting", _("En attente d’analyse")
    CLEAN = "clean", _("Analysée")
    REFUSED = "refused", _("Refusée par l’analyse")


class Mismatch(TextChoices):
    """Why an identifier with a right key is not found in the register; the claimant reads one neutral sentence."""

    UNKNOWN = "unknown", _("Numéro absent du répertoire")
    LEFT = "left", _("Personne sortie du répertoire")
    NAME = "name", _("Nom différent")
    PROFESSION = "profession", _("Profession différente")


ENDED = (ClaimState.REFUSED, ClaimState.WITHDRAWN)
# Those of which an account has one at a time.
OPEN = (ClaimState.DECLARED, ClaimState.ID_VALID, ClaimState.REGISTER_MATCH, ClaimState.CONTROLLED)
# Those that hold a page: one claim for each.
HOLDING = (ClaimState.CONTROLLED, ClaimState.PUBLISHED)

WAYS: dict[ClaimState, frozenset[ClaimState]] = {
    ClaimState.DECLARED: frozenset({ClaimState.ID_VALID, *ENDED}),
    ClaimState.ID_VALID: frozenset({ClaimState.REGISTER_MATCH, *ENDED}),
    ClaimState.REGISTER_MATCH: frozenset({ClaimState.CONTROLLED, *ENDED}),
    ClaimState.CONTROLLED: frozenset({ClaimState.PUBLISHED, *ENDED}),
    ClaimState.PUBLISHED: frozenset(),
    ClaimState.REFUSED: frozenset(),
    ClaimState.WITHDRAWN: frozenset(),
}
# The road of a claim that succeeds, as its page shows it.
ROAD = (
    ClaimState.DECLARED,
    ClaimState.ID_VALID,
    ClaimState.REGISTER_MATCH,
    ClaimState.CONTROLLED,
    ClaimState.PUBLISHED,
)


def may_go(here: str, there: str) -> bool:
    """Whether a claim goes from one state to the other in one step."""
    return there in WAYS[ClaimState(here)]
