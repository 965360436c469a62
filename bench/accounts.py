"""Session tokens of the loaded accounts, as if each had signed in; the same ones in every database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import get_random_string

from accounts.models import User
from bench.databases import connect
from core import clock

BACKEND = "accounts.auth_backend.AccountBackend"
# What `people.sql` gives to every account.
NO_PASSWORD = "!"


def sign_in(count: int, databases: Iterable[str]) -> list[str]:
    """One token per account, in order of accounts, from number 1 on."""
    proof = User(password=NO_PASSWORD).get_session_auth_hash()
    store, until = SessionStore(), clock.now() + timedelta(hours=12)
    rows = []
    for number in range(1, count + 1):
        content = {SESSION_KEY: str(number), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: proof}
        rows.append((get_random_string(32), store.encode(content), until))
    for database in databases:
        with connect(database) as connection, connection.cursor() as cursor:
            with cursor.copy("COPY django_session (session_key, session_data, expire_date) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("ANALYZE django_session")
    return [token for token, _, _ in rows]
