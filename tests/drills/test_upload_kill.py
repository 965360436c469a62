"""D08 for uploads: the process that receives a file dies at any moment; no readable orphan, no dangling row is left."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from carnet.crypto import MAGIC
from carnet.models import DocumentVersion
from carnet.services.filing import sweep_objects
from carnet.storage import FolderStore, store
from core import clock
from core.access import system_actor

KILLS = int(os.environ.get("DRILL_KILLS", "5"))
MARK = b"PLANTED-CONTENT-OF-A-PATIENT"
# Receives for ever, as the handler of uploads does: seals what comes, writes it, ends the object, begins the next.
RECEIVER = """
import os, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from django.conf import settings
settings.configure()
from carnet.crypto import Sealer, new_key
from carnet.storage import FolderStore
kept = FolderStore(Path({folder!r}))
print("ready", flush=True)
while True:
    name = os.urandom(16)
    sealer = Sealer(new_key(), name)
    with kept.writer(name.hex()) as file:
        file.write(sealer.header)
        for _ in range(40):
            file.write(sealer.update({mark!r} * 2000))
        file.write(sealer.finish())
"""


@pytest.mark.drill
@pytest.mark.django_db
def test_a_killed_upload_leaves_nothing_that_reads_and_nothing_that_lasts(tmp_path, settings, monkeypatch):
    settings.STORAGE_URL = f"file://{tmp_path}/documents"
    root = str(Path(__file__).resolve().parents[2])
    code = RECEIVER.format(root=root, folder=str(tmp_path / "documents"), mark=MARK)
    for number in range(KILLS):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.02 + 0.03 * (number % 7))
            process.send_signal(signal.SIGKILL)

    left = [path for path in (tmp_path / "documents").rglob("*") if path.is_file()]
    assert left
    assert [path for path in left if MARK in path.read_bytes()] == []
    assert all(path.read_bytes()[:4] in (MAGIC, b"") for path in left)
    assert not DocumentVersion.objects.exists()

    assert isinstance(store(), FolderStore)
    now = clock.now()
    monkeypatch.setattr("carnet.services.filing.clock.now", lambda: now + timedelta(days=2))
    assert sweep_objects(actor=system_actor("tests")) == len(left)
    assert list(store().names()) == []
