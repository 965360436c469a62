"""What a payer is written with, made sure of: pure. `clean` gives the columns of `Payer`, or the refusal of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict

from stdnum import luhn

from billing.enums import PaymentMethod
from billing.exceptions import BillingRefusal
from billing.vat import MONACO, UNION, territory_of
from billing.vat_numbers import STATES, compact, is_number_of, is_vat_number

HOME = "FR"
# Where a payer may be settled: ISO codes. Monaco is written with a French postcode.
COUNTRIES = (HOME, *sorted("GR" if state == "EL" else state for state in STATES))
LONGEST_POSTCODE = 10
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
    country: str
    email: str
    purchase_order: str
    method: str


TEXTS = ("name", "legal_form", "street", "street2", "city", "email", "purchase_order")


def clean(fields: Mapping[str, str]) -> dict[str, str]:
    """Tidy fields; SIREN and territory follow from SIRET, country and postcode. A country left out is France.

    Raises `payer_name_missing`, `siret_wrong`, `vat_number_wrong`, `postcode_wrong`, `country_wrong`, ValueError for an unknown
    field.
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
    country = wanted.get("country") or HOME
    if country not in COUNTRIES:
        raise BillingRefusal("country_wrong")
    if "vat_number" in wanted:
        number = wanted["vat_number"] = compact(wanted["vat_number"])
        if number and not (is_vat_number(number) if country == HOME else is_number_of(number, country)):
            raise BillingRefusal("vat_number_wrong")
    if "postcode" in wanted or "country" in wanted:
        wanted |= _place(country, wanted.get("postcode", ""))
    if "method" in wanted and wanted["method"] not in PaymentMethod.values:
        raise ValueError("unknown means of payment")
    return wanted


def _place(country: str, postcode: str) -> dict[str, str]:
    """Postcode, country and territory; Monaco is told by its postcode."""
    if country != HOME:
        if len(postcode) > LONGEST_POSTCODE:
            raise BillingRefusal("postcode_wrong")
        return {"postcode": postcode.upper(), "country": country, "territory": UNION}
    code = _digits(postcode)
    if code and not re.fullmatch(r"[0-9]{5}", code):
        raise BillingRefusal("postcode_wrong")
    territory = territory_of(code)
    return {"postcode": code, "country": "MC" if territory == MONACO else HOME, "territory": territory}


def is_siret(text: str) -> bool:
    """Fourteen digits with a Luhn key, but for the sites of La Poste."""
    if not re.fullmatch(r"[0-9]{14}", text):
        return False
    if text.startswith(_POST_OFFICE) and not luhn.is_valid(text):
        return sum(int(digit) for digit in text) % 5 == 0
    return bool(luhn.is_valid(text)) and bool(luhn.is_valid(text[:9]))


def _digits(text: str) -> str:
    return re.sub(r"[\s.\u00a0\u202f-]", "", text)
