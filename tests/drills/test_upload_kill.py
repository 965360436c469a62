"""D08 for uploads: the web process that receives a file dies at any moment; no readable orphan, no dangling row is left."""

import base64
import http.client
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction

from carnet.crypto import MAGIC, ContentError
from carnet.models import DocumentVersion, PatientKey
from carnet.record_keys import record_key
from carnet.services.filing import sweep_objects
from carnet.services.inspection import opener_of
from carnet.services.keys import ensure_key
from carnet.storage import store
from core import clock
from core.access import system_actor
from tests.carnet.documents.files import pdf
from tests.carnet.health.conftest import _someone
from tests.drills.extent import sized
from tests.drills.site import wait_for
from tests.drills.web import Program, free_port

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

MARK = b"PLANTED-CONTENT-OF-A-PATIENT"
CREATED = 201


def body_of(number: int) -> tuple[bytes, str]:
    """A file of about a megabyte, different each time, full of words that must be found nowhere."""
    content = pdf(words=f"file {number}") + (MARK + b" %d " % number) * 30_000
    edge = uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="title"\r\n\r\nAnalyse {number}\r\n'
    head += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a{number}.pdf"\r\n\r\n'
    return head.encode() + content + f"\r\n--{edge}--\r\n".encode(), edge


def upload(port: int, token: str, number: int, acknowledged: list[int]) -> None:
    body, edge = body_of(number)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest("POST", "/api/v1/carnet/documents", skip_host=True)
        for name, value in {
            "Host": "localhost",
            "X-Session-Token": token,
            "Idempotency-Key": uuid4().hex,
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Content-Length": str(len(body)),
        }.items():
            connection.putheader(name, value)
        connection.endheaders()
        for start in range(0, len(body), 64 * 1024):
            connection.send(body[start : start + 64 * 1024])
        if connection.getresponse().status == CREATED:
            acknowledged.append(number)
    except (OSError, http.client.HTTPException):
        pass
    finally:
        connection.close()


def web_that_comes_back(start) -> tuple[int, subprocess.Popen]:
    """The web process of the Procfile whose one worker, when it is killed, is followed by another."""
    port = free_port()
    process = start(
        "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--http", "1", "--no-ws",
        "--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers", "--respawn-interval", "0.1",
        "config.wsgi:application",
    )  # fmt: skip
    assert wait_for(lambda: lives(port), 60)
    return port, process


def lives(port: int) -> bool:
    try:
        return Program(port, seconds=2).ask("GET", "/sante").status == 200
    except OSError:
        return False


def _settled(port: int, process: subprocess.Popen) -> bool:
    return process.poll() is not None or lives(port)


def kill_worker(process: subprocess.Popen) -> None:
    """The process that is receiving; its parent starts another one."""
    for task in Path(f"/proc/{process.pid}/task").glob("*/children"):
        for pid in task.read_text().split():
            os.kill(int(pid), signal.SIGKILL)


def test_a_killed_upload_leaves_nothing_that_reads_and_no_row_without_its_bytes(
    start, environment, tmp_path, settings, monkeypatch, chance, tell
):
    settings.STORAGE_URL = f"file://{tmp_path}/documents"
    environment["STORAGE_URL"] = settings.STORAGE_URL
    environment["DOCUMENTS_PER_DAY"] = "100000"
    alice = _someone("Alice", date(1976, 3, 14), "F")
    token = alice.client.session.session_key
    (port, web), kills, acknowledged, sent = web_that_comes_back(start), sized(3, 50), [], 0
    for round_ in range(kills + 1):
        uploads = [
            threading.Thread(target=upload, args=(port, token, sent + number, acknowledged)) for number in range(3)
        ]
        sent += len(uploads)
        for one in uploads:
            one.start()
        if round_ < kills:
            time.sleep(chance.uniform(0.0, 1.2))
            kill_worker(web)
        for one in uploads:
            one.join()
        assert wait_for(partial(_settled, port, web), 60)
        if web.poll() is not None:  # several deaths within seconds: it leaves, and whoever keeps it starts it again
            port, web = web_that_comes_back(start)

    left = dict(store().names())
    assert left
    raw = b"".join(path.read_bytes() for path in (tmp_path / "documents").rglob("*") if path.is_file())
    assert MARK not in raw
    assert all(path.read_bytes()[:4] in (MAGIC, b"") for path in (tmp_path / "documents").rglob("*") if path.is_file())
    versions = list(DocumentVersion.objects.select_related("document"))
    dangling = [version for version in versions if not _opens(version)]
    named = {version.object_name for version in versions}
    orphans = [name for name in left if name not in named]
    tell("D08", f"{kills} kills, {sent} uploads, {len(versions)} kept, {len(acknowledged)} acknowledged, "
         f"{len(orphans)} sealed orphans, {len(dangling)} dangling rows")  # fmt: skip
    assert dangling == []
    assert len(versions) >= len(acknowledged) > 0

    now = clock.now()
    monkeypatch.setattr("carnet.services.filing.clock.now", lambda: now + timedelta(days=2))
    assert sweep_objects(actor=system_actor("tests")) == len(orphans)
    assert {name for name, _at in store().names()} == named
    assert all(_opens(version) for version in versions)


def _opens(version: DocumentVersion) -> bool:
    try:
        content = b"".join(opener_of(version, record_key(version.patient_id)).stream())
    except ContentError:
        return False
    return MARK in content and len(content) == version.size


def test_a_rotation_of_keys_killed_at_any_moment_leaves_each_key_under_one_master(environment, settings, chance, tell):
    """`rotate_kek` killed over and over, then run to its end: every key opens, by the new master alone."""
    people, kills = sized(400, 10_000), sized(1, 10)
    patients = range(1_000_000, 1_000_000 + people)
    with transaction.atomic():
        before = {patient: ensure_key(patient) for patient in patients}
    old = PatientKey.objects.first().master
    new = f"newer:{base64.b64encode(secrets.token_bytes(32)).decode()}"
    settings.HEALTH_DATA_KEYS = [new, *settings.HEALTH_DATA_KEYS]
    environment["HEALTH_DATA_KEYS"] = ",".join(settings.HEALTH_DATA_KEYS)
    command = [sys.executable, "manage.py", "rotate_kek", "--batch", "4"]
    for _number in range(kills):
        moved = PatientKey.objects.filter(master="newer").count()
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            assert wait_for(lambda at=moved: PatientKey.objects.filter(master="newer").count() > at, 60)
            time.sleep(chance.uniform(0, 0.05))
            process.send_signal(signal.SIGKILL)
        assert set(PatientKey.objects.values_list("master", flat=True)) <= {"newer", old}
        assert {patient: record_key(patient) for patient in patients[:50]} == {p: before[p] for p in patients[:50]}
    left = PatientKey.objects.filter(master=old).count()
    call_command("rotate_kek")

    settings.HEALTH_DATA_KEYS = [new]
    assert {patient: record_key(patient) for patient in patients} == before
    tell(
        "D08",
        f"rotate_kek killed {kills} times over {people} keys ({left} were left): 0 unreadable, 0 under the old master",
    )
