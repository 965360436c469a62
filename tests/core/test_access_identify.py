"""From user, session and wished space to an actor."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from core.access import Space, access, choices_of, register_space, spaces
from core.access.identify import actor_of, holder_mark, is_strong, mark_holder
from core.exceptions import DomainError

PRACTICES = {"lilas": 11, "diallo": 22}


@pytest.fixture(autouse=True)
def _practices(monkeypatch):
    """User 7 is a member of the Lilas, user 8 of both, user 9 of none."""
    members = {7: ["lilas"], 8: ["lilas", "diallo"], 9: []}

    def resolver(user_id, ref):
        mine = members[user_id]
        if ref is None:
            return PRACTICES[mine[0]] if len(mine) == 1 else None
        return PRACTICES[ref] if ref in mine else None

    monkeypatch.setattr(spaces, "_resolvers", {})
    monkeypatch.setattr(spaces, "_choices", {})
    register_space(Space.PRACTICE, resolver, lambda user_id: [(ref, ref.title()) for ref in members[user_id]])


def user(pk=7, *, staff=False, billing=False):
    return SimpleNamespace(pk=pk, is_authenticated=True, is_platform_staff=staff, is_billing_staff=billing)


def actor(who=None, session=None, **kwargs):
    return actor_of(who or user(), session or {}, ip="192.0.2.1", **kwargs)


def test_visitors_have_no_space():
    found = actor(AnonymousUser(), {"space": "platform"})

    assert (found.user_id, found.space, found.ip) == (None, None, "192.0.2.1")


def test_without_a_choice_one_acts_as_a_patient():
    assert actor().space is Space.PATIENT


def test_the_session_keeps_the_space():
    found = actor(session={"space": "practice:lilas"})

    assert (found.space, found.practice_id) == (Space.PRACTICE, 11)


@pytest.mark.parametrize("kept", ["practice:diallo", "practice:", "practice", "platform", "patient:x", "moon", 3])
def test_a_space_that_is_not_ones_own_is_forgotten(kept):
    found = actor(session={"space": kept})

    assert (found.space, found.practice_id) == (Space.PATIENT, None)


def test_the_platform_is_for_its_staff():
    assert actor(user(staff=True), {"space": "platform"}).space is Space.PLATFORM


def test_billing_is_for_its_staff_and_leads_nowhere_else():
    clerk = user(billing=True)

    assert actor(clerk, {"space": "billing"}).space is Space.BILLING
    assert [actor(clerk, {"space": kept}).space for kept in ("platform", "billing:x")] == [Space.PATIENT] * 2
    assert actor(user(staff=True), {"space": "billing"}).space is Space.PATIENT
    assert [choice.value for choice in choices_of(clerk, {Space.BILLING, Space.PLATFORM})] == ["billing"]


def test_the_header_wins_over_the_session():
    found = actor(user(8), {"space": "practice:lilas"}, wanted="practice:diallo")

    assert found.practice_id == 22


@pytest.mark.parametrize("wanted", ["practice:diallo", "platform", "nonsense"])
def test_a_header_that_asks_for_anothers_space_is_refused(wanted):
    with pytest.raises(DomainError) as refused:
        actor(wanted=wanted)

    assert (refused.value.code, refused.value.status) == ("wrong_space", 403)


def test_visitors_headers_are_not_looked_at():
    assert actor(AnonymousUser(), wanted="practice:lilas").space is None


def test_an_address_of_practices_alone_implies_the_only_practice():
    spec = access.spec(resource="booking.agenda", spaces={Space.PRACTICE})

    assert actor(user(7), spec=spec).practice_id == 11
    assert actor(user(8), spec=spec).space is Space.PATIENT
    assert actor(user(9), spec=spec).space is Space.PATIENT
    assert actor(user(7), {"space": "patient"}, spec=spec).space is Space.PATIENT


def test_an_address_open_to_patients_implies_nothing():
    spec = access.spec(resource="booking.appointment", spaces={Space.PATIENT, Space.PRACTICE})

    assert actor(user(7), spec=spec).space is Space.PATIENT


def test_choices_are_the_spaces_one_may_enter():
    values = [choice.value for choice in choices_of(user(8, staff=True))]

    assert values == ["patient", "practice:lilas", "practice:diallo", "platform"]
    assert [choice.label for choice in choices_of(user(8), {Space.PRACTICE})] == ["Lilas", "Diallo"]
    assert choices_of(user(9), {Space.PRACTICE, Space.PLATFORM}) == []


def factors(*methods, of="7"):
    return {
        "account_authentication_methods": [{"method": method} for method in methods],
        "account_authentication_methods_user": of,
    }


def test_strong_means_a_second_factor_in_this_session():
    assert is_strong(user(), factors("password", "mfa"))
    assert actor(session=factors("mfa")).strong


@pytest.mark.parametrize(
    "session",
    [{}, factors("password"), factors("mfa", of="8"), {**factors("mfa"), "account_authentication_methods": "mfa"}],
)
def test_strong_is_never_guessed(session):
    assert not is_strong(user(), session)


def test_the_mark_of_a_holder_is_opaque_and_stays():
    session: dict = {}
    assert holder_mark(session) == ""

    mark_holder(session)
    first = holder_mark(session)
    mark_holder(session)

    assert holder_mark(session) == first
    assert len(first) == 64
    assert session["holder"] not in first
    assert actor(session=session).session == first
