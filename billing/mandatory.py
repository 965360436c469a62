"""What the law wants on an invoice: `missing` lists everything that a paper lacks, at once, under stable codes. Pure.

Sources: Code de commerce L441-9 and L441-10; CGI, annexe II, art. 242 nonies A (and its mentions of electronic invoicing).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from stdnum.fr import siren, siret

from billing.paper import Paper, Party
from billing.terms import DISCOUNT, LONGEST_TERM, PENALTY, RECOVERY
from billing.vat import RULES, UNION, vat_cents
from billing.vat_numbers import is_vat_number

# Enterprises of these territories are in a register of their own and have no SIREN.
WITHOUT_SIREN = ("om", "mc", "eu")
# Forms of company that have a capital and must state it.
WITH_CAPITAL = ("SA", "SAS", "SASU", "SARL", "EURL", "SELARL", "SELAS", "SNC", "SCA", "SCOP")
_SELLER = {
    "name": "nom du vendeur",
    "legal_form": "forme juridique du vendeur",
    "siren": "SIREN du vendeur",
    "siret": "SIRET du vendeur",
    "rcs": "ville du RCS du vendeur",
    "vat_number": "numéro de TVA du vendeur",
    "street": "adresse du vendeur",
    "postcode": "code postal du vendeur",
    "city": "ville du vendeur",
}
_BUYER = {
    "name": "nom ou raison sociale",
    "street": "adresse",
    "postcode": "code postal",
    "city": "ville",
    "country": "pays",
}
_TERMS = {
    RECOVERY: ("term_recovery", "indemnité de recouvrement de 40 €"),
    PENALTY: ("term_penalty", "taux des pénalités de retard"),
    DISCOUNT: ("term_discount", "conditions d’escompte"),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps an invoice from being issued; `label` is French, for billing staff and the payer."""

    code: str
    label: str

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "label": self.label}


def missing(paper: Paper) -> list[Missing]:
    """Everything that is empty or wrong, in the order of the paper; an empty list allows it to be issued."""
    return [
        *_seller(paper.seller),
        *_buyer(paper.buyer),
        *_dates(paper),
        *_lines(paper),
        *_totals(paper),
        *_terms(paper),
        *_corrected(paper),
    ]


def _seller(party: Party) -> Iterator[Missing]:
    for name, label in _SELLER.items():
        if not _said(getattr(party, name)):
            yield Missing(f"seller_{name}", label)
    if _said(party.vat_number) and not is_vat_number(party.vat_number):
        yield Missing("seller_vat_number_wrong", "numéro de TVA du vendeur incorrect")
    if party.legal_form.upper() in WITH_CAPITAL and not _said(party.capital):
        yield Missing("seller_capital", "capital du vendeur")
    yield from _numbers("seller", party, " du vendeur")


def _buyer(party: Party) -> Iterator[Missing]:
    for name, label in _BUYER.items():
        if not _said(getattr(party, name)):
            yield Missing(f"buyer_{name}", label)
    if party.territory not in RULES:
        yield Missing("buyer_territory", "territoire de TVA")
    if party.territory not in WITHOUT_SIREN and not _said(party.siren):
        yield Missing("buyer_siren", "SIREN")
    # Whoever owes the tax in the seller's place is named by its number (CGI, ann. II, art. 242 nonies A, I, 4°).
    if party.territory == UNION and not _said(party.vat_number):
        yield Missing("buyer_vat_number", "numéro de TVA intracommunautaire")
    if party.territory == UNION and party.country == "FR":
        yield Missing("buyer_country", "pays")
    yield from _numbers("buyer", party, "")


def _numbers(side: str, party: Party, whose: str) -> Iterator[Missing]:
    if _said(party.siren) and not siren.is_valid(party.siren):
        yield Missing(f"{side}_siren_wrong", f"SIREN{whose} incorrect")
    if _said(party.siret):
        if not siret.is_valid(party.siret):
            yield Missing(f"{side}_siret_wrong", f"SIRET{whose} incorrect")
        elif _said(party.siren) and siret.compact(party.siret)[:9] != siren.compact(party.siren):
            yield Missing(f"{side}_siret_of_another", f"SIRET{whose} d’une autre entreprise que le SIREN")


def _dates(paper: Paper) -> Iterator[Missing]:
    if paper.period_end <= paper.period_start:
        yield Missing("period", "période facturée")
    if paper.issue_date is None or paper.is_credit_note:
        return
    if paper.due_date is None:
        yield Missing("due_date", "date d’échéance")
    elif not paper.issue_date <= paper.due_date <= paper.issue_date + timedelta(days=LONGEST_TERM):
        yield Missing("due_date_wrong", f"date d’échéance à plus de {LONGEST_TERM} jours ou avant la facture")


def _lines(paper: Paper) -> Iterator[Missing]:
    if not paper.lines:
        yield Missing("lines", "aucune ligne")
    for n, line in enumerate(paper.lines, start=1):
        if not _said(line.label):
            yield Missing("line_label", f"désignation de la ligne {n}")
        if line.quantity == 0:
            yield Missing("line_quantity", f"quantité de la ligne {n}")
        if line.unit_cents < 0:
            yield Missing("line_price", f"prix unitaire négatif à la ligne {n}")
        if line.period_end <= line.period_start:
            yield Missing("line_period", f"période de la ligne {n}")
    if paper.net_cents < 0:
        yield Missing("negative", "total négatif : un avoir est à émettre")


def _totals(paper: Paper) -> Iterator[Missing]:
    for total in paper.totals:
        if total.rate == 0 and not _said(total.exemption):
            yield Missing("vat_exemption", "motif de non-application de la TVA")
        # A credit note that empties an invoice may owe it a cent of rounding.
        if abs(total.vat_cents - vat_cents(total.base_cents, total.rate)) > (1 if paper.is_credit_note else 0):
            yield Missing("vat_amount", f"TVA inexacte au taux de {total.rate / 100:g} %")
    sums = dict.fromkeys({line.vat_rate for line in paper.lines}, 0)
    for line in paper.lines:
        sums[line.vat_rate] += line.net_cents
    if sums != {total.rate: total.base_cents for total in paper.totals}:
        yield Missing("totals", "totaux par taux de TVA")


def _terms(paper: Paper) -> Iterator[Missing]:
    said = {mention.code: mention.text for mention in paper.mentions}
    for code, (name, label) in _TERMS.items():
        if not _said(said.get(code, "")) or (code == RECOVERY and "40\u00a0€" not in said[code].replace(" ", "\u00a0")):
            yield Missing(name, label)


def _corrected(paper: Paper) -> Iterator[Missing]:
    if paper.is_credit_note and (paper.corrects is None or not _said(paper.corrects[0])):
        yield Missing("corrects", "référence et date de la facture corrigée")
    if paper.is_credit_note and not _said(paper.reason):
        yield Missing("reason", "motif de l’avoir")


def _said(text: str) -> bool:
    return bool(text and text.strip())
