"""D14: everything is lost and put back from dumps. D15: what was erased since stays erased, whatever copy is put back."""

import json
import shutil
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.services.personal import close_account
from carnet.models import Document, DocumentVersion, HealthItem, PatientKey
from carnet.record_keys import KeyErased, record_key
from carnet.services import health
from carnet.services.erasure import erase_record
from carnet.services.filing import purge_bin, remove_document
from carnet.services.reading import open_document
from core import clock, ledger
from core.access import system_actor
from core.audit import seal_audit, verify_audit
from custody import shelves
from custody.services.restore import check_dumps, restore
from custody.shelves import DATABASE, DumpRefused, drop_expired
from notifications.enums import MessageState
from notifications.models import Message
from patients.models import Patient
from tests import factories as make
from tests.carnet.documents.conftest import lay
from tests.carnet.health.conftest import Someone, _someone
from tests.drills.extent import sized

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
SYSTEM = system_actor("drill")
ELSEWHERE = "drill_restored"


@pytest.fixture(autouse=True)
def _places(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}/documents"
    settings.ERASURE_LEDGER = str(tmp_path / "apart" / "erasures.jsonl")
    settings.BACKUP_FOLDER = str(tmp_path / "backups")


@contextmanager
def an_empty_database():
    """As if the server had been lost: inside, the connection leads to a new database with nothing in it."""
    usual = str(connection.settings_dict["NAME"])
    admin = connection.get_connection_params() | {"dbname": "postgres"}
    for word in ("cursor_factory", "context", "prepare_threshold"):
        admin.pop(word, None)
    name = f"{usual}_{ELSEWHERE}"
    with psycopg.connect(**admin, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def people(count: int) -> list[Someone]:
    found = [_someone(f"Prénom{number}", date(1980, 1, 1) + timedelta(days=number), "F") for number in range(count)]
    for number, one in enumerate(found):
        lay(one, number, title=f"Titre-{number}")
        health.add_item(actor=one.actor, patient=one.patient.uid, kind="history", label=f"Antécédent-{number}")
    return found


def dumped(capsys) -> tuple[Path, Path]:
    capsys.readouterr()
    call_command("backup")
    rows, keys = capsys.readouterr().out.split()[:2]
    return Path(rows), Path(keys)


def test_everything_is_lost_and_comes_back(capsys, tell, tmp_path):
    everybody = people(sized(3, 100))
    practice = make.PracticeFactory()
    due = Message.objects.create(
        key="due",
        kind="k",
        channel="email",
        subject="s",
        address="a@prendsoin.example",
        due_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )
    seal_audit()
    sealed = verify_audit().sealed
    rows, keys = dumped(capsys)
    contents = {}
    for one in everybody:
        document = Document.objects.get(patient=one.patient)
        contents[document.uid] = b"".join(open_document(actor=one.actor, document=document.uid).stream())
    late = lay(everybody[0], 999)

    with an_empty_database():
        began = time.monotonic()
        call_command("restore", str(rows), str(keys), "--thorough")
        took = time.monotonic() - began
        said = capsys.readouterr().out
        assert f"{len(everybody)} documents open, {sealed} lines of the journal hold, 0 erasures done again" in said
        for one in everybody:
            document = Document.objects.get(patient=one.patient)
            assert b"".join(open_document(actor=one.actor, document=document.uid).stream()) == contents[document.uid]
        assert not Document.objects.filter(uid=late.uid).exists()
        assert type(practice).objects.filter(uid=practice.uid).exists()
        due.refresh_from_db()
        assert (due.state, due.last_error) == (MessageState.EXPIRED, "restored")
        newcomer = _someone("Nouvelle", date(1990, 1, 1), "F")
        assert len(lay(newcomer, 1000).words) > 0
        with pytest.raises(CommandError, match="not empty"):
            call_command("restore", str(rows), str(keys))
    tell("D14", f"{len(everybody)} records restored in {took:.1f} s, all open, journal of {sealed} holds, 0 sent again")
    assert took < 900
    _refusals(rows, keys, tmp_path, capsys)


def _refusals(rows, keys, tmp_path, capsys):
    """Dumps that are damaged, foreign, mixed up or too old are refused before a row is written."""

    def copy(name):
        return Path(shutil.copytree(rows, tmp_path / name, dirs_exist_ok=True))

    def refused(found, with_keys, words):
        with pytest.raises(DumpRefused, match=words):
            check_dumps(found, with_keys)

    refused(keys, rows, "not of the database")
    refused(tmp_path / "nothing", keys, "is not a dump")
    cut = copy("cut")
    (cut / "rows").write_bytes((rows / "rows").read_bytes()[:-1])
    refused(cut, keys, "damaged")
    flipped = copy("flipped")
    raw = bytearray((rows / "rows").read_bytes())
    raw[len(raw) // 2] ^= 1
    (flipped / "rows").write_bytes(raw)
    refused(flipped, keys, "damaged")
    swapped = copy("swapped")
    (swapped / "rows").write_bytes((keys / "rows").read_bytes())
    refused(swapped, keys, "damaged")
    forged = copy("forged")
    content = json.loads((rows / "manifest.json").read_text())
    (forged / "manifest.json").write_text(json.dumps(content | {"ledger_lines": 0}))
    if content["ledger_lines"] == 0:
        (forged / "manifest.json").write_text(json.dumps(content | {"taken_at": "2020-01-01T00:00:00+00:00"}))
    refused(forged, keys, "another site")
    (forged / "manifest.json").write_text("{}")
    refused(forged, keys, "is not a dump")
    later = dumped(capsys)
    refused(later[0], keys, "older than the database")


def test_what_was_erased_stays_erased_when_yesterday_comes_back(capsys, tell, settings):
    count, kept = sized(3, 100), 2
    everybody = people(count + kept)
    gone, staying = everybody[:count], everybody[count:]
    binned = lay(staying[0], 500, title="Jeté")
    remove_document(actor=staying[0].actor, document=binned.uid)
    rows, keys = dumped(capsys)

    for number, one in enumerate(gone):
        if number % 2:
            erase_record(actor=one.actor, patient=one.patient.uid)
        else:
            close_account(actor=one.actor, user=one.user)
    Document.objects.filter(pk=binned.pk).update(purge_at=clock.now())
    purge_bin(actor=SYSTEM)
    old_keys, keys_of_today = keys, dumped(capsys)[1]

    readable = {}
    # In full, with the keys of today too: they hold none of those erased, which the keys of that day do.
    chances = (("keys of that day", old_keys), ("keys of today", keys_of_today))
    for name, chosen in chances[: sized(1, 2)]:
        with an_empty_database():
            done = restore(actor=SYSTEM, database=rows, keystore=chosen)
            assert done.problems == []
            assert done.erased == count + 1
            readable[name] = sum(_reads(one) for one in gone)
            _nothing_left(gone)
            assert all(_reads(one) for one in staying)
            assert not Document.objects.filter(pk=binned.pk).exists()
            assert verify_audit().broken_at is None
    tell("D15", f"of {count} erased, readable after a restore: {readable}")
    assert set(readable.values()) == {0}

    # Negative control: without the ledger the drill must see them come back, and the restore must refuse to do it.
    Path(settings.ERASURE_LEDGER).rename(f"{settings.ERASURE_LEDGER}.away")
    with pytest.raises(DumpRefused, match="ledger of erasures"):
        check_dumps(rows, old_keys)
    settings.BACKUP_FOLDER = f"{settings.BACKUP_FOLDER}-elsewhere"
    with an_empty_database():
        restore(actor=SYSTEM, database=rows, keystore=old_keys)
        assert sum(_reads(one) for one in gone) == count
    with pytest.raises(DumpRefused, match="ledger of erasures"):
        check_dumps(rows, keys_of_today)


def _reads(one: Someone) -> bool:
    try:
        record_key(one.patient.pk)
    except KeyErased:
        return False
    return DocumentVersion.objects.filter(patient=one.patient).exists()


def _nothing_left(gone):
    ids = [one.patient.pk for one in gone]
    closed = [one for number, one in enumerate(gone) if not number % 2]
    assert not Document.objects.filter(patient__in=ids).exists()
    assert not HealthItem.objects.filter(patient__in=ids).exists()
    assert not PatientKey.objects.filter(patient_id__in=ids).exists()
    assert not Patient.objects.filter(pk__in=[one.patient.pk for one in closed]).exclude(first_name="").exists()
    for one in closed:
        one.user.refresh_from_db()
        assert (one.user.is_active, one.user.email.partition("@")[2]) == (False, "account.invalid")


def test_an_erasure_cut_in_two_is_settled_by_a_person(capsys):
    [one] = people(1)
    rows, keys = dumped(capsys)
    ledger._append(ledger.uuid4(), ledger.Step.INTENDED, "record", {"records": [one.patient.pk]})

    with pytest.raises(DumpRefused, match="--unfinished"):
        check_dumps(rows, keys)
    check_dumps(rows, keys, "keep")
    check_dumps(rows, keys, "erase")


def test_dumps_of_keys_go_after_a_week_and_those_of_the_database_after_five(capsys, time_machine):
    people(1)
    rows, keys = dumped(capsys)
    now = clock.now()

    time_machine.move_to(now + timedelta(days=7, minutes=1))
    assert shelves.expired() == [keys]
    assert drop_expired() == 1
    time_machine.move_to(now + timedelta(days=35, minutes=1))
    assert shelves.expired() == [rows]
    assert shelves.read_manifest(rows, DATABASE).counts == {"objects": 1}


def test_no_plain_word_is_in_a_dump(capsys):
    everybody = people(2)
    ensured = record_key(everybody[0].patient.pk)
    rows, keys = dumped(capsys)

    raw = b"".join(path.read_bytes() for folder in (rows, keys) for path in folder.iterdir())
    for word in ("Titre-0", "Prénom0", everybody[0].user.email, "keystore_patientkey"):
        assert word.encode() not in raw
    assert ensured not in raw
