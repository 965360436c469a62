"""Imports a file of the national register, or takes the last import back. One at a time, all or nothing.

Run by an operator's command, in one transaction: nothing relies on the state of a session, so a pooler may stand between.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from core import audit, clock
from core.access import Actor
from core.exceptions import DomainError
from practitioners.enums import SnapshotState
from practitioners.models import Place, Practitioner, RegisterChunk, RegisterRejection, RegisterSnapshot
from practitioners.register.communes import CommuneFinder, Known
from practitioners.register.reading import Tally, read_register
from practitioners.register.refusals import refused
from practitioners.register.report import Report, Watch
from practitioners.register.sources import Source, find_source
from practitioners.services.register.merging import Merged, merge, struck_with_agenda, tell_others
from practitioners.services.register.staging import Stage, create_tables, lay_out

# The first number of PostgreSQL's two-number advisory locks says what is locked: one import at a time.
_LOCK = (7_308, 1)
# Runs of which the lines put aside are still shown.
REJECTIONS_SHOWN = 10

Progress = Callable[[int, int], None]


def import_register(
    *,
    actor: Actor,
    where: Path,
    allow_strike_off: int | None = None,
    dry_run: bool = False,
    progress: Progress = lambda done, lines: None,
    started: Callable[[int], None] = lambda size: None,
) -> Report:
    """Bring the directory to what the file, archive or folder at `where` says.

    `allow_strike_off` people may leave, else one in a hundred. A dry run does the same and keeps nothing. `started` is
    told the size in bytes, `progress` bytes and lines done. Raises a `DomainError` of `register.refusals`: nothing is
    written then but the refusal, in a snapshot that staff see.
    """
    rejections: list[RegisterRejection] = []
    name, stamp = where.name, ""
    try:
        with transaction.atomic():
            _stay_alone()
            source = find_source(where)
            name, stamp = source.persons.name, source.stamp
            started(source.size)
            return _import(actor, source, allow_strike_off, progress, rejections, dry_run=dry_run)
    except Exception as error:
        code = error.code if isinstance(error, DomainError) else "interrupted"
        if not dry_run and code != "busy":
            details = dict(error.details) if isinstance(error, DomainError) else {}
            _note_refusal(name, stamp, code, details, rejections)
        raise


def restore_last(*, actor: Actor) -> Report:
    """Take the last import back: the directory becomes what the one before said. Raises `nothing_to_restore`.

    People known from the undone file alone are withdrawn without being struck off.
    """
    with transaction.atomic():
        _stay_alone()
        current = RegisterSnapshot.objects.filter(state=SnapshotState.CURRENT).first()
        previous = RegisterSnapshot.objects.filter(state=SnapshotState.PREVIOUS).first()
        if current is None or previous is None or not previous.chunks.exists():
            raise refused("nothing_to_restore")
        watch = Watch()
        create_tables()
        lay_out(previous)
        watch.ends("reading")
        day, undone = _day(previous.file_stamp), _day(current.file_stamp)
        merged = merge(snapshot=previous, day=day, last_day=undone, undone=undone)
        watch.ends("merging")
        tell_others(previous)
        watch.ends("listing")
        _switch(current, SnapshotState.RESTORED)
        _switch(previous, SnapshotState.CURRENT)
        RegisterChunk.objects.filter(snapshot=current).delete()
        _tell_journal(actor, "register.restored", previous, merged)
    tally = Tally(lines=previous.counts.get("lines", 0), sha256=previous.sha256)
    return Report.of(previous.file_name, previous.file_stamp, tally, merged.as_dict(), [], watch.phases)


def _import(
    actor: Actor,
    source: Source,
    allowed: int | None,
    progress: Progress,
    rejections: list[RegisterRejection],
    *,
    dry_run: bool,
) -> Report:
    """In the caller's transaction, which a dry run takes back. `rejections` is filled as the lines are read."""
    last = RegisterSnapshot.objects.filter(state=SnapshotState.CURRENT).first()
    if last is not None and source.stamp < last.file_stamp:
        raise refused("older", stamp=source.stamp, last=last.file_stamp)
    watch = Watch()
    snapshot = None
    if not dry_run:
        snapshot = RegisterSnapshot.objects.create(file_name=source.persons.name[:160], file_stamp=source.stamp)
    day = _day(source.stamp)
    create_tables()
    stage = Stage(snapshot, rejections)
    tally = read_register(source, _communes(), stage, progress)
    stage.close()
    progress(source.size, tally.lines)
    watch.ends("reading")
    last_day = _day(last.file_stamp) if last is not None else day
    merged = merge(snapshot=snapshot, day=day, last_day=last_day, allowed=allowed)
    watch.ends("merging")
    if snapshot is not None:
        tell_others(snapshot)
        watch.ends("listing")
    told = [(one.file, one.line, one.code, one.rpps) for one in rejections]
    report = Report.of(source.persons.name, source.stamp, tally, merged.as_dict(), told, watch.phases, dry_run=dry_run)
    if snapshot is None:
        transaction.set_rollback(True)
    else:
        _keep(actor, snapshot, last, rejections, report, merged)
    return report


def _keep(
    actor: Actor,
    snapshot: RegisterSnapshot,
    last: RegisterSnapshot | None,
    rejections: list[RegisterRejection],
    report: Report,
    merged: Merged,
) -> None:
    """The snapshot becomes the current one; of those before the previous nothing but the report stays.

    The same file once more is no new snapshot: the one before it stays the one to go back to.
    """
    again = last is not None and last.sha256 == report.sha256
    if again:
        RegisterChunk.objects.filter(snapshot=snapshot).delete()
    else:
        for old in RegisterSnapshot.objects.filter(state=SnapshotState.PREVIOUS):
            RegisterChunk.objects.filter(snapshot=old).delete()
            _switch(old, SnapshotState.PAST)
        if last is not None:
            _switch(last, SnapshotState.PREVIOUS)
    snapshot.sha256 = report.sha256
    snapshot.counts = report.as_dict()
    snapshot.imported_at = clock.now()
    snapshot.state = SnapshotState.PAST if again else SnapshotState.CURRENT
    snapshot.save()
    _note_rejections(snapshot, rejections)
    _tell_journal(actor, "register.imported", snapshot, merged)


def _switch(snapshot: RegisterSnapshot, state: SnapshotState) -> None:
    snapshot.state = state
    snapshot.save(update_fields=["state"])


def _tell_journal(actor: Actor, action: str, snapshot: RegisterSnapshot, merged: Merged) -> None:
    """One act for the whole, and one for each practitioner whose agendas it closes."""
    audit.record(actor, action, snapshot, **merged.as_dict())
    for person in Practitioner.objects.filter(pk__in=struck_with_agenda()).order_by("pk"):
        audit.record(actor, "register.struck_off", person, snapshot=snapshot.pk)


def _note_refusal(
    name: str, stamp: str, code: str, details: dict[str, Any], rejections: list[RegisterRejection]
) -> None:
    """For staff to see, once the import itself is taken back."""
    with transaction.atomic():
        snapshot = RegisterSnapshot.objects.create(
            file_name=name[:160],
            file_stamp=stamp,
            state=SnapshotState.REFUSED,
            refusal=code,
            counts={"refusal": details},
        )
        for one in rejections:
            one.pk = None
        _note_rejections(snapshot, rejections)


def _note_rejections(snapshot: RegisterSnapshot, rejections: list[RegisterRejection]) -> None:
    for one in rejections:
        one.snapshot = snapshot
    RegisterRejection.objects.bulk_create(rejections, batch_size=1_000)
    shown = RegisterSnapshot.objects.order_by("-started_at", "-pk").values("pk")[:REJECTIONS_SHOWN]
    RegisterRejection.objects.exclude(snapshot__in=list(shown.values_list("pk", flat=True))).delete()


def _communes() -> CommuneFinder:
    rows = Place.objects.values_list("insee", "sort_key", "postcodes", "parent_id", "population")
    finder = CommuneFinder(Known(insee, key, tuple(codes), parent, size) for insee, key, codes, parent, size in rows)
    if not len(finder):
        raise refused("no_reference")
    return finder


def _day(stamp: str) -> date:
    return date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]))


def _stay_alone() -> None:
    """Hold the lock of the register until the transaction ends. Raises `busy`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _LOCK)
        if not cursor.fetchone()[0]:
            raise refused("busy")
