"""The plans of the reads behind free hours: by index, whatever the size of the ids and however many are asked for.

What the directory reads is in `tests/booking/search/test_plans.py`.
"""

import re
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.calendar import _closings, load_openings
from booking.selectors.offers import _one_offer, _shown_offers_of
from core import clock
from core.prepared import PreparedCursor
from tests.factories import AgendaFactory

pytestmark = pytest.mark.django_db

# Ids that fit the smallest number, the usual one, and neither.
SMALL, USUAL, LARGE = 7, 70_000, 5_000_000_000
IDS = [SMALL, USUAL, LARGE]
MANY = [*IDS, *range(101, 118)]


@pytest.fixture
def filled():
    """Twelve thousand rules of each kind, and as many offers, around the ids asked for; no row they refer to."""
    AgendaFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, more, values in (
            ("openinghours", ", accepts_all_reasons, open_on_holidays", ", true, false"),
            ("absence", ", label, source", ", '', ''"),
        ):
            cursor.execute(
                f"""
                INSERT INTO booking_{table} (uid, agenda_id, frequency, starts_on, "interval", weekdays, excluded_on,
                  start_time, end_time, span_days, created_at{more})
                SELECT gen_random_uuid(), (%s::bigint[])[1 + n %% 3] + n / 30 * 1000, 'weekly', '2020-01-06', 1, '{{1}}',
                  '{{}}', '09:00', '12:00', 0, now(){values}
                FROM generate_series(0, 11999) AS n
                """,
                [IDS],
            )
        cursor.execute(
            """
            INSERT INTO practitioners_agendareason (id, uid, agenda_id, visit_reason_id, duration_minutes, step_minutes,
              buffer_before_minutes, buffer_after_minutes, notice_minutes, horizon_days, change_until_minutes, modes,
              audience, online)
            SELECT (%s::bigint[])[1 + n %% 3] + n / 3, gen_random_uuid(), n, n, 20, 20, 0, 0, 60, 90, 240, '{office}',
              'everyone', true
            FROM generate_series(1000, 12999) AS n
            """,
            [IDS],
        )
        cursor.execute(
            """
            INSERT INTO practitioners_visitreason (uid, practice_id, specialty_id, name, before_booking, instructions,
              discretion, tint, position)
            SELECT gen_random_uuid(), 1, 1, '', '', '', 'normal', 1, 1 FROM generate_series(1, 12000)
            """
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(
            "ANALYZE booking_openinghours, booking_absence, practitioners_agendareason, practitioners_visitreason"
        )


def plan_of(call, *values) -> str:
    """The plan of the one statement that the call runs."""
    with CaptureQueriesContext(connection) as captured:
        call(*values)
    (statement,) = captured.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement['sql']}")
        return "\n".join(row[0] for row in cursor.fetchall())


def kept_plan_of(call, *values) -> str:
    """The plan that the server keeps for any values once the statement has been run a few times."""
    asked = []
    plain = PreparedCursor.execute

    def noted(cursor, statement, parameters=None, **options):
        asked.append((statement, parameters))
        return plain(cursor, statement, parameters, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PreparedCursor, "execute", noted)
        call(*values)
    ((statement, parameters),) = asked
    numbers = count(1)
    with connection.cursor() as cursor:
        cursor.execute("PREPARE kept AS " + re.sub("%s", lambda mark: f"${next(numbers)}", statement))
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"EXPLAIN EXECUTE kept({', '.join(['%s'] * len(parameters))})", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("DEALLOCATE kept")
        cursor.execute("SET LOCAL plan_cache_mode = auto")
    return plan


@pytest.mark.parametrize("asked", [[SMALL], [USUAL], [LARGE], MANY], ids=["small", "usual", "large", "many"])
@pytest.mark.parametrize(
    ("read", "table"), [(load_openings, "openinghours"), (_closings, "absence")], ids=["openings", "absences"]
)
def test_rules_of_agendas_are_read_by_their_index(filled, read, table, asked):
    today = clock.now().date()

    for plan in plan_of(read, asked, today, today), kept_plan_of(read, asked, today, today):
        assert f"booking_{table}_agenda_id" in plan, plan
        assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize("number", IDS, ids=["small", "usual", "large"])
def test_an_offer_is_read_again_by_its_key(filled, number):
    def read():
        return _one_offer().fetch({-1: number})

    for plan in plan_of(read), kept_plan_of(read):
        assert "practitioners_agendareason_pkey" in plan, plan
        assert "Seq Scan on practitioners_agendareason" not in plan, plan


@pytest.mark.parametrize("agendas", [None, 1, 20])
def test_offers_of_a_reason_are_found_from_the_reason(filled, agendas):
    wanted = None if agendas is None else [uuid4() for _ in range(agendas)]

    for plan in plan_of(_shown_offers_of, uuid4(), wanted), kept_plan_of(_shown_offers_of, uuid4(), wanted):
        assert "practitioners_visitreason_uid" in plan or "practitioners_agenda_uid" in plan, plan
        for table in ("practitioners_agendareason", "practitioners_visitreason"):
            assert f"Seq Scan on {table}" not in plan, plan
