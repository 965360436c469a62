"""Who of many people keeps an agenda here."""

from __future__ import annotations

from django.db import connection

from practitioners.enums import VerificationState
from practitioners.models import Agenda, Practitioner


def joined_of(relation: str) -> list[int]:
    """The published practitioners with an agenda among a table of this connection with a column `practitioner_id`."""
    sql = f"""
        SELECT p.id FROM {Practitioner._meta.db_table} p
        WHERE p.verification = %s AND EXISTS (SELECT FROM {Agenda._meta.db_table} a WHERE a.practitioner_id = p.id)
          AND p.id IN (SELECT practitioner_id FROM {connection.ops.quote_name(relation)}) ORDER BY p.id"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [VerificationState.PUBLISHED])
        return [row[0] for row in cursor.fetchall()]
