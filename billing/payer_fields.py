"""What a payer is written with, made sure of: pure. `clean` gives the columns of `Payer`, or the refusal of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict

from stdnum import luhn

from billing.enums import PaymentMethod
from billing.exceptions import BillingRefusal
from billing.vat import territory_of

# La Poste's sites: their SIRET has no Luhn key, its digits sum to a multiple of five (INSEE).
_POST_OFFICE = "356000000"


class PayerFields(TypedDict, total=False):
    """The fields of a payer that a person writes; those left out stay as they are."""

    name: str
    legal_form: str
    siret: str
    vat_number: str
    street: str
    street2: str
    postcode: str
    city: str
    email: str
    purchase_order: str
    method: str


TEXTS = ("name", "legal_form", "street", "street2", "city", "email", "purchase_order")


def clean(fields: Mapping[str, str]) -> dict[str, str]:
    """Tidy fields; SIREN and territory follow from SIRET and postcode.

    Raises `payer_name_missing`, `siret_wrong`, `vat_number_wrong`, `postcode_wrong`, ValueError for an unknown field.
    """
    wanted = {name: str(value).strip() for name, value in fields.items()}
    if unknown := wanted.keys() - PayerFields.__annotations__.keys():
        raise ValueError(f"not fields of a payer: {sorted(unknown)}")
    if "name" in wanted and not wanted["name"]:
        raise BillingRefusal("payer_name_missing")
    if "siret" in wanted:
        wanted["siret"] = _digits(wanted["siret"])
        if wanted["siret"] and not is_siret(wanted["siret"]):
            raise BillingRefusal("siret_wrong")
        wanted["siren"] = wanted["siret"][:9]
    if "vat_number" in wanted:
        wanted["vat_number"] = re.sub(r"[\s.-]", "", wanted["vat_number"]).upper()
        if wanted["vat_number"] and not is_vat_number(wanted["vat_number"]):
            raise BillingRefusal("vat_number_wrong")
    if "postcode" in wanted:
        wanted["postcode"] = _digits(wanted["postcode"])
        if wanted["postcode"] and not re.fullmatch(r"[0-9]{5}", wanted["postcode"]):
            raise BillingRefusal("postcode_wrong")
        wanted["territory"] = territory_of(wanted["postcode"])
    if "method" in wanted and wanted["method"] not in PaymentMethod.values:
        raise ValueError("unknown means of payment")
    return wanted


def is_siret(text: str) -> bool:
    """Fourteen digits with a Luhn key, but for the sites of La Poste."""
    if not re.fullmatch(r"[0-9]{14}", text):
        return False
    if text.startswith(_POST_OFFICE) and not luhn.is_valid(text):
        return sum(int(digit) for digit in text) % 5 == 0
    return bool(luhn.is_valid(text)) and bool(luhn.is_valid(text[:9]))


def is_vat_number(text: str) -> bool:
    """FR, a key of two digits modulo 97, and the SIREN (CGI ann. II art. 242 nonies A); Monaco's have the same shape."""
    match = re.fullmatch(r"FR([0-9]{2})([0-9]{9})", text)
    return match is not None and int(match[1]) == (12 + 3 * (int(match[2]) % 97)) % 97


def vat_number_of(siren: str) -> str:
    """The French VAT number that a SIREN makes: a proposal, for not every company has one."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _digits(text: str) -> str:
    return re.sub(r"[\s.\u00a0\u202f-]", "", text)
