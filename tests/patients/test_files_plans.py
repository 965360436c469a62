"""The lookup over the fifty thousand files of one practice goes by an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.selectors.duplicates import likely_duplicates
from patients.selectors.files import find_records
from tests.desk import desk, statements

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

FILL = """
INSERT INTO patients_patientrecord (uid, practice_id, first_name, birth_name, used_name, name_key, birth_date, sex, email,
  phone, landline, phone_key, notes, linked_by, block_reason, imported_ref, created_at)
SELECT gen_random_uuid(), %s, first, last, '', last || ' ' || first, date '1930-01-01' + (n * 7919 %% 33000), 'F', '',
  '+336' || lpad((n * 7)::text, 8, '0'), '', '06' || lpad((n * 7)::text, 8, '0'), '', '', '', '', now()
FROM (SELECT n, (ARRAY['jean','marie','pierre','colette','lea','hugo','nathalie','ahmed'])[1 + n %% 8] AS first,
  (ARRAY['mar','lef','dup','ngu','ber','gar','rou','mor'])[1 + n / 8 %% 8]
  || (ARRAY['tin','evre','ont','yen','nard','cia','sseau','eau'])[1 + n / 64 %% 8]
  || chr(97 + n / 512 %% 26) || chr(97 + n / 13312 %% 26)
  AS last FROM generate_series(1, 50000) AS n) AS made
"""


TEXTS = ("martin colette", "moreaux hgo", "06 12 34", "12/03/1951", "884512", "zzzzzz")


def test_lookup_over_fifty_thousand_files_goes_by_an_index(desk, crowd):
    """Whatever is looked for. The files are made once for all of it."""
    for text in TEXTS:
        with CaptureQueriesContext(connection) as captured:
            find_records(desk.actor("anna"), text)
        plans = [plan_of(query["sql"]) for query in captured if "patients_patientrecord" in query["sql"]]

        assert plans, text
        assert [plan for plan in plans if "Seq Scan on patients_patientrecord" in plan] == [], text


def plan_of(statement):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_likely_duplicates_of_fifty_thousand_files_are_sought_in_one_statement(desk, crowd):
    found, count = statements(lambda: likely_duplicates(desk.actor("anna")))
    assert (count, found) == (1, [])


@pytest.fixture
def crowd(desk):
    with connection.cursor() as cursor:
        cursor.execute(FILL, [desk.practice.pk])
        cursor.execute("ANALYZE patients_patientrecord")
