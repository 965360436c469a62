"""Reads `matrix.csv`, the table of who gets what at which address, and asks every cell of it.

A line: the name of the address, a method, the name of a target of `world.py` (empty: none), then one cell per person.
A cell is a status, several separated by `|`, or a word: `login` (sent to sign in), `factor` (sent to give a second factor).
An empty cell repeats the one on its left; but for the locum and the cover, who without a cell of their own get what
the secretary of the same agenda gets. Lines that begin with `#` say what follows.
The clerk of billing is asked only where a last cell `clerk=…` names her: everywhere else the declaration keeps her space out.
"""

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse

from core.access.second_factor import second_factor_page
from tests.security.world import ROLES, World, undone

FILE = Path(__file__).with_name("matrix.csv")
# Who is asked only where a cell `name=…` says so.
NAMED = ("clerk",)
COLUMNS = [role for role in ROLES if role not in NAMED]
HEADER = ["url", "method", "object", *COLUMNS]
# Who without a cell of their own gets what somebody else gets.
LIKE = {"locum": "sophie", "cover": "locum"}
READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
PROGRAMS = ("/api/", "/_allauth/")
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken&quot;: &quot;\w+|"X-CSRFToken": "\w+"')


@dataclass(frozen=True)
class Line:
    """One line: what is asked, and the expected outcomes by role."""

    number: int
    url: str
    method: str
    target: str
    expected: dict[str, frozenset[str]]

    def __str__(self) -> str:
        return f"line {self.number}: {self.method} {self.url} {self.target}".rstrip()


def lines(file: Path = FILE) -> list[Line]:
    """Every line of the table. Raises ValueError for a malformed one."""
    found = []
    with file.open(newline="", encoding="utf-8") as source:
        for number, row in enumerate(csv.reader(source), start=1):
            cells = [cell.strip() for cell in row]
            if cells and cells[0] and not cells[0].startswith("#") and cells != HEADER:
                found.append(_line(number, cells))
    return found


def _line(number: int, cells: list[str]) -> Line:
    named = [cell for cell in cells[3:] if "=" in cell]
    cells = [cell for cell in cells if cell not in named]
    if len(cells) > len(HEADER) or len(cells) < 4 or not cells[3]:
        raise ValueError(f"matrix.csv line {number}: {cells}")
    cells = [*cells, *[""] * (len(HEADER) - len(cells))]
    expected: dict[str, frozenset[str]] = {}
    last = ""
    for role, cell in zip(COLUMNS, cells[3:], strict=True):
        last = cell or last
        inherits = not cell and role in LIKE
        expected[role] = expected[LIKE[role]] if inherits else frozenset(last.split("|"))
    for cell in named:
        role, _, statuses = cell.partition("=")
        if role not in NAMED:
            raise ValueError(f"matrix.csv line {number}: {cell}")
        expected[role] = frozenset(statuses.split("|"))
    return Line(number, cells[0], cells[1].upper(), cells[2], expected)


def ask(world: World, role: str, line: Line) -> HttpResponse:
    """The answer to one request, whose effects are undone."""
    path = reverse(line.url, kwargs=world.targets[line.target].kwargs)
    body = world.bodies.get((line.url, line.method), {})
    options: dict[str, Any] = {"headers": {"Idempotency-Key": "matrix-key-1"}}
    if line.method == "GET":
        options["data"] = body
    elif line.method not in READING:
        if path.startswith(PROGRAMS):
            options |= {"data": json.dumps(body), "content_type": "application/json"}
        elif line.method == "POST":
            options |= {"data": {"form_token": "matrix-key-1", **body}}
    client = world.client(role)
    with undone():
        return getattr(client, line.method.lower())(path, **options)


def outcome(response: HttpResponse, world: World, role: str) -> str:
    """The word of the table for an answer."""
    if response.status_code == 302:
        location = response["Location"].partition("?")[0]
        if location == resolve_url(settings.LOGIN_URL):
            return "login"
        space, strong = ROLES[role]
        if space.startswith("practice") and not strong and location == second_factor_page(world.users[role]):
            return "factor"
    return str(response.status_code)


def without_tokens(response: HttpResponse) -> bytes:
    """The body without what is drawn anew for each answer."""
    return _TOKEN.sub(b"", response.content)
