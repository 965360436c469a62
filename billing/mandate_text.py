"""The words of a SEPA mandate, as their debtor agrees to them. A change of words is a new version beside the old one.

Source: the text that the European Payments Council gives to creditors (EPC002-09, « mandate »), in the scheme's two forms.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"

LEAVE = _(
    "En signant ce mandat, vous autorisez %(creditor)s à envoyer des instructions à votre banque pour débiter votre"
    " compte, et votre banque à débiter votre compte conformément aux instructions de %(creditor)s."
)
RIGHTS = _(
    "Vous pouvez être remboursé par votre banque selon les conditions de la convention que vous avez passée avec elle."
    " Une demande de remboursement doit être présentée dans les huit semaines suivant le débit, ou dans les treize mois"
    " s’il n’était pas autorisé."
)
NO_REFUND = _(
    "Ce mandat est interentreprises\u00a0: après le débit, vous ne pouvez pas être remboursé par votre banque. Vous devez"
    " remettre ce mandat à votre banque avant le premier prélèvement."
)
NOTICE = _(
    "Chaque prélèvement vous est annoncé au moins %(days)s jours avant, par e-mail, avec son montant et sa date."
)


@dataclass(frozen=True, slots=True)
class MandateText:
    """The sentences that a page shows, in order, and the digest that a proof keeps of them."""

    sentences: tuple[str, ...]

    @property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.sentences).encode()).hexdigest()


def mandate_text(*, creditor: str, scheme: str, notice_days: int) -> MandateText:
    """The words for this creditor, in the reader's language."""
    rights = NO_REFUND if scheme == "B2B" else RIGHTS
    return MandateText(
        (str(LEAVE) % {"creditor": creditor}, str(rights), str(NOTICE) % {"days": notice_days}),
    )
