"""VAT numbers: of France and Monaco, and of the other states of the Union. Pure."""

from __future__ import annotations

import re

from stdnum.eu import vat

# As VIES and the numbers themselves name the states; Greece is EL there and GR elsewhere.
STATES = tuple(sorted({"EL" if code == "gr" else code.upper() for code in vat.MEMBER_STATES} - {"FR", "XI"}))


def compact(text: str) -> str:
    """The number without blanks, points and dashes, in capitals."""
    return re.sub(r"[\s.\u00a0\u202f-]", "", text).upper()


def is_vat_number(text: str) -> bool:
    """FR, a key of two digits modulo 97, and the SIREN (CGI ann. II art. 242 nonies A); Monaco's have the same shape."""
    match = re.fullmatch(r"FR([0-9]{2})([0-9]{9})", text)
    return match is not None and int(match[1]) == (12 + 3 * (int(match[2]) % 97)) % 97


def is_number_of(text: str, country: str) -> bool:
    """Whether it has the shape and the key of that state's numbers (ISO code of the state)."""
    state = "EL" if country == "GR" else country
    return text.startswith(state) and bool(vat.is_valid(text))


def vat_number_of(siren: str) -> str:
    """The French VAT number that a SIREN makes: a proposal, for not every company has one."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
