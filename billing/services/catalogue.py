"""Writes the catalogue kept in the repository into the database. Run by commands; may be run again at any time.

A price that was charged never changes: another amount is another version, and the one before ends where it begins.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from billing.models import Price, Product
from billing.reference import CATALOGUE, ProductRow

_FIELDS = ("kind", "unit", "name", "name_en", "entitlements", "position")


@transaction.atomic
def load_catalogue(rows: Sequence[ProductRow] = CATALOGUE) -> int:
    """Write products and prices; return how many rows were new or changed.

    Raises ValueError when a version already in the database is given another amount or first day.
    """
    written = 0
    for position, row in enumerate(rows):
        values = {"position": position, "entitlements": list(row.entitlements)}
        values |= {name: getattr(row, name) for name in _FIELDS if name not in values}
        product = Product.objects.filter(code=row.code).first() or Product(code=row.code)
        if product.pk is None or any(getattr(product, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(product, name, value)
            product.save()
            written += 1
        written += _load_prices(product, row)
    return written


def _load_prices(product: Product, row: ProductRow) -> int:
    kept = {price.version: price for price in product.prices.all()}
    written = 0
    for given in sorted(row.prices, key=lambda price: price.version):
        price = kept.get(given.version)
        if price is None:
            Price.objects.create(
                product=product,
                version=given.version,
                amount_cents=given.amount_cents,
                valid_from=given.valid_from,
                valid_until=given.valid_until,
            )
            written += 1
        elif (price.amount_cents, price.valid_from) != (given.amount_cents, given.valid_from):
            raise ValueError(f"{product.code} v{given.version} was charged: follow it, do not edit it")
        elif price.valid_until != given.valid_until:
            price.valid_until = given.valid_until
            price.save(update_fields=["valid_until"])
            written += 1
    return written
