"""Who acts: a person in one space, an anonymous visitor, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum


class Space(StrEnum):
    """Where a session acts. Rights of two spaces never add up."""

    PATIENT = "patient"
    PRACTICE = "practice"
    PLATFORM = "platform"
    BILLING = "billing"


@dataclass(frozen=True, slots=True)
class Actor:
    """The subject of every rule, derived again at each request.

    `user_id` is None for visitors and for the system. `practice_id` is set in the practice space only. `strong`: a second
    factor was given in this session. `session`: an opaque mark of the visitor's session (64 hexadecimal characters, or
    empty), which survives signing in; it identifies the holder of a slot before there is an account. `name` is set for
    the system only.
    """

    user_id: int | None
    space: Space | None
    practice_id: int | None = None
    strong: bool = False
    session: str = ""
    ip: str = ""
    name: str = ""

    @property
    def is_anonymous(self) -> bool:
        return self.user_id is None and not self.name

    @property
    def is_system(self) -> bool:
        return bool(self.name)


ANONYMOUS = Actor(user_id=None, space=None)


def system_actor(name: str) -> Actor:
    """The actor of work nobody asked for in person: jobs, commands. Never made from a request."""
    if not name:
        raise ValueError("The system acts under a name")
    return Actor(user_id=None, space=None, name=name)
