"""The catalogue: prices are dated and followed, never edited; seats are practitioners, not places nor stand-ins."""

from dataclasses import replace
from datetime import date

import pytest

from billing.enums import ProductKind
from billing.models import Price
from billing.reference import CATALOGUE, PriceRow
from billing.selectors.seats import practitioners_of
from billing.selectors.subscription import offers
from billing.services.catalogue import load_catalogue
from tests.billing.world import make_world
from tests.factories import BookableAgendaFactory

pytestmark = pytest.mark.django_db


def test_catalogue_loaded_twice_writes_nothing_more():
    assert (load_catalogue() > 0, load_catalogue()) == (True, 0)
    first = offers(ProductKind.PLAN)[0]
    assert (first.code, first.net_cents) == ("essentiel", 8_900)


def test_price_is_followed_from_a_day():
    load_catalogue()
    first = replace(CATALOGUE[0].prices[0], valid_until=date(2027, 7, 1))
    load_catalogue([replace(CATALOGUE[0], prices=(first, PriceRow(2, 9_500, date(2027, 7, 1))))])

    assert [offers(ProductKind.PLAN, day)[0].net_cents for day in (date(2027, 6, 30), date(2027, 7, 1))] == [
        8_900,
        9_500,
    ]


def test_price_that_was_charged_is_not_edited():
    load_catalogue()

    with pytest.raises(ValueError, match="follow it"):
        load_catalogue([replace(CATALOGUE[0], prices=(PriceRow(1, 9_900, date(2026, 1, 1)),))])
    assert Price.objects.get(product__code="essentiel").amount_cents == 8_900


def test_second_place_locum_and_secretary_are_no_seats():
    world = make_world()
    BookableAgendaFactory(practice=world.practice, practitioner=world.martin)

    assert list(practitioners_of(world.practice.pk)) == [world.martin, world.paul]
