"""Puts a dump back into an empty database, and makes true again what happened since: erasures, before anybody enters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from accounts.services.personal import close_again
from carnet.crypto import CHUNK, HEADER, TAG, ContentError
from carnet.models import Document, DocumentVersion, Preview
from carnet.record_keys import record_keys
from carnet.services.erasure import erase_documents, erase_records
from carnet.services.inspection import opener_of
from carnet.storage import MissingObject, store
from core import audit, clock, ledger
from core.access import Actor
from custody.postgres_tools import put_back
from custody.services.backup import OBJECTS, ROWS
from custody.shelves import DATABASE, KEYSTORE, DumpRefused, Manifest, open_sealed, read_manifest, readable
from notifications.enums import MessageState
from notifications.models import Message

# An erasure is written down a little before its commit: those shortly before the dump are done again, which harms nothing.
MARGIN = timedelta(days=1)
ERASE, KEEP = "erase", "keep"


@dataclass
class Restored:
    """What came of it. `problems` are sentences for a person; the site should open when there are none."""

    erased: int = 0
    held_back: int = 0
    sealed: int = 0
    documents: int = 0
    problems: list[str] = field(default_factory=list)


def check_dumps(database: Path, keystore: Path, unfinished: str = "") -> tuple[Manifest, Manifest]:
    """Reads both dumps to their ends, and what they say of each other. Raises DumpRefused before anything is written."""
    rows, keys = read_manifest(database, DATABASE), read_manifest(keystore, KEYSTORE)
    if keys.at < rows.at:
        raise DumpRefused(
            f"The keys ({keystore.name}) are older than the database ({database.name}): records made in between would "
            "not open. Take a later dump of the keys."
        )
    unknown = sorted(set(rows.migrations) - _known_migrations())
    if unknown:
        raise DumpRefused(f"The dump is of a later version of the program: it knows {', '.join(unknown[:3])}.")
    _check_ledger(rows, keys, unfinished)
    for folder, manifest, names in ((database, rows, (ROWS, OBJECTS)), (keystore, keys, (ROWS,))):
        for name in names:
            for _piece in open_sealed(folder, manifest, name):
                pass
    return rows, keys


def restore(
    *,
    actor: Actor,
    database: Path,
    keystore: Path,
    unfinished: str = "",
    resend: bool = False,
    thorough: bool = False,
    say: Callable[[str], None] = lambda _text: None,
) -> Restored:
    """The whole road: rows, tables of today, keys, erasures, messages held back, journal, documents. Raises DumpRefused.

    `unfinished` says what becomes of erasures that a kill cut in two: erase, or keep. `resend` leaves due messages to
    be sent, though some may have gone out after the dump. `thorough` opens every document to its last byte.
    """
    done = Restored()
    rows, keys = check_dumps(database, keystore, unfinished)
    _check_empty()
    say("The dumps are whole and of this site.")
    put_back(open_sealed(database, rows, ROWS))
    say("The rows are back.")
    call_command("migrate", verbosity=0, interactive=False)
    put_back(open_sealed(keystore, keys, ROWS), "--data-only")
    found = audit.verify_audit()
    if found.broken_at is not None:
        done.problems.append(f"The journal is broken at {found.broken_at}: {found.reason}.")
    done.sealed = found.sealed
    done.erased = _erase_again(actor, rows, unfinished, done.problems)
    say(f"{done.erased} erasures were done again.")
    if not resend:
        done.held_back = _hold_back()
    done.documents = _check_documents(database, rows, done.problems, thorough=thorough)
    with transaction.atomic():
        audit.record(actor, "custody.restore", taken=rows.at, erased=done.erased, held_back=done.held_back)
    return done


def _known_migrations() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations} | {
        f"{app}.{name}"
        for migration in MigrationLoader(None).disk_migrations.values()
        for app, name in migration.replaces
    }


def _check_ledger(rows: Manifest, keys: Manifest, unfinished: str) -> None:
    try:
        # Later dumps know of more lines than those that are put back: they tell of a ledger that was lost or cut since.
        for manifest in (rows, keys, *readable()):
            if not ledger.holds(ledger.Head(manifest.ledger_lines, manifest.ledger_code)):
                raise DumpRefused(
                    f"The ledger of erasures ({ledger.ledger_path()}) lacks what it held on {manifest.taken_at}: without "
                    "it, what was erased would come back."
                )
        open_ones = [
            one for one in ledger.erasures() if one.step == ledger.Step.INTENDED and one.at >= rows.at - MARGIN
        ]
    except ledger.LedgerBroken as error:
        raise DumpRefused(f"The ledger of erasures does not hold: {error}.") from error
    if open_ones and unfinished not in {ERASE, KEEP}:
        raise DumpRefused(
            f"{len(open_ones)} erasures were cut in two by a kill. Say --unfinished=erase or --unfinished=keep."
        )


def _check_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
        if tables := cursor.fetchone()[0]:
            raise DumpRefused(f"The database is not empty: it has {tables} tables. Make a new one and name it.")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        if others := cursor.fetchone()[0]:
            raise DumpRefused(
                f"{others} other connections are open on this database: stop web, workers and relay first."
            )


def _erase_again(actor: Actor, rows: Manifest, unfinished: str, problems: list[str]) -> int:
    """Every erasure since the dump, in the order in which they were done."""
    steps = {ledger.Step.DONE, *([ledger.Step.INTENDED] if unfinished == ERASE else [])}
    count = 0
    for one in ledger.erasures():
        if one.step not in steps or one.at < rows.at - MARGIN:
            continue
        count += 1
        if one.kind == "account":
            erased = {kind: ids for kind, ids in one.ids.items() if kind != "user"}
            left = close_again(actor=actor, user_id=one.ids["user"], erased=erased)
            problems += [f"Account {one.ids['user']}: {what} could not be ended." for what in left]
        elif one.kind == "record":
            with transaction.atomic():
                erase_records(actor, one.ids["records"])
        elif one.kind == "document":
            with transaction.atomic():
                erase_documents(actor, one.ids["documents"])
        else:
            problems.append(f"The ledger names an erasure that this version does not know: {one.kind}.")
    return count


def _hold_back() -> int:
    """What was due by now may have left after the dump: it is not sent again."""
    waiting = Message.objects.filter(state__in=[MessageState.PENDING, MessageState.SENDING], due_at__lte=clock.now())
    return waiting.update(
        state=MessageState.EXPIRED,
        finished_at=clock.now(),
        lease_until=None,
        last_error="restored",
        **Message.WIPED_AT_THE_END,
    )


def _check_documents(folder: Path, rows: Manifest, problems: list[str], *, thorough: bool) -> int:
    """That every object the rows need lies in the storage, with the size it must have; how many documents open."""
    known = dict(json.loads(b"".join(open_sealed(folder, rows, OBJECTS))))
    needed = dict(_needed())
    if unlisted := needed.keys() - known.keys():
        problems.append(f"{len(unlisted)} documents of the rows are not in the list of the dump.")
    kept = store()
    for name, size in needed.items():
        try:
            if kept.size(name) != _sealed_size(size):
                problems.append(f"The object {name} has not its size.")
        except MissingObject:
            problems.append(f"The object {name} is missing from the storage.")
    return _open_documents(problems, thorough=thorough)


def _needed() -> Iterator[tuple[str, int]]:
    yield from DocumentVersion.objects.values_list("object_name", "size")
    yield from Preview.objects.values_list("object_name", "size")


def _sealed_size(size: int) -> int:
    return HEADER + size + TAG * max(1, -(-size // CHUNK))


def _open_documents(problems: list[str], *, thorough: bool) -> int:
    opened = 0
    people = Document.objects.order_by("patient").values_list("patient_id", flat=True).distinct()
    for patient in people.iterator(chunk_size=1_000):
        try:
            key = record_keys({patient}).get(patient)
        except ContentError as error:
            key = None
            problems.append(f"The key of record {patient} does not open: {error}.")
        versions = DocumentVersion.objects.filter(patient=patient).select_related("document")
        if key is None:
            if versions.exists():
                problems.append(f"Record {patient} has documents and no key.")
            continue
        for version in versions:
            try:
                opener = opener_of(version, key)
                for _piece in opener.stream() if thorough else [opener.chunk(0)]:
                    pass
                opened += 1
            except (ContentError, MissingObject) as error:
                problems.append(f"The document {version.document_id} does not open ({type(error).__name__}).")
    return opened
