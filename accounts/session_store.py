"""Sessions in the database, read by one statement that is made and planned once: each page of an account begins with it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from core.compiled import CompiledQuery

# Marks in the place of values.
_KEY, _NOW = "key of nobody", datetime(1, 1, 1, tzinfo=UTC)


class SessionStore(DatabaseSessionStore):
    """Django's own; only the reading of a session is quicker."""

    def _get_session_from_db(self) -> Session | None:
        """The row of this key while it is not over; without one the key is forgotten, as Django does."""
        found = next(iter(_session().fetch({_KEY: self.session_key, _NOW: timezone.now()}, connection)), None)
        if found is None:
            self._session_key = None
        return found


@lru_cache(maxsize=1)
def _session() -> CompiledQuery[Session]:
    return CompiledQuery(Session.objects.filter(session_key=_KEY, expire_date__gt=_NOW))
