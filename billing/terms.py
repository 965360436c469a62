"""The sentences that every invoice carries, in French whatever the reader's language: they are owed to the tax office.

Sources: Code de commerce L441-9, L441-10 and D441-5 (the 40 €); CGI, annexe II, art. 242 nonies A.
"""

from __future__ import annotations

from billing.paper import TAX, Mention

RECOVERY_CENTS = 4_000
# The longest term that the law allows, in days from the date of the invoice (C. com. L441-10).
LONGEST_TERM = 60
RECOVERY, PENALTY, DISCOUNT = "PMT", "PMD", "AAB"


def mentions(*, vat_on_debits: bool) -> tuple[Mention, ...]:
    """Indemnity of recovery, penalties, discount and the option about VAT, each under its code."""
    always = (
        Mention(
            RECOVERY,
            "Tout retard de paiement donne lieu de plein droit à une indemnité forfaitaire pour frais de recouvrement de 40 €.",
        ),
        Mention(
            PENALTY,
            "Pénalités de retard : taux de refinancement de la Banque centrale européenne majoré de 10 points,"
            " exigibles sans rappel dès le lendemain de l’échéance.",
        ),
        Mention(DISCOUNT, "Pas d’escompte pour paiement anticipé."),
    )
    if not vat_on_debits:
        return always
    return (*always, Mention(TAX, "Option pour le paiement de la taxe d’après les débits."))
