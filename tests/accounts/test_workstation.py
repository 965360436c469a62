"""The shared workstation: locking ends the session, a code resumes one's own and nobody else's, and only for a while."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import StaffPin, WorkstationSeat
from accounts.services import sessions, workstations
from accounts.services.second_factor import enrol_totp
from core import clock
from core.access import Space
from core.access.identify import is_strong
from core.exceptions import DomainError
from core.models import AuditEvent
from practitioners.enums import Role
from tests.factories import MembershipFactory, PracticeFactory
from tests.strict import CheckedClient

SECRET = "JBSWY3DPEHPK3PXP"
PIN, OTHER = "493817", "620485"
LOCK, RESUME, PAGE = reverse("accounts:lock"), reverse("accounts:resume"), reverse("accounts:workstation")
TEAM = "/cabinet/equipe/"


@pytest.fixture(autouse=True)
def still_clock(db):
    with time_machine.travel("2026-11-24T09:00:10Z", tick=False) as clock_at:
        yield clock_at


@pytest.fixture
def practice(db):
    return PracticeFactory()


@pytest.fixture
def make_staff(make_user, practice):
    def make(name, pin=PIN):
        user = make_user(f"{name}@prendsoin.example", display_name=name.title())
        enrol_totp(user, SECRET)
        MembershipFactory(user=user, practice=practice, role=Role.OWNER)
        if pin:
            workstations.set_pin(actor=None or _actor(user), user=user, pin=pin)
        return user

    return make


def _actor(user):
    from core.access import Actor

    return Actor(user_id=user.pk, space=Space.PRACTICE, strong=True)


def sign_in(client, user, practice, *, factor=True):
    """A full sign-in with the second factor, as far as the session knows."""
    client.force_login(user)
    session = client.session
    session["space"] = f"practice:{practice.uid}"
    if factor:
        record = {"method": "mfa", "at": clock.now().timestamp()}
        session["account_authentication_methods"] = [record]
        session["account_authentication_methods_user"] = str(user.pk)
    session.save()


@pytest.fixture
def browser():
    return CheckedClient()


@pytest.fixture
def anna(make_staff):
    return make_staff("anna")


@pytest.fixture
def sophie(make_staff):
    return make_staff("sophie", OTHER)


@pytest.fixture
def shared(browser, anna, sophie, practice):
    """A workstation where both signed in and locked, anna first."""
    for user in (anna, sophie):
        sign_in(browser, user, practice)
        assert browser.post(LOCK).url == RESUME
    return browser


def seat_of(user):
    return str(WorkstationSeat.objects.get(user=user).uid)


def take(browser, user, pin):
    return browser.post(RESUME, {"seat": seat_of(user), "pin": pin})


def test_locking_ends_the_session_on_the_server(browser, anna, practice):
    sign_in(browser, anna, practice)
    key = browser.session.session_key

    answer = browser.post(LOCK)

    assert not Session.objects.filter(session_key=key).exists()
    assert "cookies" not in answer["Clear-Site-Data"]
    assert answer.cookies["poste"]["httponly"]
    assert answer.cookies["poste"]["samesite"] == "Strict"
    assert browser.get(TEAM).status_code == 302


def test_each_resumes_with_her_own_code_and_her_own_account(shared, anna, sophie):
    for user, pin in ((anna, PIN), (sophie, OTHER), (anna, PIN)):
        assert take(shared, user, pin).status_code == 302
        assert shared.session["_auth_user_id"] == str(user.pk)
        assert is_strong(user, shared.session)
        assert user.email in shared.get(PAGE).content.decode()
        assert shared.get(TEAM).status_code == 200
        shared.post(LOCK)
    events = AuditEvent.objects.filter(action="accounts.workstation_resumed").order_by("pk")
    assert [event.user_id for event in events] == [anna.pk, sophie.pk, anna.pk]


def test_the_code_of_one_opens_nothing_of_another(shared, anna, sophie):
    answer = take(shared, anna, OTHER)

    assert answer.status_code == 422
    assert "Il reste 4 essais" in answer.content.decode()
    assert "_auth_user_id" not in shared.session


def test_resuming_closes_what_the_screen_showed_before(shared, anna, sophie):
    take(shared, anna, PIN)
    key = shared.session.session_key

    take(shared, sophie, OTHER)

    assert not Session.objects.filter(session_key=key).exists()
    assert shared.session["_auth_user_id"] == str(sophie.pk)


def test_five_wrong_codes_ask_for_a_full_sign_in(shared, anna, practice):
    for _ in range(5):
        take(shared, anna, "999990")

    answer = take(shared, anna, PIN)
    assert (answer.status_code, StaffPin.objects.get(user=anna).tries_left) == (429, 0)
    assert AuditEvent.objects.filter(action="accounts.pin_refused").count() == 5

    sign_in(shared, anna, practice)
    shared.post(LOCK)
    assert take(shared, anna, PIN).status_code == 302


def test_guesses_are_limited_across_everybody_on_the_workstation(shared, anna, sophie):
    StaffPin.objects.update(tries_left=1000)
    statuses = [take(shared, anna, "999990").status_code for _ in range(31)]

    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {422}


def test_the_second_factor_counts_twelve_hours_and_resuming_adds_none(shared, anna, still_clock):
    given = clock.now()
    for hours in (4, 8, 11):
        still_clock.move_to(given + timedelta(hours=hours))
        assert take(shared, anna, PIN).status_code == 302
        assert shared.session.get_expiry_date() <= given + timedelta(hours=12, seconds=1)
        shared.post(LOCK)
    still_clock.move_to(given + timedelta(hours=12, seconds=1))

    assert take(shared, anna, PIN).status_code == 422
    assert "Anna" not in shared.get(RESUME).content.decode()


def test_an_open_session_ends_with_the_twelve_hours(shared, anna, still_clock):
    still_clock.shift(timedelta(hours=11))
    take(shared, anna, PIN)
    assert shared.get(TEAM).status_code == 200

    still_clock.shift(timedelta(hours=1, seconds=2))

    assert shared.get(TEAM).status_code == 302


def test_resuming_is_no_fresh_proof(shared, anna):
    """What changes an account asks who is there again: six digits are not enough for that."""
    take(shared, anna, PIN)

    answer = shared.get(reverse("accounts:workstation_pin"))
    assert answer.status_code == 302
    assert "/verification/" in answer.url


def test_another_browser_resumes_nothing(shared, anna):
    stranger = CheckedClient()
    assert "Anna" not in stranger.get(RESUME).content.decode()
    assert take(stranger, anna, PIN).status_code == 422

    stranger.cookies["poste"] = "forged:token:signature"
    assert take(stranger, anna, PIN).status_code == 422


@pytest.mark.parametrize("end", ["password", "factor", "sessions", "closed", "left"])
def test_what_ends_a_persons_sessions_ends_their_place(shared, anna, rf, end):
    if end == "password":
        workstations.leave_everywhere(user=anna)
    elif end == "factor":
        anna.authenticator_set.all().delete()
    elif end == "sessions":
        request = rf.get("/")
        request.session = shared.session
        sessions.end_others(request=request, user=anna)
    elif end == "closed":
        anna.is_active = False
        anna.save()
    else:
        seat = seat_of(anna)
        take(shared, anna, PIN)
        shared.post(reverse("accounts:workstation_leave"))
        assert shared.post(RESUME, {"seat": seat, "pin": PIN}).status_code == 422
        return
    seat = WorkstationSeat.objects.filter(user=anna).first()
    answer = shared.post(RESUME, {"seat": str(seat.uid) if seat else str(anna.uid), "pin": PIN})
    assert answer.status_code == 422
    assert "_auth_user_id" not in shared.session


def test_without_a_code_the_screen_is_not_locked(browser, make_staff, practice):
    sign_in(browser, make_staff("nora", pin=None), practice)

    assert browser.post(LOCK).url == PAGE
    assert browser.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("12345", "pin_malformed"),
        ("1234567", "pin_malformed"),
        ("12a456", "pin_malformed"),
        ("١٢٣٤٥٦", "pin_malformed"),
        ("", "pin_malformed"),
        ("123456", "pin_too_simple"),
        ("987654", "pin_too_simple"),
        ("111111", "pin_too_simple"),
        ("121212", "pin_too_simple"),
        ("483483", "pin_too_simple"),
    ],
)
def test_a_weak_code_is_refused(anna, pin, code):
    kept = StaffPin.objects.get(user=anna).hash

    with pytest.raises(DomainError) as refused:
        workstations.set_pin(actor=_actor(anna), user=anna, pin=pin)
    assert refused.value.code == code
    assert StaffPin.objects.get(user=anna).hash == kept
    assert PIN not in kept


def test_a_code_is_chosen_on_the_page(browser, make_staff, practice):
    nora = make_staff("nora", pin=None)
    sign_in(browser, nora, practice)
    url = reverse("accounts:workstation_pin")

    assert browser.post(url, {"pin": "493817", "again": "493818"}).status_code == 422
    assert browser.post(url, {"pin": "123456", "again": "123456"}).status_code == 422
    assert browser.post(url, {"pin": "49 38 17", "again": "493817"}).status_code == 302
    assert StaffPin.objects.filter(user=nora).exists()
