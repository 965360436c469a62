"""The only road to rows: scoped, may, get_or_404."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.test import override_settings

from core.access import ANONYMOUS, Actor, Space, get_or_404, may, rule, scoped, system_actor
from core.access import rules as registry
from core.exceptions import NotForYou

pytestmark = pytest.mark.django_db

ALICE = Actor(user_id=1, space=Space.PATIENT)


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_rules", {})


@pytest.fixture
def mine():
    rule(Group, "read")(lambda actor: Q(name=f"of {actor.user_id}"))
    return Group.objects.create(name="of 1")


def test_scoped_gives_the_rows_of_the_rule(mine):
    Group.objects.create(name="of 2")

    assert list(scoped(ALICE, Group)) == [mine]


def test_scoped_gives_nothing_to_others(mine):
    assert not scoped(ANONYMOUS, Group).exists()


def test_scoped_gives_every_row_to_the_system(mine):
    assert scoped(system_actor("tests"), Group).get() == mine


def test_scoped_raises_when_the_rule_is_missing():
    with pytest.raises(LookupError, match=r"auth\.Group burn"):
        scoped(ALICE, Group, "burn")


def test_scoped_gives_nothing_when_the_rule_is_missing_in_production(mine):
    with override_settings(TESTING=False):
        assert not scoped(ALICE, Group, "burn").exists()


def test_a_missing_rule_is_missing_for_the_system_too():
    with pytest.raises(LookupError):
        scoped(system_actor("tests"), Group, "burn")


def test_scoped_lists_a_row_once_whatever_the_rule_joins(mine):
    rule(Group, "hold")(lambda actor: Q(permissions__codename__startswith="add_"))
    mine.permissions.set(Permission.objects.filter(codename__startswith="add_")[:3])

    assert [group.pk for group in scoped(ALICE, Group, "hold")] == [mine.pk]


def test_scoped_sees_a_join_inside_a_nested_condition(mine):
    rule(Group, "hold")(lambda actor: Q(name="of 1") & (Q(name="x") | ~Q(permissions__codename="nothing")))
    mine.permissions.set(Permission.objects.all()[:2])

    assert scoped(ALICE, Group, "hold").count() == 1


def test_may_asks_the_same_rule(mine):
    assert may(ALICE, "read", mine)
    assert not may(ANONYMOUS, "read", mine)


def test_may_is_false_for_a_row_that_is_not_saved(mine):
    assert not may(ALICE, "read", Group(name="of 1"))


def test_get_or_404_gives_the_row(mine):
    assert get_or_404(ALICE, Group, pk=mine.pk) == mine


def test_get_or_404_answers_alike_for_a_foreign_and_a_missing_row(mine):
    for actor, pk in ((ANONYMOUS, mine.pk), (ALICE, mine.pk + 1000)):
        with pytest.raises(NotForYou):
            get_or_404(actor, Group, pk=pk)


@pytest.mark.parametrize("value", ["not a number", uuid4(), None])
def test_get_or_404_takes_a_malformed_key_for_a_missing_row(mine, value):
    with pytest.raises(NotForYou):
        get_or_404(ALICE, Group, pk=value)


def test_two_rules_for_one_place_are_refused(mine):
    def other(actor):
        return Q()

    with pytest.raises(ValueError, match="Two rules"):
        rule(Group, "read")(other)


def test_the_system_acts_under_a_name():
    with pytest.raises(ValueError, match="name"):
        system_actor("")
    assert system_actor("relay").is_system
    assert not system_actor("relay").is_anonymous
    assert ANONYMOUS.is_anonymous
