"""Late-payment interest between businesses (code de commerce, L441-10): what it would come to. Pure.

The rate is a yearly one in basis points, the seller's own, never under three times the legal rate; by default the ECB's
refinancing rate plus ten points. It runs from the day after the due date, day by day over 365, with no VAT. Like the
indemnity it is told, and charged by a person's decision only.
"""

from datetime import date


def interest_cents(open_cents: int, due_on: date, paid_on: date, rate_bp: int) -> int:
    """The interest in cents, rounded half up, of `open_cents` owed from the day after `due_on` until `paid_on` included."""
    days = (paid_on - due_on).days
    if days <= 0 or open_cents <= 0:
        return 0
    return (2 * open_cents * rate_bp * days + 10_000 * 365) // (2 * 10_000 * 365)


def rate_of(ecb_bp: int, legal_bp: int) -> int:
    """The rate by default: the ECB's plus ten points, never under three times the legal one."""
    return max(ecb_bp + 1_000, 3 * legal_bp)
