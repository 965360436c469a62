"""Writes the file of SEPA debits that a bank takes: pain.008.001.08, valid against its schema, or nothing. Pure.

`sepaxml` builds it; the moment, the names of the file and of its parts, and the changes of account come from here, so
that the same batch gives the same bytes. A change of account is told once, in the next collection: the old account
when it stays in the same bank (`OrgnlDbtrAcct` with its IBAN), « SMNDA » (same mandate, new debtor account) else, as
the guidelines of the European Payments Council have it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import lxml.etree
from django.utils.functional import cached_property

from billing.ibans import BESIDE_EEA

SCHEMA = "pain.008.001.08"
_SPACE = {"p": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}
_OUTSIDE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_NAMED = str.maketrans(
    {
        "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "&": "+", "’": "'",
    }
)  # fmt: skip
_PARSER = lxml.etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


class FileImpossible(ValueError):
    """The batch makes no valid file; the message says which rule of the schema, never an account."""


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who collects: name, account, bank, and SEPA creditor identifier (ICS)."""

    name: str
    iban: str = field(repr=False)
    bic: str
    ics: str


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, structured as the schemes ask since November 2026."""

    street: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """One debit. `previous_iban`: the account before a change that no file has told yet, `previous_bic` its bank."""

    end_to_end: str
    amount_cents: int
    collect_on: date
    sequence: str
    umr: str
    signed_on: date
    name: str
    iban: str = field(repr=False)
    bic: str
    wording: str
    address: Address = Address()
    previous_iban: str = field(default="", repr=False)
    previous_bic: str = ""

    @property
    def is_amended(self) -> bool:
        return bool(self.previous_iban)


@dataclass(frozen=True)
class Batch:
    """A file to write: `name` is its message identification, at most 35 signs; `scheme` is CORE or B2B."""

    name: str
    made_at: datetime
    creditor: Creditor
    collections: Sequence[Collection]
    scheme: str = "CORE"

    @cached_property
    def total_cents(self) -> int:
        return sum(one.amount_cents for one in self.collections)


def written(batch: Batch) -> bytes:
    """The file. Raises FileImpossible."""
    if not batch.collections:
        raise FileImpossible("nothing to collect")
    if any(one.amount_cents <= 0 or not one.end_to_end for one in batch.collections):
        raise FileImpossible("a debit without an amount or a reference")
    tree = lxml.etree.fromstring(_raw(batch), _PARSER)
    _one(tree, ".//p:GrpHdr/p:MsgId").text = batch.name
    _one(tree, ".//p:GrpHdr/p:CreDtTm").text = f"{batch.made_at:%Y-%m-%dT%H:%M:%S}"
    for number, part in enumerate(tree.iterfind(".//p:PmtInf", _SPACE), 1):
        _one(part, "p:PmtInfId").text = f"{batch.name[:30]}-{number:03d}"
    by_reference = {one.end_to_end: one for one in batch.collections}
    if len(by_reference) != len(batch.collections):
        raise FileImpossible("two debits bear one reference")
    for row in tree.iterfind(".//p:DrctDbtTxInf", _SPACE):
        found = by_reference[_one(row, "p:PmtId/p:EndToEndId").text]
        if found.is_amended:
            _amend(_one(row, "p:DrctDbtTx/p:MndtRltdInf"), found)
    if not _schema().validate(tree):
        fault = _schema().error_log.last_error
        raise FileImpossible(f"{fault.type_name} at line {fault.line}" if fault else "invalid")
    return bytes(lxml.etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))


def references_in(content: bytes, part: str = "") -> list[str]:
    """The end-to-end references of a file that `written` made, those of one of its parts when it is named."""
    tree = lxml.etree.fromstring(content, _PARSER)
    parts = [one for one in tree.iterfind(".//p:PmtInf", _SPACE) if part in {"", _one(one, "p:PmtInfId").text}]
    return [str(row.text) for one in parts for row in one.iterfind(".//p:EndToEndId", _SPACE)]


def sepa_text(text: str, longest: int) -> str:
    """The text in the signs that every bank of SEPA takes: no accent, no sign of another script, no double or leading
    slash.
    """
    spread = unicodedata.normalize("NFKD", text.translate(_NAMED))
    plain = "".join(sign for sign in spread if not unicodedata.combining(sign))
    plain = re.sub(r"\s+", " ", _OUTSIDE.sub(" ", plain))
    return re.sub(r"/{2,}", "/", plain).strip(" /")[:longest].strip(" /")


def _raw(batch: Batch) -> bytes:
    from sepaxml import SepaDD  # noqa: PLC0415  (patches the XML library when imported)

    creditor = batch.creditor
    config: dict[str, Any] = {
        "name": sepa_text(creditor.name, 70),
        "IBAN": creditor.iban,
        "batch": True,
        "creditor_id": creditor.ics,
        "currency": "EUR",
        "instrument": batch.scheme,
    }
    if creditor.bic:
        config["BIC"] = creditor.bic
    maker = SepaDD(config, schema=SCHEMA, clean=False)
    for one in batch.collections:
        maker.add_payment(_payment(one))
    return bytes(maker.export(validate=False))


def _payment(one: Collection) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": sepa_text(one.name, 70),
        "IBAN": one.iban,
        "mandate_id": one.umr,
        "mandate_date": one.signed_on,
        "amount": one.amount_cents,
        "type": one.sequence,
        "collection_date": one.collect_on,
        "endtoend_id": one.end_to_end,
        "description": sepa_text(one.wording, 140),
    }
    if one.bic:
        row["BIC"] = one.bic
    if address := _address(one):
        row["address"] = address
    return row


def _address(one: Collection) -> dict[str, str]:
    """Asked for accounts outside of the EEA, welcome elsewhere: town and country are its least."""
    given = one.address
    if not (given.town and given.country):
        if one.iban[:2] in BESIDE_EEA:
            raise FileImpossible("an account outside of the EEA needs an address")
        return {}
    parts = {
        "street_name": sepa_text(given.street, 70),
        "postcode": sepa_text(given.postcode, 16),
        "town": sepa_text(given.town, 35),
        "country": given.country,
    }
    return {name: value for name, value in parts.items() if value}


def _amend(mandate: Any, one: Collection) -> None:
    """Tells the bank that this mandate collected from another account before."""
    said = lxml.etree.SubElement(mandate, f"{{{_SPACE['p']}}}AmdmntInd")
    said.text = "true"
    details = lxml.etree.SubElement(mandate, f"{{{_SPACE['p']}}}AmdmntInfDtls")
    account = lxml.etree.SubElement(details, f"{{{_SPACE['p']}}}OrgnlDbtrAcct")
    named = lxml.etree.SubElement(account, f"{{{_SPACE['p']}}}Id")
    if one.bic and one.bic[:8] == one.previous_bic[:8]:
        lxml.etree.SubElement(named, f"{{{_SPACE['p']}}}IBAN").text = one.previous_iban
    else:
        other = lxml.etree.SubElement(named, f"{{{_SPACE['p']}}}Othr")
        lxml.etree.SubElement(other, f"{{{_SPACE['p']}}}Id").text = "SMNDA"


def _one(tree: Any, path: str) -> Any:
    found = tree.find(path, _SPACE)
    if found is None:
        raise FileImpossible(f"no {path}")
    return found


@lru_cache(maxsize=1)
def _schema() -> Any:
    import sepaxml  # noqa: PLC0415

    return lxml.etree.XMLSchema(file=str(Path(sepaxml.__file__).parent / "schemas" / f"{SCHEMA}.xsd"))
