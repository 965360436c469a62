"""The plans over well filled tables: the index that each read is made for is the one PostgreSQL takes.

Ids small enough for the smallest number, and too large for the usual one, must not change that: btree_gist compares a
bigint column with nothing but bigint, and a literal is as small as it can be.
"""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.calendar import _busy
from booking.search.facets import facets
from booking.search.names import by_beginnings, by_spelling, near_words
from booking.search.query import AVAILABILITY, SearchQuery
from booking.search.ranking import ranked_page
from booking.search.spelling import Spelling
from booking.services._write import live_holds
from core import clock
from core.access import Actor, Space
from practitioners.models import Specialty
from tests.directory import LILAS
from tests.security.world import undone

pytestmark = pytest.mark.django_db

SMALL, USUAL, LARGE = 7, 70_000, 5_000_000_000
IDS = [SMALL, USUAL, LARGE]


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """Tables that are filled once for these tests: they only read."""
    with django_db_blocker.unblock(), undone():
        _fill()
        yield


def _fill() -> None:
    """Thirty thousand listings around Les Lilas, as many words, nine thousand visits; no row they refer to."""
    with connection.cursor() as cursor:
        # Foreign keys are not what is measured.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """
            INSERT INTO booking_listing (id, agenda_id, practitioner_id, specialty_id, place_id, department, cell, latitude,
              longitude, northing, sector, languages, modes, wheelchair, new_patients, bookable, alone, next_start, refreshed_at)
            SELECT n, n, n, (%s::bigint[])[1 + n %% 20], '93045', '93',
              (floor(lat * 10) + 900)::int * 3600 + floor(lon * 10)::int + 1800, lat, lon,
              degrees(ln(tan(pi() / 4 + radians(lat) / 2))), 'c1', '{fr}', '{office}', false, true, true, true,
              CASE WHEN n %% 7 > 0 THEN now() + n * interval '1 minute' END, now()
            FROM (SELECT n, 48 + random() * 2 AS lat, 1.5 + random() * 2 AS lon FROM generate_series(1, 30000) n) AS spread
            """,
            [[*IDS, *range(101, 118)]],
        )
        cursor.execute(
            """
            INSERT INTO booking_listedword (practitioner_id, word, source)
            SELECT n, substr(md5(n::text), 1, 7), 'name' FROM generate_series(1, 30000) n
            """
        )
        cursor.execute(
            """
            INSERT INTO booking_listedname (name, listings)
            SELECT DISTINCT substr(md5(n::text), 1, 7), 1 FROM generate_series(1, 30000) n
            """
        )
        cursor.execute(
            """
            INSERT INTO booking_appointment (uid, agenda_id, practice_id, performer_id, visit_reason_id, specialty_id,
              record_id, start_at, end_at, status, overbooked, mode, reason_name, buffer_before_minutes,
              buffer_after_minutes, change_until_minutes, revision, channel, concealed, note, internal_note, answers, holder,
              holder_ip, renewed, cancelled_late, cancel_reason, created_at, updated_at)
            SELECT gen_random_uuid(), who, 1, who, 1, 1, n, '2026-01-01'::timestamptz + n * interval '1 hour',
              '2026-01-01'::timestamptz + n * interval '1 hour' + interval '20 minutes', 'booked', false, 'office', '', 0,
              0, 0, 0, 'web', false, '', '', '', '', '', false, false, '', now(), now()
            FROM unnest(%s::bigint[]) who, generate_series(1, 3000) n
            """,
            [IDS],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        for table in ("listing", "listedword", "listedname", "appointment"):
            cursor.execute(f"ANALYZE booking_{table}")


def plan_of(call, *values, **named) -> str:
    """The plan of the last statement that the call runs."""
    with CaptureQueriesContext(connection) as captured:
        call(*values, **named)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {captured.captured_queries[-1]['sql']}")
        return "\n".join(row[0] for row in cursor.fetchall())


def condition_of(plan: str, index: str) -> str:
    """What the index itself is asked."""
    return plan[plan.index(index) :].split("Filter")[0]


def around(specialty, **wanted) -> SearchQuery:
    return SearchQuery(specialty=specialty, latitude=LILAS[0], longitude=LILAS[1], **wanted)


def test_busy_time_is_read_by_the_btree_index(filled):
    for number in IDS:
        today = clock.now().date()
        plan = plan_of(_busy, [number, number + 1], today, today, clock.now(), None)

        assert "appointment_busy" in plan
        assert "Seq Scan" not in plan


def test_a_hold_and_those_that_are_over_are_read_by_an_index(filled):
    now = clock.now()
    for number in IDS:
        actor = Actor(user_id=number, space=Space.PATIENT, session="a visitor")

        plan = plan_of(live_holds, actor, performer=number, agenda=number, visit_reason=number, start=now, now=now)

        assert "appointment_" in plan, plan
        assert "Seq Scan" not in plan, plan


def test_busy_time_of_a_page_of_results_is_read_by_the_same_index(filled):
    day = date(2026, 3, 2)

    plan = plan_of(_busy, [*IDS, *range(101, 118)], day, day + timedelta(days=2), clock.now(), None)

    assert "appointment_busy" in plan
    assert "Seq Scan" not in plan


def test_people_are_counted_by_square_and_specialty(filled):
    for number in IDS:
        plan = plan_of(facets, around(Specialty(pk=number)), None)

        assert f"specialty_id = '{number}'::bigint" in condition_of(plan, "listing_cell_next"), plan
        assert "Seq Scan" not in plan


def test_nearest_first_reads_the_plane_with_specialty_and_circle_in_the_index(filled):
    for number in IDS:
        query = around(Specialty(pk=number))

        plan = plan_of(ranked_page, query, None, offset=0, size=20)

        assert "Index Scan using listing_near" in plan
        condition = condition_of(plan, "listing_near")
        assert f"specialty_id = '{number}'::bigint" in condition
        assert "<@" in condition
        assert "Seq Scan" not in plan


def test_first_free_first_takes_the_head_of_each_square(filled):
    for number in IDS:
        query = around(Specialty(pk=number), ordering=AVAILABILITY)

        plan = plan_of(ranked_page, query, None, offset=0, size=20)

        assert "Index Scan using listing_cell_next" in plan
        condition = condition_of(plan, "listing_cell_next")
        assert f"specialty_id = '{number}'::bigint" in condition
        assert "cell = " in condition
        assert "Seq Scan" not in plan
        # Those without a free hour follow, from the index of the plane: most of a city has none.
        nearest = condition_of(plan, "listing_near")
        assert f"specialty_id = '{number}'::bigint" in nearest


def test_without_specialty_or_place_other_indexes_serve(filled):
    near = plan_of(ranked_page, around(None), None, offset=0, size=20)
    soon = plan_of(ranked_page, around(None, ordering=AVAILABILITY), None, offset=0, size=20)
    everywhere = plan_of(ranked_page, SearchQuery(specialty=Specialty(pk=7)), None, offset=0, size=20)

    assert "Index Scan using listing_anynear" in near
    assert "Order By: (point(longitude, northing) <->" in near
    assert "Index Scan using listing_anycell_next" in soon
    assert "Index Scan using listing_specialty_next" in everywhere


def test_names_are_found_by_prefix_and_by_likeness(filled):
    query = SearchQuery(words=("c4ca42",))

    begun = plan_of(ranked_page, query, by_beginnings(query.words), offset=0, size=20)
    slipped = plan_of(near_words, "c4ca42")
    alike = plan_of(near_words, "c4ca4xxx")

    assert "listed_word_prefix" in begun
    assert "Seq Scan" not in begun
    assert "listed_name_slips" in slipped
    assert "listed_name_typos" in alike
    assert "Seq Scan" not in slipped + alike


def test_a_name_with_slips_reads_its_bearers_by_the_word(filled):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM booking_listedname ORDER BY name LIMIT 1 OFFSET 900")
        name = cursor.fetchone()[0]
    slip = name[:2] + name[3:] + "z"

    plan = plan_of(
        ranked_page, SearchQuery(words=(slip,)), by_spelling([Spelling(slip, False, (name,))]), offset=0, size=20
    )

    assert "listed_word_prefix" in plan
    assert "Seq Scan" not in plan
