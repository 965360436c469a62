"""The carnet: 20 MB up and down beside a plain copy, memory that stays flat, a record of 500 documents, keys rotated a second.

The handler of uploads and the opener of downloads are timed as the web process runs them, on the folder of the settings;
the floor is the same bytes written to and read from a file beside it. CARNET_KEYS says how many keys are wrapped again.
"""

from __future__ import annotations

import base64
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client, override_settings

from accounts.models import User
from bench.environment import HOST
from bench.report import spread
from bench.run import Run, Unexpected
from carnet.crypto import ContentMac, Opener, Sealer, new_key, wrap_patient_key
from carnet.enums import State
from carnet.models import Document, PatientKey
from carnet.selectors.documents import document_list
from carnet.services.deposit import Examined, place_document
from carnet.services.keys import rewrap_keys
from carnet.storage import store
from carnet.uploads import SealedUpload
from core import clock
from core.access import Actor, Space, system_actor
from core.keyring import keyring
from patients.models import Patient

GOAL = 17
MEGABYTE = 1024 * 1024
SIZE, PIECE = 20 * MEGABYTE, 64 * 1024
ROUNDS, DOCUMENTS, KEYS = 15, 500, 20_000


def measure(run: Run) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="bench-carnet-") as folder,
        override_settings(STORAGE_URL=f"file://{folder}/documents", DOCUMENTS_PER_DAY=10_000),
    ):
        content = os.urandom(SIZE)
        _rotation(run)
        _transfers(run, Path(folder), content)
        _record(run)


def _transfers(run: Run, folder: Path, content: bytes) -> None:
    """20 MB sealed into the storage and opened again, and copied plainly, in turns; the peak of memory meanwhile."""
    up, down, plain_up, plain_down = [], [], [], []
    _seal(content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(ROUNDS):
        sealed: list[SealedUpload] = []
        up.append(_seconds(lambda kept=sealed: kept.append(_seal(content))))
        down.append(_seconds(lambda kept=sealed: _drain(kept[0].opener())))
        path = folder / f"plain-{number}"
        plain_up.append(_seconds(lambda to=path: _write(to, content)))
        plain_down.append(_seconds(lambda of=path: _read(of)))
        path.unlink()
        sealed[0].close()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    rate = {name: SIZE / MEGABYTE / min(times) for name, times in (
        ("up", up), ("down", down), ("plain_up", plain_up), ("plain_down", plain_down)
    )}  # fmt: skip
    run.report.note(
        "carnet_transfers",
        {"MB_per_second": rate, "memory_grown_MB": grown, "up_ms": spread(_ms(up)), "down_ms": spread(_ms(down))},
    )
    tell = run.report.tell
    tell(GOAL, "carnet: 20 MB sealed while received (MB/s)", rate["up"])
    tell(GOAL, "carnet: 20 MB opened (MB/s)", rate["down"])
    tell(GOAL, "carnet: sealing / plain copy to the disk, time", min(up) / min(plain_up), 4)
    tell(GOAL, "carnet: opening / plain reading, time", min(down) / min(plain_down), 12)
    tell(GOAL, "carnet: memory grown over all transfers (MB)", grown, 8)


def _record(run: Run) -> None:
    """A record of 500 documents: its list, a search in its sealed words, and the page as the web answers it."""
    user = User.objects.create_user(f"carnet-{time.time_ns()}@{HOST}")
    person = Patient.objects.create(
        user=user,
        first_name="Alice",
        birth_name="Moreau",
        birth_date=clock.now().date() - timedelta(days=15_000),
        sex="F",
    )
    actor = Actor(user_id=user.pk, space=Space.PATIENT, strong=True, ip="192.0.2.1")
    with transaction.atomic():
        for number in range(DOCUMENTS):
            found = Examined(_seal(b"%%PDF-1.4 %d" % number), "application/pdf", 1)
            place_document(
                actor, person, found, kind="other", title=f"Analyse {number}", author="Labo", note="", dated_on=None,
                origin="patient",
            )  # fmt: skip
    Document.objects.filter(patient=person).update(state=State.CLEAN)
    listing = [_seconds(lambda: _expect(document_list(actor, person.uid).lines)) for _ in range(ROUNDS)]
    searching = [
        _seconds(lambda: _expect(document_list(actor, person.uid, query="analyse 499").lines)) for _ in range(ROUNDS)
    ]
    client = Client(SERVER_NAME=HOST)
    client.force_login(user)
    session = client.session
    session["space"] = "patient"
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    page = [_seconds(lambda: _page(client, f"/carnet/{person.uid}/")) for _ in range(ROUNDS)]
    run.report.note(
        "carnet_record",
        {"list_ms": spread(_ms(listing)), "search_ms": spread(_ms(searching)), "page_ms": spread(_ms(page))},
    )
    tell = run.report.tell
    tell(GOAL, "carnet: list of 500 documents, median (ms)", sorted(listing)[ROUNDS // 2] * 1000, 300)
    tell(GOAL, "carnet: search in 500 documents, median (ms)", sorted(searching)[ROUNDS // 2] * 1000, 300)
    tell(GOAL, "carnet: page of 500 documents, median (ms)", sorted(page)[ROUNDS // 2] * 1000, 300)


def _rotation(run: Run) -> None:
    """Keys of records wrapped again under another master key, in the transactions of `rotate_kek`."""
    count = int(os.environ.get("CARNET_KEYS", KEYS))
    highest = 9_000_000_000
    ring = keyring()
    rows = []
    for patient in range(highest, highest + count):
        wrapped, mac = wrap_patient_key(ring.keys[ring.current], patient, new_key())
        rows.append(PatientKey(patient_id=patient, master=ring.current, wrapped=wrapped, mac=mac))
    PatientKey.objects.bulk_create(rows, batch_size=2_000)
    words = [f"bench-next:{_base64(new_key())}", *(f"{name}:{_base64(key)}" for name, key in ring.keys.items())]
    with override_settings(HEALTH_DATA_KEYS=words):
        began = time.perf_counter()
        moved = sum(rewrap_keys(actor=system_actor("bench")))
        took = time.perf_counter() - began
    if moved < count:
        raise Unexpected(f"{moved} keys of {count} were wrapped again")
    PatientKey.objects.filter(patient_id__gte=highest).delete()
    run.report.note("carnet_rotation", {"keys": moved, "seconds": took})
    run.report.tell(GOAL, "carnet: keys of records wrapped again a second", moved / took, 500, at_least=True)


def _seal(content: bytes) -> SealedUpload:
    name, key, mac = os.urandom(16), new_key(), ContentMac()
    sealer = Sealer(key, name)
    with store().writer(name.hex()) as file:
        file.write(sealer.header)
        for at in range(0, len(content), PIECE):
            piece = content[at : at + PIECE]
            mac.update(piece)
            file.write(sealer.update(piece))
        file.write(sealer.finish())
    return SealedUpload("a.pdf", key, name.hex(), len(content), mac, too_big=False)


def _drain(opener: Opener) -> None:
    for _piece in opener.stream():
        pass


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        for at in range(0, len(content), PIECE):
            file.write(content[at : at + PIECE])
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> None:
    with path.open("rb") as file:
        while file.read(PIECE):
            pass


def _page(client: Client, path: str) -> None:
    answer = client.get(path, secure=True)
    if answer.status_code != 200:
        raise Unexpected(f"{answer.status_code} for a record")


def _expect(lines: Any) -> None:
    if not lines:
        raise Unexpected("an empty list")


def _seconds(function: Callable[[], Any]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def _ms(times: list[float]) -> list[float]:
    return [one * 1000 for one in times]


def _base64(key: bytes) -> str:
    return base64.b64encode(key).decode()
