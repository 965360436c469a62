"""The PDF/A-3 of an issued paper, with its electronic form inside (Factur-X). Texts are French: the law asks for that.

The same paper gives the same words, and the date of the file is that of issue; the file is made once and kept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import translation

from billing.einvoice import LEVEL, legal_line, xml_of
from billing.paper import Paper, Party
from core.pdf import Document, Running
from core.phrasing import day_text, month_text, price_text

_DAY = timedelta(days=1)
_TITLES = {"invoice": "Facture", "credit_note": "Avoir"}
_MEANS = {
    "transfer": "Virement",
    "sepa": "Prélèvement SEPA",
    "card": "Carte bancaire",
}
# The library tells each step at this level.
logging.getLogger("factur-x").setLevel(logging.ERROR)


def files_of(paper: Paper, made_at: datetime) -> tuple[bytes, bytes]:
    """(PDF, XML) of an issued paper. Raises ValueError for one that is not issued."""
    xml = xml_of(paper)
    # Loaded here: only the makers of files pay for its tables.
    from facturx import generate_from_binary  # noqa: PLC0415

    pdf: bytes = generate_from_binary(
        drawn(paper, made_at),
        xml,
        flavor="factur-x",
        level=LEVEL,
        check_xsd=False,
        check_schematron=False,
        lang="fr-FR",
        afrelationship="alternative",
        pdf_metadata={
            "author": paper.seller.name,
            "keywords": "Factur-X",
            "title": f"{paper.seller.name} : {_title(paper)}",
            "subject": f"{_title(paper)} du {paper.issue_date:%d/%m/%Y}",
        },
    )
    return pdf, xml


def drawn(paper: Paper, made_at: datetime) -> bytes:
    """The pages alone, as PDF/A-3 without anything attached."""
    with translation.override("fr"):
        below = " – ".join(part for part in (paper.seller.name, legal_line(paper.seller)) if part)
        document = Document(
            _title(paper),
            language="fr",
            author=paper.seller.name,
            running=Running(above=_title(paper), below=below, pages="Page %(page)s sur %(pages)s"),
            archival=True,
            made_at=made_at,
        )
        document.heading(_title(paper))
        document.paragraph("\n".join(_facts(paper)))
        document.columns([_party("Vendeur", paper.seller), _party("Client", paper.buyer)])
        _lines(document, paper)
        _totals(document, paper)
        if not paper.is_credit_note:
            document.paragraph("\n".join(_payment(paper)))
        document.paragraph("\n".join(one.text for one in paper.mentions), soft=True)
        if not paper.is_credit_note:
            _served(document, paper)
        return document.content()


def _said(day: date) -> str:
    return day_text(day, weekday=False, year=True)


def _title(paper: Paper) -> str:
    return f"{_TITLES[paper.kind]} {paper.reference}"


def _facts(paper: Paper) -> Iterator[str]:
    if paper.issue_date:
        yield f"{'Émis' if paper.is_credit_note else 'Émise'} le {_said(paper.issue_date)}"
    if paper.corrects:
        reference, day = paper.corrects
        yield f"Corrige la facture {reference} du {_said(day)}. Motif : {paper.reason}"
    yield f"Période : du {_said(paper.period_start)} au {_said(paper.period_end - _DAY)}"
    yield "Catégorie de l’opération : prestations de services"
    if paper.purchase_order:
        yield f"Référence de commande : {paper.purchase_order}"


def _party(heading: str, party: Party) -> list[str]:
    lines = [
        heading,
        party.name,
        legal_line(party),
        party.street,
        party.street2,
        f"{party.postcode} {party.city}",
        "" if party.country == "FR" else party.country,
        f"SIREN {party.siren}" if party.siren else "",
        f"SIRET {party.siret}" if party.siret else "",
        f"TVA {party.vat_number}" if party.vat_number else "",
        f"Compte client {party.account}" if party.account else "",
    ]
    return [line for line in lines if line.strip()]


def _lines(document: Document, paper: Paper) -> None:
    document.table(
        ("Désignation", "Quantité", "Prix unitaire HT", "TVA", "Montant HT"),
        [
            (
                line.label,
                str(line.quantity),
                price_text(line.unit_cents),
                rate_text(line.vat_rate),
                price_text(line.net_cents),
            )
            for line in paper.lines
        ],
        widths=(50, 11, 15, 10, 14),
        align=("L", "R", "R", "R", "R"),
    )


def _totals(document: Document, paper: Paper) -> None:
    rows = [("Total HT", price_text(paper.net_cents))]
    for total in paper.totals:
        base = price_text(total.base_cents)
        rows.append((f"TVA {rate_text(total.rate)} sur {base}", price_text(total.vat_cents)))
    rows.append((f"Total TTC{' à déduire' if paper.is_credit_note else ''}", price_text(paper.gross_cents)))
    document.sums(rows)
    for total in paper.totals:
        if total.exemption:
            document.paragraph(total.exemption)


def _served(document: Document, paper: Paper) -> None:
    """What the month before served, by agenda and day: counts alone, as they stood at issue."""
    counted = [line for line in paper.lines if line.detail.get("served")]
    if not counted:
        return
    first = date.fromisoformat(counted[0].detail["served"]["month"])
    document.heading(f"Rendez-vous servis en {month_text(first)} {first.year}", level=2)
    for line in counted:
        document.paragraph(line.label.rpartition(", ")[0] or line.label, bold=True)
        for place, days in line.detail["served"]["places"]:
            total = sum(count for _day, count in days)
            each = ", ".join(f"le\u00a0{date.fromisoformat(day).day}\u00a0: {count}" for day, count in days)
            document.paragraph(f"{place} : {total} rendez-vous ({each})")


def _payment(paper: Paper) -> Iterator[str]:
    if paper.due_date:
        yield f"À payer avant le {_said(paper.due_date)} inclus. Règlement : {_MEANS[paper.method].lower()}."
    if paper.method == "transfer" and paper.seller.iban:
        yield f"IBAN {_grouped(paper.seller.iban)} – BIC {paper.seller.bic} – motif du virement : {paper.reference}"


def _grouped(iban: str) -> str:
    return "\u00a0".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def rate_text(rate: int) -> str:
    """Basis points as « 20 % », « 8,5 % »."""
    return f"{rate / 100:g}".replace(".", ",") + "\u00a0%"
