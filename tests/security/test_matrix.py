"""Z2 over HTTP: every address, every person, one's own things, others' and missing ones, against a table typed by hand."""

from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse

from core.access import Space, access
from core.checks import addresses
from tests.security.door import Door
from tests.security.matrix import COLUMNS, NAMED, Line, ask, lines, outcome, without_tokens
from tests.security.world import World

pytestmark = pytest.mark.django_db

LINES = lines()
NAMES = {address.name for address in addresses()}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PORTION = 60
MISSING = {"missing", "missing_pk", "missing_practice", "missing_letter"}


def _groups() -> dict[str, list[Line]]:
    """The lines by namespace, in portions, so that two processes can share a long one."""
    found = defaultdict(list)
    for line in LINES:
        found[line.url.rpartition(":")[0] or line.url.partition("_")[0]].append(line)
    return {
        f"{name} {start // PORTION + 1}" if len(group) > PORTION else name: group[start : start + PORTION]
        for name, group in found.items()
        for start in range(0, len(group), PORTION)
    }


GROUPS = _groups()


def test_every_address_has_a_line():
    assert sorted(NAMES - {line.url for line in LINES}) == []


def test_every_line_names_an_address():
    assert sorted({line.url for line in LINES} - NAMES) == []


def test_no_cell_is_written_twice():
    keys = [(line.url, line.method, line.target) for line in LINES]

    assert [key for key in keys if keys.count(key) > 1] == []


def test_every_target_is_known(world: World):
    assert {line.target for line in LINES} - set(world.targets) == set()


@pytest.fixture
def world(lasting_world: World) -> World:
    return lasting_world


@pytest.fixture
def bare_refusals(monkeypatch):
    """Most cells are refusals, and the table speaks of their status: their page is drawn where its bytes are compared."""
    monkeypatch.setattr("core.answers.error_page", lambda request, refusal: HttpResponse(status=refusal.status))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", GROUPS)
def test_each_person_gets_what_the_table_says(world: World, bare_refusals, group: str, capsys):
    """Over HTTP what a view answers, and one of the refusals of the door for each line, another person at each."""
    wrong, cells = [], 0
    door = Door(world)
    for line in GROUPS[group]:
        refused = {role: word for role in line.expected if (word := door.refusal(role, line))}
        asked = sorted(refused)[line.number % len(refused)] if refused else ""
        for role, expected in line.expected.items():
            at_the_door = refused.get(role) if role != asked else None
            found = at_the_door or outcome(ask(world, role, line), world, role)
            if role == asked and found != refused[role]:
                wrong.append(f"{line}: the door says {refused[role]} to {role}, who got {found}")
            cells += 1
            if found not in expected:
                wrong.append(f"{line}: {role} got {found} instead of {'|'.join(sorted(expected))}")

    with capsys.disabled():
        print(f"\n{group}: {cells} cells", end="")  # noqa: T201
    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("group", GROUPS)
def test_what_is_not_yours_looks_like_what_is_not_there(world: World, group: str):
    """Z5: the same bytes for a foreign thing and for a missing one. The door refuses without looking for either."""
    different = []
    door = Door(world)
    for line in GROUPS[group]:
        absent = next(
            (m for m in MISSING if world.targets[m].kwargs.keys() == world.targets[line.target].kwargs.keys()), None
        )
        if absent is None or line.target in MISSING:
            continue
        for role in ("alice", "bob", "charlie", "sophie"):
            if line.expected[role] == {"404"} and not door.refusal(role, line):
                foreign, missing = ask(world, role, line), ask(world, role, _with(line, absent))
                if without_tokens(foreign) != without_tokens(missing):
                    different.append(f"{line}: {role}")

    assert not different, "\n".join(different)


@pytest.mark.parametrize("role", ["anonymous", "alice", "sophie"])
def test_methods_that_are_not_in_the_table_do_nothing(world: World, bare_refusals, role: str):
    """One method that no line of the address names, for each address."""
    declared = defaultdict(set)
    for line in LINES:
        declared[line.url].add(line.method)
    admitted = []
    for url, first in {line.url: line for line in reversed(LINES)}.items():
        method = next(m for m in reversed(METHODS) if m not in declared[url])
        status = ask(world, role, Line(0, url, method, first.target, {})).status_code
        if 200 <= status < 300:
            admitted.append(f"{method} {url}: {status}")

    assert admitted == []


def test_reading_changes_nothing(world: World, bare_refusals):
    """T05: GET of every address, as everybody it lets in, and HEAD, as one of them, leave the tables of the apps as they were.

    HEAD goes the way of GET: who asks it changes with the line. Of those whom the door refuses, one asks: no view sees the
    others. But for the feed that calendar programs read: it notes when it was read last, and counts the tokens guessed.
    """
    door = Door(world)
    readers = {role: world.client(role) for role in ("anonymous", "alice", "sophie")}
    before = _digest()
    for line in LINES:
        if line.method == "GET" and line.url != "booking:feed":
            path = reverse(line.url, kwargs=world.targets[line.target].kwargs)
            refused = [role for role in readers if door.refusal(role, line)]
            asked = refused[line.number % len(refused)] if refused else ""
            admitted = [role for role in readers if role not in refused]
            for role in [*admitted, asked] if asked else admitted:
                world.client(role).get(path)
            asks_head = admitted or refused
            world.client(asks_head[line.number % len(asks_head)]).head(path)

    assert _digest() == before


def _with(line: Line, target: str) -> Line:
    return Line(line.number, line.url, line.method, target, line.expected)


OUR_APPS = {one.label for one in apps.get_app_configs() if Path(one.path).parent == settings.BASE_DIR}


def _digest() -> dict[str, tuple]:
    """How many rows each table of ours holds, and a hash of what they hold."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            # Models that other tests make up have no table here.
            if not model.__module__.startswith("tests.") and model._meta.app_label in OUR_APPS:
                table = model._meta.db_table
                cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t")
                found[table] = cursor.fetchone()
    return found


def test_everybody_is_in_the_table():
    assert all(set(line.expected) - set(NAMED) == set(COLUMNS) for line in LINES)


def test_the_space_of_billing_opens_only_where_the_table_names_its_clerk():
    """What spares a request at each of the other lines: the declarations, read without asking."""
    specs = {address.name: access.spec_of(address.callback, address.name) for address in addresses()}
    reached = {name for name, spec in specs.items() if not spec.public and Space.BILLING in spec.spaces}
    everybodys = {name for name in reached if specs[name].spaces == frozenset(Space)}
    named = {line.url for line in LINES if "clerk" in line.expected}

    assert reached - everybodys == named
    assert all(specs[name].asks_second_factor(Space.BILLING) for name in named)
