"""The ledger of erasures: whole or broken, and what became of each erasure."""

import json
import multiprocessing
from pathlib import Path

import pytest
from django.db import transaction

from core import ledger
from core.exceptions import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def path(settings, tmp_path) -> Path:
    settings.ERASURE_LEDGER = str(tmp_path / "apart" / "erasures.jsonl")
    return Path(settings.ERASURE_LEDGER)


def erase(number: int = 7) -> None:
    with ledger.erasing() as note, transaction.atomic():
        note("record", records=[number])


def test_an_erasure_is_intended_then_done(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase()

    [one] = ledger.erasures()
    assert (one.kind, one.ids, one.step) == ("record", {"records": [7]}, ledger.Step.DONE)
    assert ledger.head().lines == 2


def test_one_that_fails_is_called_off():
    def fail():
        with ledger.erasing() as note, transaction.atomic():
            note("record", records=[7])
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fail()

    assert [one.step for one in ledger.erasures()] == [ledger.Step.CALLED_OFF]


def test_one_killed_before_its_commit_stays_open():
    erase()

    assert [one.step for one in ledger.erasures()] == [ledger.Step.INTENDED]


def test_nothing_is_erased_when_the_line_cannot_be_written(path, settings):
    path.parent.mkdir()
    settings.ERASURE_LEDGER = str(path.parent)

    with pytest.raises(DomainError) as refused:
        erase()
    assert (refused.value.code, refused.value.status) == ("ledger_unavailable", 503)


@pytest.mark.parametrize("harm", ["altered", "removed", "swapped", "slipped_in", "cut"])
def test_a_ledger_that_was_touched_is_broken(path, harm):
    for number in range(3):
        erase(number)
    known = ledger.head()
    lines = path.read_text().splitlines()
    forged = json.loads(lines[1]) | {"ids": {"records": [99]}}
    harmed = {
        "altered": [lines[0], json.dumps(forged, sort_keys=True), lines[2]],
        "removed": [lines[0], lines[2]],
        "swapped": [lines[1], lines[0], lines[2]],
        "slipped_in": [*lines, json.dumps(forged | {"number": 4})],
        "cut": lines[:2],
    }[harm]
    path.write_text("\n".join(harmed) + "\n")

    if harm == "cut":
        assert len(ledger.erasures()) == 2
        assert not ledger.holds(known)
    else:
        with pytest.raises(ledger.LedgerBroken):
            ledger.erasures()


def test_a_line_left_unfinished_by_a_kill_is_passed_over_and_mended(path):
    erase(1)
    with path.open("a") as file:
        file.write('{"number": 2, "uid"')

    assert len(ledger.erasures()) == 1
    erase(2)
    assert [one.ids["records"] for one in ledger.erasures()] == [[1], [2]]


def test_lines_of_a_key_that_left_the_ring_hold_once_another_vouched_for_them(settings, path):
    erase()
    old, new = settings.HEALTH_DATA_KEYS, "other:" + "QUFB" * 10 + "QUE="
    settings.HEALTH_DATA_KEYS = [new]
    with pytest.raises(ledger.LedgerBroken, match="HEALTH_DATA_KEYS"):
        ledger.erasures()

    settings.HEALTH_DATA_KEYS = [new, *old]
    assert ledger.vouch()
    assert not ledger.vouch()
    settings.HEALTH_DATA_KEYS = [new]
    assert [one.ids["records"] for one in ledger.erasures()] == [[7]]
    first, second = path.read_text().splitlines()
    path.write_text(first.replace("[7]", "[8]") + "\n" + second + "\n")
    with pytest.raises(ledger.LedgerBroken, match="line 1 was altered"):
        ledger.erasures()


def _write(path: str, start: int) -> None:
    from django.conf import settings

    settings.ERASURE_LEDGER = path
    for number in range(start, start + 20):
        ledger._append(ledger.uuid4(), ledger.Step.INTENDED, "record", {"records": [number]})


def test_processes_write_one_after_the_other(path):
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=_write, args=(str(path), start)) for start in (0, 100, 200)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len(ledger.erasures()) == 60
