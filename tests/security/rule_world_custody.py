"""The copies of data of the people of the rules."""

from datetime import timedelta
from typing import Any

from core import clock
from custody.models import DataArchive


def add_archives(world: Any) -> None:
    now = clock.now()
    world.rows[DataArchive] = {
        name: DataArchive.objects.create(user=world.users[name], created_at=now, expires_at=now + timedelta(hours=1))
        for name in ("alice", "charlie")
    }
