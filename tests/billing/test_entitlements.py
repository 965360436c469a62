"""What a plan opens, and that finding a practitioner never depends on it."""

from datetime import date

import pytest

from billing.entitlements import LABELS
from billing.reference import CATALOGUE
from billing.selectors.entitlements import entitlements_of
from tests.architecture.sources import imports, modules
from tests.billing.world import Clock, make_world

SEARCH = ("booking", "practitioners", "patients", "core")


@pytest.mark.django_db
def test_entitlements_follow_the_seats_of_the_day(monkeypatch):
    Clock(monkeypatch, date(2026, 4, 1))
    world = make_world()
    world.subscribe(plan="complet")

    assert "sms" in entitlements_of(world.practice.pk, date(2026, 4, 1))
    assert entitlements_of(world.practice.pk, date(2026, 3, 31)) == frozenset()
    assert entitlements_of(world.elsewhere.pk, date(2026, 4, 1)) == frozenset()


def test_every_entitlement_has_its_words():
    assert {code for row in CATALOGUE for code in row.entitlements} == LABELS.keys()


def test_search_and_ranking_know_nothing_of_billing():
    reading = {
        f"{module}:{line}"
        for module in modules()
        if module.app in SEARCH
        for name, line in imports(module)
        if name.partition(".")[0] == "billing"
    }

    assert reading == set()
