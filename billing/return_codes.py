"""Why banks give a SEPA debit back, and what follows. Pure.

Codes of ISO 20022 (external code list, « ExternalStatusReason1Code ») that banks use for the SDD schemes, by the
implementation guidelines of the European Payments Council.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RETRY_AFTER_DAYS = 5
MOST_ATTEMPTS = 3


class Follow(StrEnum):
    """What a return calls for: try again, a new account, a new mandate, or a person who looks."""

    RETRY = "retry"
    NEW_ACCOUNT = "new_account"
    NEW_MANDATE = "new_mandate"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class ReturnCode:
    code: str
    label: str | Promise
    follow: Follow


_KNOWN = {
    one.code: one
    for one in (
        ReturnCode("AM04", _("Provision insuffisante"), Follow.RETRY),
        ReturnCode("AM05", _("Prélèvement présenté deux fois"), Follow.LOOK),
        ReturnCode("MS02", _("Refus du débiteur"), Follow.LOOK),
        ReturnCode("MS03", _("Motif non communiqué"), Follow.RETRY),
        ReturnCode("MD06", _("Remboursement demandé par le débiteur"), Follow.LOOK),
        ReturnCode("SL01", _("Refus par un service de la banque du débiteur"), Follow.LOOK),
        ReturnCode("AC01", _("Compte inexistant"), Follow.NEW_ACCOUNT),
        ReturnCode("AC04", _("Compte clos"), Follow.NEW_ACCOUNT),
        ReturnCode("AC06", _("Compte bloqué"), Follow.NEW_ACCOUNT),
        ReturnCode("AC13", _("Compte de consommateur, refusé par ce schéma"), Follow.NEW_ACCOUNT),
        ReturnCode("AG01", _("Opération interdite sur ce compte"), Follow.NEW_ACCOUNT),
        ReturnCode("BE05", _("Créancier inconnu"), Follow.LOOK),
        ReturnCode("MD01", _("Pas de mandat valable"), Follow.NEW_MANDATE),
        ReturnCode("MD02", _("Mandat incomplet"), Follow.NEW_MANDATE),
        ReturnCode("MD07", _("Débiteur décédé"), Follow.NEW_MANDATE),
        ReturnCode("RC01", _("Banque inconnue"), Follow.NEW_ACCOUNT),
        ReturnCode("RR04", _("Refus réglementaire"), Follow.LOOK),
        ReturnCode("CNOR", _("Banque du créancier inconnue"), Follow.LOOK),
        ReturnCode("DNOR", _("Banque du débiteur non joignable"), Follow.NEW_ACCOUNT),
        ReturnCode("FF05", _("Schéma de prélèvement refusé"), Follow.LOOK),
        ReturnCode("TM01", _("Fichier reçu trop tard"), Follow.RETRY),
    )
}


def read_code(code: str) -> ReturnCode:
    """What is known of a code; a code nobody knows asks for a person."""
    return _KNOWN.get(code) or ReturnCode(code[:4], _("Motif inconnu"), Follow.LOOK)


def may_retry(code: str, attempts: int) -> bool:
    """Whether the same debit may be presented again after that return, `attempts` being those made."""
    return read_code(code).follow == Follow.RETRY and attempts < MOST_ATTEMPTS
