"""The settings load, and say what is wrong with the environment."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_database_folds_accents():
    with connection.cursor() as cursor:
        cursor.execute("SELECT upper('é'), 'Éric' ILIKE 'éric'")
        assert cursor.fetchone() == ("É", True)
