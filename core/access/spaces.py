"""Which space a user may act in. Apps above register how a name such as `practice:<uid>` becomes a practice."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.access.actors import Space

Resolver = Callable[[int, str | None], int | None]
Choices = Callable[[int], Sequence[tuple[str, str]]]

# The spaces of the staff, and what an account needs to enter each.
STAFF = {Space.PLATFORM: "is_platform_staff", Space.BILLING: "is_billing_staff"}

_resolvers: dict[Space, Resolver] = {}
_choices: dict[Space, Choices] = {}


@dataclass(frozen=True, slots=True)
class SpaceChoice:
    """A space the user may switch to: `value` as kept in the session, `label` for people (empty: the space's own name)."""

    value: str
    space: Space
    label: str = ""


def register_space(space: Space, resolver: Resolver, choices: Choices | None = None) -> None:
    """Says how a reference inside a space becomes an id.

    `resolver(user_id, ref)` returns the id of the practice when the user is an active member of it today, else None;
    with ref None, the id of the only practice, or None when there are none or several. `choices(user_id)` lists
    (ref, label) of the active ones.
    """
    _resolvers[space] = resolver
    if choices is not None:
        _choices[space] = choices


def resolve(user: Any, wanted: str) -> tuple[Space, int | None] | None:
    """The space named by `patient`, `platform`, `billing` or `practice:<ref>`, the practice's id; None when it is not theirs."""
    name, _, ref = wanted.partition(":")
    if name == Space.PATIENT and not ref:
        return Space.PATIENT, None
    if name in STAFF and not ref:
        return (Space(name), None) if getattr(user, STAFF[Space(name)], False) else None
    if name == Space.PRACTICE and ref and Space.PRACTICE in _resolvers:
        practice_id = _resolvers[Space.PRACTICE](user.pk, ref)
        return (Space.PRACTICE, practice_id) if practice_id is not None else None
    return None


def only_practice(user: Any) -> tuple[Space, int] | None:
    """The practice space of a user who is active in exactly one practice."""
    resolver = _resolvers.get(Space.PRACTICE)
    practice_id = resolver(user.pk, None) if resolver else None
    return (Space.PRACTICE, practice_id) if practice_id is not None else None


def choices_of(user: Any, spaces: Iterable[Space] = tuple(Space)) -> list[SpaceChoice]:
    """The spaces, among those given, that the user may act in now."""
    wanted = set(spaces)
    found = []
    if Space.PATIENT in wanted:
        found.append(SpaceChoice(Space.PATIENT, Space.PATIENT))
    if Space.PRACTICE in wanted and Space.PRACTICE in _choices:
        found += [
            SpaceChoice(f"{Space.PRACTICE}:{ref}", Space.PRACTICE, label)
            for ref, label in _choices[Space.PRACTICE](user.pk)
        ]
    found += [
        SpaceChoice(space, space) for space, flag in STAFF.items() if space in wanted and getattr(user, flag, False)
    ]
    return found
