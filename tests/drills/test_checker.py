"""The checker itself: it shares nothing with the site, and sees each fault it is there for."""

import ast
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.drills import checker
from tests.drills.journals import Journal

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
VISIT = NOON + timedelta(days=1)


@pytest.fixture
def journals(tmp_path, monkeypatch):
    """(provider, clients), and a way to write at a given instant."""
    at = {"now": NOON}

    def instant():
        return at["now"].timestamp()

    monkeypatch.setattr("tests.drills.journals.time.time", instant)
    clients, provider = Journal(tmp_path / "clients"), Journal(tmp_path / "provider")
    clients.write(act="visit", number="+33639980000", start=VISIT.isoformat())

    def remind(text, when=NOON):
        at["now"] = when
        provider.write(to="+33639980000", text=text, reference="x")

    def change(act, when, **more):
        at["now"] = when
        clients.write(act=act, number="+33639980000", **more)

    return remind, change, lambda: checker.check_reminders(provider.path, clients.path)


def test_checker_imports_nothing_of_the_site():
    names = set()
    for node in ast.walk(ast.parse(Path(checker.__file__).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])

    assert names - sys.stdlib_module_names == {"psycopg"}


def test_right_reminder_is_clean(journals):
    remind, _change, check = journals
    remind("Rappel : RDV mercredi 25 novembre à 12 h")

    assert check().is_clean


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Rappel : RDV mercredi 25 novembre à 12 h 20", NOON),
        ("Rappel : RDV mercredi 25 novembre à 12 h", VISIT + timedelta(minutes=1)),
        ("Rappel : RDV mercredi 25 novembre à 12 h", NOON + timedelta(hours=10)),
        ("Rappel : RDV mercredi 25 novembre à 12 h", NOON - timedelta(hours=6)),
    ],
    ids=["wrong hour", "after the start", "late in the evening", "early in the morning"],
)
def test_wrong_reminder_is_seen(journals, text, when):
    remind, _change, check = journals
    remind(text, when)

    assert len(check().wrong) == 1


def test_lost_and_doubled_reminders_are_counted(journals):
    remind, _change, check = journals
    assert check().lost == ["+33639980000"]
    remind("Rappel : RDV à 12 h")
    remind("Rappel : RDV à 12 h")

    assert (check().lost, check().doubled) == ([], 1)


def test_reminder_after_a_cancellation_is_wrong_unless_it_was_on_its_way(journals):
    remind, change, check = journals
    change("cancel", NOON)
    remind("Rappel : RDV à 12 h", NOON + timedelta(milliseconds=200))
    assert (check().wrong, check().in_flight) == ([], 1)

    remind("Rappel : RDV à 12 h", NOON + timedelta(seconds=5))
    assert len(check().wrong) == 1


def test_moved_visit_is_reminded_at_its_new_hour_alone(journals):
    remind, change, check = journals
    change("move", NOON, start=(VISIT + timedelta(hours=2)).isoformat())
    remind("Rappel : RDV à 14 h", NOON + timedelta(minutes=1))
    assert check().is_clean

    remind("Rappel : RDV à 12 h", NOON + timedelta(minutes=1))
    assert len(check().wrong) == 1


def test_line_cut_short_by_a_death_is_left_out(tmp_path):
    path = tmp_path / "journal"
    path.write_text('{"act": "write"}\n{"act": "wri')

    assert checker.read_journal(path) == [{"act": "write"}]
