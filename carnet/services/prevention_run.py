"""The daily pass over everybody who agreed to be told: cut in chunks once, each chunk done once, whatever dies between.

A chunk reads the people whose ids are in its range, asks the engine, and writes what is new in one transaction with its
own end: a chunk whose worker was killed left nothing, and is taken over as any job of the outbox. What was told for a
window of a rule is in `PreventionNotice` and is never told again; an account has one digest a month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import structlog
from django.db import connection, transaction

from carnet.messages_prevention import DIGEST, subject_of
from carnet.models.campaign import PreventionChunk, PreventionDigest, PreventionNotice, PreventionRun
from carnet.selectors.digest import calls_of, open_consents
from carnet.selectors.facts import booked_reasons, facts_of_many
from core import audit, clock
from core.access import system_actor
from core.jobs import enqueue
from notifications.enums import ChannelName
from notifications.services import notify_many
from patients.majority import PARIS
from patients.models import Patient

logger = structlog.get_logger(__name__)

# Ids in a chunk: a second or two of work, far under the minute that a job may last.
CHUNK = 2_000
CHUNK_JOB, END_JOB = "carnet.prevention_chunk", "carnet.end_prevention_run"
# A message not sent after so long speaks of another month.
LIFE = timedelta(days=7)
# Two digests are at least this far apart, so that the last day of a month and the first of the next are not two messages.
BETWEEN = timedelta(days=28)
_Line = tuple[int, int, str, date]


def start_run(day: date | None = None, *, size: int = CHUNK) -> PreventionRun:
    """Cut the pass of a day (today in Paris) into chunks and enqueue them. Starting it again adds nothing."""
    with transaction.atomic():
        run, fresh = PreventionRun.objects.get_or_create(day=day or clock.today(PARIS))
        PreventionRun.objects.select_for_update().get(pk=run.pk)
        if fresh:
            PreventionChunk.objects.bulk_create(
                PreventionChunk(run=run, after_id=after, upto_id=upto) for after, upto in _cuts(size)
            )
            audit.record(system_actor("prevention"), "carnet.start_prevention_run", run)
        for chunk in PreventionChunk.objects.filter(run=run, done_at__isnull=True).order_by("pk"):
            enqueue(CHUNK_JOB, unique=f"{CHUNK_JOB}:{chunk.pk}", chunk_id=chunk.pk)
        enqueue(END_JOB, unique=f"{END_JOB}:{run.pk}", run_id=run.pk)
    return run


def do_chunk(chunk_id: int) -> bool:
    """Do one chunk; False when it was done already. The caller's transaction, or its own, holds all of it."""
    with transaction.atomic():
        chunk = PreventionChunk.objects.select_for_update().get(pk=chunk_id)
        if chunk.done_at is not None:
            return False
        day = PreventionRun.objects.values_list("day", flat=True).get(pk=chunk.run_id)
        chunk.people, chunk.digests = tell(day, after_id=chunk.after_id, upto_id=chunk.upto_id)
        chunk.done_at = clock.now()
        chunk.save(update_fields=["people", "digests", "done_at"])
        run_id = chunk.run_id
        enqueue(END_JOB, unique=f"{END_JOB}:{run_id}", run_id=run_id)
    return True


def end_run(run_id: int) -> bool:
    """Close the pass when every chunk is done; True when it is closed."""
    with transaction.atomic():
        run = PreventionRun.objects.select_for_update().get(pk=run_id)
        if run.finished_at is None and not PreventionChunk.objects.filter(run=run, done_at__isnull=True).exists():
            run.finished_at = clock.now()
            run.save(update_fields=["finished_at"])
            logger.info("prevention_run_ended", day=run.day.isoformat())
    return run.finished_at is not None


def tell(day: date, *, after_id: int, upto_id: int) -> tuple[int, int]:
    """Write the digests of the people of a range, inside the caller's transaction: (people looked at, digests written)."""
    themes: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    consents = open_consents(day).filter(patient_id__gt=after_id, patient_id__lte=upto_id)
    for patient, user, theme in consents.values_list("patient_id", "user_id", "theme"):
        themes[patient][user].add(theme)
    if not themes:
        return 0, 0
    people = list(Patient.objects.filter(pk__in=themes).only("pk", "birth_date", "sex"))
    facts, visits = facts_of_many(people), booked_reasons(themes)
    lines = [
        (user, person.pk, found.rule.code, found.window.opens)
        for person in people
        for user, agreed in themes[person.pk].items()
        for found in calls_of(facts[person.pk], agreed, visits.get(person.pk, ()), day)
        if found.window is not None
    ]
    return len(people), _write(day, lines)


def _write(day: date, lines: Sequence[_Line]) -> int:
    """The digests and notices of these lines; those told before are left out. Returns how many digests are new."""
    fresh = _untold(lines)
    asked = {user for user, *_rest in fresh}
    users = sorted(asked - _told_lately(day, asked))
    if not users:
        return 0
    month = day.replace(day=1)
    # A second pass, or a chunk that holds another person of the same account, waits here and then sees this digest.
    PreventionDigest.objects.bulk_create(
        [PreventionDigest(user_id=user, month=month) for user in users], ignore_conflicts=True
    )
    found = PreventionDigest.objects.filter(user__in=users, month=month)
    digests = {one.user_id: one for one in found}
    notices = [
        PreventionNotice(digest=digests[user], user_id=user, patient_id=patient, code=code, opens_on=opens)
        for user, patient, code, opens in fresh
        if user in digests
    ]
    PreventionNotice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=1_000)
    told = [digests[user] for user in sorted({notice.user_id for notice in notices})]
    until = clock.now() + LIFE
    notify_many(
        {
            "kind": DIGEST,
            "channel": channel,
            "subject": subject_of(digest),
            "user_id": digest.user_id,
            "expires_at": until,
        }
        for digest in told
        for channel in (ChannelName.BELL, ChannelName.EMAIL)
    )
    return len(told)


def _told_lately(day: date, users: Iterable[int]) -> set[int]:
    """Those whom a pass of an earlier day told something this month, or less than four weeks ago."""
    since = min(day.replace(day=1), day - BETWEEN)
    found = PreventionDigest.objects.filter(
        user__in=list(users), created_at__gte=clock.instant(clock.day_start(since, PARIS))
    )
    return {user for user, at in found.values_list("user_id", "created_at") if clock.local_date(at, PARIS) < day}


def _untold(lines: Sequence[_Line]) -> list[_Line]:
    patients = sorted({patient for _user, patient, *_rest in lines})
    told = set(
        PreventionNotice.objects.filter(patient__in=patients).values_list("user_id", "patient_id", "code", "opens_on")
    )
    return [line for line in lines if line not in told]


def _cuts(size: int) -> list[tuple[int, int]]:
    """Ranges (after, up to] that hold `size` people each, the last one fewer: one walk along the primary key."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT max(id) FROM (
                SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS part FROM patients_patient
            ) AS numbered GROUP BY part ORDER BY part
            """,
            [size],
        )
        ends = [int(row[0]) for row in cursor.fetchall()]
    return list(zip([0, *ends[:-1]], ends, strict=True))
