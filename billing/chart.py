"""The accounts the books use (plan comptable général), and how the accounting file calls them: plain letters only.

VAT falls due with the invoice when the seller opts for the debits, and every invoice then says so; else it waits on accounts
of its own until the money comes (`docs/adr/0027-books.md`).
"""

from typing import NamedTuple


class Account(NamedTuple):
    """A number of six figures and its label."""

    number: str
    label: str


JOURNALS = {"VE": "Ventes", "BQ": "Banque", "OD": "Operations diverses"}

CUSTOMERS = Account("411000", "Clients")
SALES = Account("706000", "Prestations de services")
BANK = Account("512000", "Banque")
SUSPENSE = Account("471000", "Compte d'attente")
INDEMNITIES = Account("758800", "Indemnites de recouvrement")
INTEREST = Account("763000", "Interets de retard")

# VAT collected, by rate in basis points: twenty per cent in mainland France, eight and a half in Guadeloupe, Martinique
# and Reunion (CGI art. 278 and 296). A rate that is not here has no account: posting it is refused.
VAT = {
    2000: Account("445710", "TVA collectee 20 %"),
    850: Account("445711", "TVA collectee 8,5 %"),
}
# The same, invoiced and not due yet: it moves to the above as the money comes (CGI art. 269, 2, c).
PENDING_VAT = {
    2000: Account("445870", "TVA en attente 20 %"),
    850: Account("445871", "TVA en attente 8,5 %"),
}
# What is invoiced beside the service bears no VAT and is no sale: lines of these kinds have an account of their own.
BY_KIND = {"indemnity": INDEMNITIES, "interest": INTEREST}


def vat_account(rate: int, *, pending: bool = False) -> Account:
    """The account of VAT at this rate (basis points), due or still pending. Raises LookupError when there is none."""
    try:
        return (PENDING_VAT if pending else VAT)[rate]
    except KeyError:
        raise LookupError(f"No account for VAT at {rate / 100:g} %") from None
