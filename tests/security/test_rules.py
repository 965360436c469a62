"""Every rule, asked directly: who reaches which rows (Z2 in SQL), and whether each predicate is missed when gone (Z8)."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps

from core.access import rules as registry
from core.access import scoped
from core.access.rules import rules
from tests.security.mutations import mutants
from tests.security.reach import alike, reached, stand_in
from tests.security.rule_world import make_rule_world
from tests.security.world import undone

pytestmark = pytest.mark.django_db

FILE = Path(__file__).with_name("rules.csv")
RULES = sorted(rules(), key=lambda key: (key[0]._meta.label_lower, key[1]))
# Predicates that may go without anybody noticing, and why.
# What a professional reads of a profile comes from the shares alone, which have their own lines and tests.
PROFILES = r"^carnet\.(healthitem|healthprofile|vaccination|measure|emergencycontact|preventionact) read "
DOCUMENTS = r"^(carnet\.(document|grant|accessblock) |patients\.patient (keep_documents|share_record|read_documents|add_shared) )"
HARMLESS = {
    DOCUMENTS: "every role and every state of a document is a cell of tests/carnet/documents/test_truth.py",
    r"^carnet\.vaccination confirm ": "who may add to the record (patients.patient add_shared): tests/carnet/health/test_proofs",
    r"^patients\.patient read_health /OR1:\(\)": "the shares of a whole record are held by tests/carnet",
    r"^carnet\.healthprofile \w+ .*/OR1:\(\)/AND1:Exists/exists:patients\.Patient\.removed_at": "one row a person",
    r"^carnet\.checkupform open /AND(1:appointment__practice|3:|4:)": "tests/carnet/health/test_checkup asks each of them",
    PROFILES
    + r"/AND0:Exists/exists:": "in a practice, the share that is asked for decides (patients.patient read_health)",
    r"exists:patients\.Guardianship\.level In$": "both levels are admitted: the list is every level there is",
    r"exists:practitioners\.Membership\.practice RelatedIsNull$": "a session in no practice reaches no row anyway",
    r"^billing\.(invoice|adjustment) \w+ /AND0:\(\)$": "billing staff reach every row: that part narrows nothing for them",
    r"^billing\.invoice (read|credit|dun) .*(issued_at__isnull|kind)": "services look at both again: tests/billing",
    r"^patients\.guardianship read /AND0:\(\)/OR0:user_id$": "who holds a live right is a guardian among the others",
}


def _table():
    """(model label, action) → role → names of the rows reached."""
    found: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(dict)
    sets: dict[str, list[str]] = {}
    with FILE.open(newline="", encoding="utf-8") as source:
        for cells in csv.reader(source):
            if not cells or cells[0].startswith("#") or cells[0] == "model":
                continue
            model, action, roles, rows = cells
            if model == "set":
                sets[action] = _spread(rows, sets)
                continue
            for role in _spread(roles, sets):
                assert role not in found[model, action], f"{model} {action}: {role} is there twice"
                found[model, action][role] = sorted(_spread(rows, sets))
    return found


def _spread(words, sets):
    return [name for word in words.split() for name in (sets[word] if word.startswith("@") else [word])]


TABLE = _table()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for all these tests: they only read."""
    with django_db_blocker.unblock(), undone():
        yield make_rule_world()


def expected(model, action, role):
    line = TABLE[model._meta.label_lower, action]
    return line.get(role, line.get("*", []))


def label(key):
    return f"{key[0]._meta.label_lower} {key[1]}"


def test_every_rule_is_in_the_table():
    known = {(model._meta.label_lower, action) for model, action in RULES}

    assert known - set(TABLE) == set()
    assert set(TABLE) - known == set()


def test_the_table_names_what_exists(world):
    for (name, _), roles in TABLE.items():
        model = apps.get_model(name)
        assert set(roles) - set(world.actors) - {"*"} == set()
        assert {row for rows in roles.values() for row in rows} - set(world.rows[model]) == set()


@pytest.mark.parametrize("key", RULES, ids=label)
def test_each_actor_reaches_the_rows_of_the_table(world, key):
    model, action = key

    wrong = {
        role: found
        for role, actor in world.actors.items()
        if (found := world.names(model, scoped(actor, model, action))) != expected(model, action, role)
    }

    assert wrong == {}


@pytest.mark.parametrize("key", RULES, ids=label)
def test_each_predicate_is_missed_when_it_is_gone(world, key, monkeypatch):
    """Z8. Each part of the rule is left out in turn; at least one actor must then reach other rows than the table says."""
    model, action = key
    noticed: dict[str, bool] = {}

    def tells(condition, actors):
        """Whether somebody among these actors then reaches other rows than the table says."""
        with monkeypatch.context() as patch:
            patch.setitem(registry._rules, key, lambda _: condition)
            found = reached(scoped(stand_in(next(iter(actors.values()))), model, action), actors)
        return any(world.named(model, found[role]) != expected(model, action, role) for role in actors)

    for actors in alike(world.actors):
        condition = registry._rules[key](stand_in(next(iter(actors.values()))))
        assert not tells(condition, actors), "the whole rule does not give what the table says"
        for name, weaker in mutants(condition):
            if not noticed.get(name) and not _is_harmless(f"{label(key)} {name}"):
                noticed[name] = tells(weaker, actors)

    survivors = [name for name, seen in noticed.items() if not seen]
    assert not survivors, "\n".join(survivors)


def _is_harmless(mutant):
    return any(re.search(pattern, mutant) for pattern in HARMLESS)
