"""The life of a subscription as one table. Pure: what an event leads to, and what may happen now."""

from __future__ import annotations

from enum import StrEnum

from billing.enums import SubscriptionState as State


class Event(StrEnum):
    """What happens to a subscription."""

    TRIAL_OVER = "trial_over"
    FALL_BEHIND = "fall_behind"
    SETTLE = "settle"
    PAUSE = "pause"
    RESUME = "resume"
    RESUME_IN_TRIAL = "resume_in_trial"
    END = "end"
    COME_BACK = "come_back"
    COME_BACK_IN_TRIAL = "come_back_in_trial"


TRANSITIONS: dict[tuple[str, str], str] = {
    (State.TRIALING, Event.TRIAL_OVER): State.ACTIVE,
    (State.TRIALING, Event.PAUSE): State.PAUSED,
    (State.ACTIVE, Event.FALL_BEHIND): State.PAST_DUE,
    (State.ACTIVE, Event.PAUSE): State.PAUSED,
    (State.PAUSED, Event.RESUME): State.ACTIVE,
    (State.PAUSED, Event.RESUME_IN_TRIAL): State.TRIALING,
    # An invoice from before the pause may fall due during it: the debt is what is shown.
    (State.PAUSED, Event.FALL_BEHIND): State.PAST_DUE,
    (State.PAST_DUE, Event.SETTLE): State.ACTIVE,
    (State.TRIALING, Event.END): State.CANCELLED,
    (State.ACTIVE, Event.END): State.CANCELLED,
    (State.PAST_DUE, Event.END): State.CANCELLED,
    (State.PAUSED, Event.END): State.CANCELLED,
    (State.CANCELLED, Event.COME_BACK): State.ACTIVE,
    # The trial is given once: who left during it comes back to what is left of it.
    (State.CANCELLED, Event.COME_BACK_IN_TRIAL): State.TRIALING,
}


def may(state: str, event: str) -> bool:
    """Whether the event means something in this state."""
    return (state, event) in TRANSITIONS


def step(state: str, event: str) -> str:
    """The state that the event leads to. Raises LookupError when it means nothing here."""
    return TRANSITIONS[state, event]
