"""The life of a subscription: every pair of state and event, allowed or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.enums import SubscriptionState as State
from billing.machine import TRANSITIONS, Event, may, step


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_step_allows_what_is_declared_and_refuses_the_rest(state, event):
    if (state, event) in TRANSITIONS:
        assert may(state, event)
        assert step(state, event) in State.values
    else:
        assert not may(state, event)
        with pytest.raises(LookupError):
            step(state, event)


@given(st.lists(st.sampled_from(list(Event)), max_size=30))
def test_only_a_new_subscription_leads_out_of_cancelled(path):
    state = State.TRIALING
    for event in path:
        if may(state, event):
            before, state = state, step(state, event)
            assert before != State.CANCELLED or event in (Event.COME_BACK, Event.COME_BACK_IN_TRIAL)


def test_every_state_is_reached_and_may_end():
    reached = {State.TRIALING, *TRANSITIONS.values()}

    assert reached == set(State)
    assert all(may(state, Event.END) for state in State if state != State.CANCELLED)
