"""What the declaration of an address says to each person, without a request: most cells of the table are refused there.

`tests/security/test_matrix.py` asks one of them of each line over HTTP too, and finds the same word.
"""

from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import resolve, reverse

from core.access import Actor, access, spaces
from core.access.decision import Verdict, decide
from core.access.declarations import Spec, has_handler, view_class_of
from core.access.identify import actor_of
from tests.security.matrix import PROGRAMS, Line
from tests.security.world import ROLES, World

WORDS = {
    Verdict.SIGN_IN: "login",
    Verdict.WRONG_SPACE: "403",
    Verdict.HIDDEN: "404",
    Verdict.SECOND_FACTOR: "factor",
    Verdict.WRONG_METHOD: "405",
}


# The same refusals, as the views of the API say them.
API_WORDS = {**WORDS, Verdict.SIGN_IN: "401", Verdict.SECOND_FACTOR: "403"}


class Door:
    """The decision at the door of pages and of the API, made once for each person rather than once for each request."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.session = cache(lambda role: world.client(role).session)
        self.actor = cache(self._actor)
        self.choices = cache(self._choices)

    def refusal(self, role: str, line: Line) -> str | None:
        """The word of the table for what the door refuses; None where the answer is left to the view."""
        return self.refusal_at(role, reverse(line.url, kwargs=self.world.targets[line.target].kwargs), line.method)

    def refusal_at(self, role: str, path: str, method: str) -> str | None:
        """The same for a path. Raises Resolver404 where there is no address."""
        match = resolve(path)
        spec, view_class = access.spec_of(match.func, match.view_name), view_class_of(match.func)
        if spec is None or spec.public or (view_class is not None and not has_handler(view_class, method)):
            return None
        own = getattr(view_class, "checks_access", False)
        if path.startswith(PROGRAMS) != own:
            return None
        actor = self._actor(role, spec) if own else self.actor(role)
        verdict = decide(spec, actor, method, lambda: self.choices(role, frozenset(spec.spaces)))
        if own:
            return API_WORDS.get(verdict)
        if verdict is Verdict.SECOND_FACTOR and not ROLES[role][0].startswith("practice"):
            return "302"
        return WORDS.get(verdict)

    def _user(self, role: str) -> Any:
        return AnonymousUser() if role == "anonymous" else self.world.users[role]

    def _actor(self, role: str, spec: Spec | None = None) -> Actor:
        return actor_of(self._user(role), self.session(role), ip="127.0.0.1", spec=spec)

    def _choices(self, role: str, wanted: frozenset) -> bool:
        return bool(spaces.choices_of(self._user(role), wanted))
