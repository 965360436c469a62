"""The monthly pass of prevention: people a second, beside the floor of reading those rows by key and inserting as many.

PREVENTION_PEOPLE says how many people agreed to be told (100,000; a million for a country). A chunk is timed as its job
runs it; the floor reads the same ids from the people's table in the same ranges and inserts one bare row a message.
"""

from __future__ import annotations

import os
import time

from django.db import connection

from bench.report import spread
from bench.row import Row
from bench.run import Run, Unexpected
from carnet.models import PreventionChunk, PreventionDigest
from carnet.services import prevention_run
from core import clock
from notifications.models import Message
from patients.majority import PARIS
from patients.models import Patient

GOAL = 15
PEOPLE = {"country": 1_000_000}
USUAL = 100_000

# Of every age; one in three has a dose and one in three a screening noted.
FILL = """
WITH accounts AS (
    INSERT INTO accounts_user (password, is_superuser, uid, email, display_name, language, theme, is_active, is_staff,
        is_platform_staff, is_billing_staff, date_joined)
    SELECT '!', false, gen_random_uuid(), 'prevention' || n || '@bench.example', '', 'fr', 'auto', true, false, false, false,
        now() FROM generate_series(1, %(people)s) AS n RETURNING id
), people AS (
    INSERT INTO patients_patient (uid, user_id, first_name, birth_name, used_name, birth_date, sex, created_at)
    SELECT gen_random_uuid(), id, 'Alice', 'Moreau', '', current_date - (6600 + (id * 37) %% 24000)::int,
        CASE WHEN id %% 2 = 0 THEN 'F' ELSE 'M' END, now() FROM accounts RETURNING id, user_id
), doses AS (
    INSERT INTO carnet_vaccination (uid, patient_id, vaccine, given_on, proof, lot, given_by, revision, created_at)
    SELECT gen_random_uuid(), id, 'dtp', current_date - (id %% 6000)::int, 'declared', '', '', 1, now()
    FROM people WHERE id %% 3 = 0
), acts AS (
    INSERT INTO carnet_preventionact (uid, patient_id, code, done_on, proof, created_at)
    SELECT gen_random_uuid(), id, 'DEP-COLON', current_date - (id %% 900)::int, 'declared', now()
    FROM people WHERE id %% 3 = 1
)
INSERT INTO carnet_preventionconsent (patient_id, user_id, theme, text_version, given_at)
SELECT id, user_id, theme, 'bench', now() FROM people, unnest(ARRAY['vaccines', 'cancers', 'checkups']) AS theme
"""


def measure(run: Run) -> None:
    """The whole pass, chunk after chunk in one process, and the floor over the same ranges."""
    people = int(os.environ.get("PREVENTION_PEOPLE", PEOPLE.get(run.scale.name, USUAL)))
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"people": people})
        cursor.execute("ANALYZE patients_patient, carnet_preventionconsent, carnet_vaccination, carnet_preventionact")
    day = clock.today(PARIS)
    began = time.perf_counter()
    started = prevention_run.start_run(day)
    cutting = time.perf_counter() - began
    times = []
    for pk in PreventionChunk.objects.filter(run=started).order_by("pk").values_list("pk", flat=True):
        began = time.perf_counter()
        prevention_run.do_chunk(pk)
        times.append(time.perf_counter() - began)
    prevention_run.end_run(started.pk)
    told = PreventionDigest.objects.count()
    if not told or PreventionChunk.objects.filter(done_at__isnull=True).exists():
        raise Unexpected("the pass told nobody, or did not end")
    looked = sum(PreventionChunk.objects.filter(run=started).values_list("people", flat=True))
    floor = _floor(started.pk)
    whole = sum(times)
    run.report.note(
        "prevention",
        {
            "people": looked,
            "digests": told,
            "messages": Message.objects.filter(subject__startswith="prevention_digest:").count(),
            "cutting_s": round(cutting, 2),
            "whole_s": round(whole, 2),
            "people_per_second": round(looked / whole),
            "floor_people_per_second": round(looked / floor),
            "chunk_ms": spread([one * 1000 for one in times]),
        },
    )
    run.report.tell(GOAL, f"prevention: people a second, one process ({looked} who agreed)", looked / whole)
    run.report.tell(GOAL, "prevention: time of the pass / floor", whole / floor)
    run.report.tell(GOAL, "prevention: longest chunk (s)", max(times), 60)


def _floor(run_id: int) -> float:
    """The same ranges read by key, and as many bare rows inserted as messages were written; seconds."""
    began = time.perf_counter()
    for chunk in PreventionChunk.objects.filter(run=run_id).order_by("pk"):
        ids = Patient.objects.filter(pk__gt=chunk.after_id, pk__lte=chunk.upto_id)
        list(ids.values_list("pk", "birth_date", "sex"))
        now = clock.now()
        Row._default_manager.bulk_create(
            [Row(agenda_id=0, start_at=now, label="message") for _ in range(2 * chunk.digests)]
        )
    return time.perf_counter() - began
