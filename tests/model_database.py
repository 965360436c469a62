"""The database as the migrations make it, kept by the server under their checksum; those of the tests are copies of it.

Migrating takes twenty seconds, copying a fraction of one. Whoever comes first after a migration changed makes it and leaves
a copy; the others wait for them.
"""

from contextlib import ExitStack

from django.db import connection
from django.db.backends.utils import CursorWrapper

from script.servers.pytest_plugin import digest_of_migrations

PREFIX = "test_model_"
# Any number, the same for all who make databases on this server.
LOCK = 20_511_893


class ModelDatabase:
    """Used around the making of one database of tests: `begin` before it, `end` after it."""

    def __init__(self, digest: str | None = None) -> None:
        self.name = PREFIX + (digest or digest_of_migrations())[:24]
        self._held = ExitStack()
        self._cursor: CursorWrapper

    def begin(self) -> None:
        """Waits for whoever is here already, and has the database copied from the model if there is one."""
        self._cursor = self._held.enter_context(connection.creation._nodb_cursor())
        self._cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        self._held.callback(self._cursor.execute, "SELECT pg_advisory_unlock(%s)", [LOCK])
        self.is_there = self.name in self._kept()
        if self.is_there:
            # Without its migrations, each application has its tables made where they are missing: none is.
            connection.settings_dict["TEST"] |= {"TEMPLATE": self.name, "MIGRATE": False}

    def end(self) -> None:
        """Keeps the database that was just made as the model, in place of those of other migrations."""
        if not self.is_there:
            made = connection.settings_dict["NAME"]
            connection.close()
            self._keep(made)
        self.let_go()

    def let_go(self) -> None:
        """The next one may begin."""
        self._held.close()

    def _keep(self, made: str) -> None:
        for old in self._kept():
            self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
        # Under another name until it is whole.
        unfinished = f"{PREFIX}unfinished"
        self._do("CREATE DATABASE {} TEMPLATE {}", unfinished, made)
        self._do("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", unfinished)
        self._do("ALTER DATABASE {} RENAME TO {}", unfinished, self.name)

    def _kept(self) -> list[str]:
        self._cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return [name for (name,) in self._cursor.fetchall()]

    def _do(self, statement: str, *names: str) -> None:
        self._cursor.execute(statement.format(*map(connection.ops.quote_name, names)))
