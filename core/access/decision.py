"""Compares a declaration with an actor. It knows nothing of HTTP: pages and API each translate the verdict."""

from collections.abc import Callable
from enum import Enum, auto

from core.access.actors import Actor
from core.access.declarations import Spec


class Verdict(Enum):
    GRANTED = auto()
    SIGN_IN = auto()
    WRONG_SPACE = auto()  # you, but not in this space
    HIDDEN = auto()  # no space of yours leads here: not there
    SECOND_FACTOR = auto()
    WRONG_METHOD = auto()


def decide(spec: Spec, actor: Actor, method: str, may_switch: Callable[[], bool]) -> Verdict:
    """The verdict for this request; `may_switch` tells whether one of the user's other spaces is admitted."""
    if spec.public:
        return Verdict.GRANTED if spec.admits_method(method) else Verdict.WRONG_METHOD
    if actor.user_id is None:
        return Verdict.SIGN_IN
    if actor.space not in spec.spaces:
        return Verdict.WRONG_SPACE if may_switch() else Verdict.HIDDEN
    if spec.asks_second_factor(actor.space) and not actor.strong:
        return Verdict.SECOND_FACTOR
    if not spec.admits_method(method):
        return Verdict.WRONG_METHOD
    return Verdict.GRANTED
