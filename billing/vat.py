"""VAT by territory, and its amount: pure. Rates in basis points (2000 = 20 %), amounts in whole cents.

Rates: CGI art. 278 (20 %), 296 (8,5 % in Guadeloupe, Martinique and Réunion), 294, 1 (none in Guyane and Mayotte). For a
taxable customer settled in another overseas territory the service is outside French VAT (art. 259, 1°), and for one settled in
another state of the Union it owes the tax itself there (art. 283, 2; directive 2006/112/CE, art. 44 and 196).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MAINLAND, MONACO, UNION = "fr", "mc", "eu"
_NONE_294 = "TVA non applicable, article 294, 1 du CGI"
# The word is the law's own (CGI, ann. II, art. 242 nonies A, I, 13°).
REVERSE_CHARGE = "Autoliquidation : TVA due par le preneur, articles 44 et 196 de la directive 2006/112/CE"
_OUTSIDE = "TVA non applicable, article 259, 1° du CGI : prestation située hors du territoire de la TVA française"


@dataclass(frozen=True, slots=True)
class VatRule:
    """The rate of a territory; `exemption` is what the invoice must say when it is nil."""

    rate: int
    exemption: str = ""


# By the codes of `billing.enums.Territory`.
RULES: Mapping[str, VatRule] = {
    MAINLAND: VatRule(2_000),
    MONACO: VatRule(2_000),
    "gp": VatRule(850),
    "mq": VatRule(850),
    "re": VatRule(850),
    "gf": VatRule(0, _NONE_294),
    "yt": VatRule(0, _NONE_294),
    "om": VatRule(0, _OUTSIDE),
    UNION: VatRule(0, REVERSE_CHARGE),
}
# Longer prefixes first: Saint-Barthélemy and Saint-Martin lie in the postcodes of Guadeloupe too.
_BY_POSTCODE = (
    ("97133", "om"),
    ("97150", "om"),
    ("971", "gp"),
    ("972", "mq"),
    ("973", "gf"),
    ("974", "re"),
    ("976", "yt"),
    ("975", "om"),
    ("977", "om"),
    ("978", "om"),
    ("980", "mc"),
    ("984", "om"),
    ("986", "om"),
    ("987", "om"),
    ("988", "om"),
)


def territory_of(postcode: str) -> str:
    """The territory of a French postcode; the mainland (Corsica included) when no other claims it."""
    code = "".join(postcode.split())
    return next((name for prefix, name in _BY_POSTCODE if code.startswith(prefix)), MAINLAND)


def vat_rule(territory: str) -> VatRule:
    """Raises LookupError for a territory that nobody has thought about: no rate is ever guessed."""
    return RULES[territory]


def vat_cents(base_cents: int, rate: int) -> int:
    """The VAT of a sum, rounded half away from zero to the cent."""
    amount = (abs(base_cents) * rate + 5_000) // 10_000
    return amount if base_cents >= 0 else -amount


def bases(lines: Iterable[tuple[int, int]]) -> dict[int, int]:
    """(net cents, rate) of each line → the sum of each rate, highest rate first."""
    sums: dict[int, int] = {}
    for net, rate in lines:
        sums[rate] = sums.get(rate, 0) + net
    return {rate: sums[rate] for rate in sorted(sums, reverse=True)}
