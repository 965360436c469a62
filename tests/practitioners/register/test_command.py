"""The operator's commands: what they say, their exit status, one import at a time, and generated registers."""

import json
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.exceptions import DomainError
from core.models import AuditEvent
from practitioners.models import Practitioner, RegisterChunk, RegisterSite, RegisterSnapshot
from practitioners.register.generator import Plan, write_register
from practitioners.services.register.importing import import_register
from practitioners.signals import register_merged
from tests.practitioners.register.conftest import ACTOR, NEXT, line, people, write


def run(*arguments, **options) -> str:
    out = StringIO()
    call_command("import_register", *arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_report_is_a_table_and_the_same_as_json(db, reference, tmp_path):
    path = tmp_path / "report.json"
    table = run(str(write(tmp_path, [line(1), line(2, last=""), line(3, category="E")])), json=path)
    report = json.loads(path.read_text())

    assert (report["status"], report["lines"], report["people"]["created"]) == ("ok", 3, 1)
    assert report["rejections"] == [
        {
            "file": "PS_LibreAcces_Personne_activite_202611210800.txt",
            "line": 3,
            "code": "name_missing",
            "reason": "nom d’exercice absent",
            "rpps": "98000000020",
        }
    ]
    assert (report["rejected"], report["unlisted"]) == ({"name_missing": 1}, {"student": 1})
    assert "Créées" in table
    assert "activite_202611210800.txt:3  nom d’exercice absent" in table
    assert AuditEvent.objects.get(action="register.imported").facts["created"] == 1


def test_refusal_is_an_error_with_its_code_and_json(db, reference, tmp_path):
    path = tmp_path / "report.json"
    run(str(write(tmp_path, people(1), NEXT)))
    with pytest.raises(CommandError, match=r"plus ancien.*\[older\]"):
        run(str(write(tmp_path, people(1))), json=path)

    assert json.loads(path.read_text())["code"] == "older"


def test_report_that_cannot_be_written_is_said_before_anything_is_read(db, reference, tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("import_register", str(write(tmp_path, people(1))), json=tmp_path)
    with pytest.raises(CommandError, match="it is above"):
        call_command("import_register", str(write(tmp_path, people(1))), json=Path("/dev/full"), stdout=StringIO())

    assert Practitioner.objects.count() == 1


def test_report_of_a_broken_off_import_is_not_the_one_before(db, reference, tmp_path, monkeypatch):
    report = tmp_path / "report.json"
    report.write_text('{"status": "ok"}')
    monkeypatch.setattr("practitioners.services.register.importing.merge", lambda **facts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call_command("import_register", str(write(tmp_path, people(1))), json=report)

    assert json.loads(report.read_text())["status"] == "failed"


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((), {}),
        (("x.txt",), {"restore_last": True}),
        ((), {"restore_last": True, "dry_run": True}),
        (("x.txt",), {"allow_strike_off": -1}),
    ],
)
def test_arguments_that_contradict_each_other_are_refused(arguments, options, db):
    with pytest.raises(CommandError):
        run(*arguments, **options)
    assert not RegisterSnapshot.objects.exists()


def test_archive_as_published_and_its_folder_are_read(db, reference, tmp_path):
    path = write(tmp_path, people(1, 2))
    with zipfile.ZipFile(tmp_path / "PS_LibreAcces_202611210800.zip", "w", zipfile.ZIP_DEFLATED) as out:
        out.write(path, path.name)
    path.unlink()
    run(str(tmp_path))
    run(str(tmp_path / "PS_LibreAcces_202611210800.zip"))

    assert Practitioner.objects.count() == 2
    run(str(write(tmp_path, people(1, 2, 3), NEXT)))
    run(restore_last=True)
    assert RegisterSite.objects.filter(gone=False).count() == 2


def test_second_import_at_once_is_refused(bring):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(7308, 1)")
        with pytest.raises(DomainError, match="busy"):
            bring(people(1))
    finally:
        # A connection that is closed keeps its locks until the server has noticed.
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(7308, 1)")
        other.close()

    assert bring(people(1)).people["created"] == 1


def test_death_in_the_middle_leaves_the_directory_and_frees_the_way(bring):
    bring(people(1))

    def die(**kwargs):
        raise RuntimeError

    register_merged.connect(die)
    try:
        with pytest.raises(RuntimeError):
            bring(people(1, 2), NEXT)
    finally:
        register_merged.disconnect(die)

    assert Practitioner.objects.count() == 1
    assert list(RegisterSnapshot.objects.order_by("pk").values_list("state", "refusal")) == [
        ("current", ""),
        ("refused", "interrupted"),
    ]
    assert set(RegisterChunk.objects.values_list("snapshot__state", flat=True)) == {"current"}
    assert bring(people(1, 2), NEXT).people["created"] == 1


@pytest.fixture
def four(tmp_path, db, reference):
    """Import a generated register; its people live where the reference is loaded."""

    def imported(**plan):
        plan = Plan(120, around=("93", "75", "974"), **plan)
        folder = tmp_path / plan.stamp
        folder.mkdir(exist_ok=True)
        path, lines = write_register(folder, plan)
        report = import_register(actor=ACTOR, where=path, allow_strike_off=20)
        assert report.lines == lines
        return report

    return imported


def test_generated_register_says_the_same_in_every_format(four):
    def known():
        return set(
            RegisterSite.objects.values_list("key", "practitioner__rpps", "practitioner__specialty__slug", "place")
        )

    first = four()
    before = known()
    apart = four(apart=True, stamp="202611220800")
    # The columns of 2021 had no « genre d'activité ».
    old = four(old=True, apart=True, stamp="202611220900")

    assert first.rejected == {}
    assert first.people["created"] > 100
    assert (apart.written, apart.people["sites_changed"], known()) == (0, 0, before)
    assert (old.people["sites_created"], old.people["sites_gone"], old.people["struck_off"]) == (0, 0, 0)


def test_generated_faults_are_mended_or_told_and_strike_nobody_off(four):
    four()
    report = four(faults=0.5, stamp="202611220800")

    assert report.rejected
    assert set(report.rejected) <= {
        "control_character", "field_count", "identifier_missing", "identifier_type", "identifier_wrong",
        "identifiers_differ", "name_garbled", "name_missing", "name_too_long", "profession_missing",
    }  # fmt: skip
    unread = sum(report.rejected[code] for code in report.rejected if code.startswith("identifier"))
    assert report.people["struck_off"] <= unread
    # A misspelt name without a postcode that exists is all that some lines say of their place.
    assert report.people["no_place"] == sum(report.unplaced.values()) <= report.lines // 50
    assert set(report.unplaced) <= {"place_postcode"}


def test_next_day_moves_and_strikes_off_as_planned(four):
    four()
    report = four(without=40, moved=10, stamp="202611220800")

    assert report.people["struck_off"] == Practitioner.objects.exclude(struck_off_on=None).count()
    assert 1 <= report.people["struck_off"] <= 3
    assert 5 <= report.people["changed"] <= 12


def test_generator_command_writes_what_it_says(tmp_path):
    out = StringIO()
    call_command("generate_register", str(tmp_path), people=10, stdout=out)

    path = tmp_path / "PS_LibreAcces_Personne_activite_202611210800.txt"
    assert f"{path}: {len(path.read_text().splitlines()) - 1} lines" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("generate_register", str(tmp_path), stamp="hier")
