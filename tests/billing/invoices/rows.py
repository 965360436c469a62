"""Papers, drafts and rows for the tests of invoices."""

from datetime import date
from typing import Any

from billing.drafting import Draft
from billing.enums import Territory
from billing.models import Payer
from billing.paper import Line, Paper, Party, totals_of
from billing.seller import seller
from billing.terms import mentions
from billing.vat import vat_rule
from tests.factories import PracticeFactory

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def a_payer(practice: Any = None, **fields: Any) -> Payer:
    """A payer with everything that an invoice needs."""
    values = {
        "name": "Cabinet Martin",
        "siren": "732829320",
        "siret": "73282932000074",
        "street": "1 rue des Lilas",
        "postcode": "93260",
        "city": "Les Lilas",
        "email": "compta@cabinet.example",
    }
    return Payer.objects.create(practice=practice or PracticeFactory(), **{**values, **fields})


def a_buyer(**fields: Any) -> Party:
    values = {
        "name": "Cabinet Martin",
        "siren": "732829320",
        "siret": "73282932000074",
        "street": "1 rue des Lilas",
        "postcode": "93260",
        "city": "Les Lilas",
    }
    return Party(**{**values, **fields})


def a_line(net_cents: int = 8900, **fields: Any) -> Line:
    values = {
        "label": "Abonnement Prendsoin – Dr Martin, mars 2026",
        "quantity": -1 if net_cents < 0 else 1,
        "unit_cents": abs(net_cents),
        "vat_rate": 2000,
        "period_start": MARCH,
        "period_end": APRIL,
    }
    return Line(**{**values, **fields})


def a_paper(*lines: Line, territory: str = Territory.METROPOLE, **fields: Any) -> Paper:
    rule = vat_rule(territory)
    lines = lines or (a_line(vat_rate=rule.rate),)
    values = {
        "kind": "invoice",
        "seller": seller(),
        "buyer": a_buyer(territory=str(territory)),
        "lines": lines,
        "totals": totals_of(lines, {0: rule.exemption}),
        "period_start": MARCH,
        "period_end": APRIL,
        "mentions": mentions(vat_on_debits=True),
    }
    return Paper(**{**values, **fields})


def a_draft(payer: Payer, *lines: Line, **fields: Any) -> Draft:
    return Draft(payer_id=payer.pk, practice_id=payer.practice_id, paper=a_paper(*lines, **fields))
