"""A shared workstation left alone locks by itself: the server decides, pages that ask by themselves are no act."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import WorkstationSeat
from accounts.services import workstations
from accounts.services.second_factor import enrol_totp
from core.access import Actor, Space
from core.exceptions import DomainError, NotForYou
from core.models import AuditEvent
from practitioners.enums import Role
from practitioners.services.workstations import set_idle_minutes
from tests.accounts.test_workstation import LOCK, PAGE, PIN, RESUME, SECRET, TEAM, sign_in, take
from tests.factories import MembershipFactory, PracticeFactory
from tests.strict import CheckedClient

PRESENCE, SETTING = reverse("accounts:idle"), reverse("practitioners:idle_lock")
BY_SCRIPT = {"HTTP_SEC_FETCH_DEST": "empty", "HTTP_ACCEPT": "*/*"}


@pytest.fixture
def now(db):
    with time_machine.travel("2026-11-24T09:00:10Z", tick=False) as clock_at:
        yield clock_at


@pytest.fixture
def practice(now):
    return PracticeFactory()


@pytest.fixture
def anna(make_user, practice):
    user = make_user("anna@prendsoin.example", display_name="Anna")
    enrol_totp(user, SECRET)
    MembershipFactory(user=user, practice=practice, role=Role.OWNER)
    workstations.set_pin(actor=Actor(user_id=user.pk, space=Space.PRACTICE, strong=True), user=user, pin=PIN)
    return user


@pytest.fixture
def desk_of(anna, practice):
    """The shared workstation, where anna has just resumed."""
    browser = CheckedClient()
    sign_in(browser, anna, practice)
    browser.post(LOCK)
    take(browser, anna, PIN)
    assert browser.get(TEAM).status_code == 200
    return browser


def session_open(browser):
    return Session.objects.filter(session_key=browser.cookies["sessionid"].value).exists()


def test_page_asked_after_five_still_minutes_is_the_locked_page(desk_of, anna, now):
    now.shift(timedelta(minutes=5))

    answer = desk_of.get(TEAM, {"q": "Diop"})

    assert answer.url == f"{RESUME}?suite=%2Fcabinet%2Fequipe%2F"
    assert not session_open(desk_of)
    event = AuditEvent.objects.filter(action="accounts.workstation_locked").latest("pk")
    assert (event.facts["idle"], event.user_id) == (True, anna.pk)


def test_page_asked_a_little_earlier_is_shown_and_counts_again(desk_of, now):
    for _turn in range(3):
        now.shift(timedelta(minutes=4, seconds=50))
        assert desk_of.get(TEAM).status_code == 200


def test_polling_is_no_act(desk_of, now):
    for _turn in range(4):
        now.shift(timedelta(minutes=1))
        assert desk_of.get(PRESENCE, **BY_SCRIPT).status_code == 200
    assert desk_of.get(PRESENCE, **BY_SCRIPT).json() == {"left": 60}
    now.shift(timedelta(minutes=1))

    answer = desk_of.get(PRESENCE, **BY_SCRIPT)

    assert (answer.status_code, answer.json()["code"]) == (401, "workstation_locked")
    assert not session_open(desk_of)


def test_fragment_of_a_page_is_no_act_and_leads_to_the_locked_page(desk_of, now):
    now.shift(timedelta(minutes=3))
    desk_of.get(TEAM, HTTP_HX_REQUEST="true")
    now.shift(timedelta(minutes=3))

    answer = desk_of.get(TEAM, HTTP_HX_REQUEST="true")

    assert (answer.status_code, answer["HX-Redirect"]) == (401, RESUME)


def test_sign_of_life_while_one_types_keeps_the_session(desk_of, now):
    for _turn in range(3):
        now.shift(timedelta(minutes=4))
        assert desk_of.post(PRESENCE, **BY_SCRIPT).json() == {"left": 300}


def test_form_sent_too_late_writes_nothing(desk_of, practice, now):
    now.shift(timedelta(minutes=6))

    answer = desk_of.post(SETTING, {"minutes": 30})

    practice.refresh_from_db()
    assert (answer.status_code, answer.url, practice.idle_minutes) == (302, RESUME, 5)


def test_who_resumes_finds_the_page_that_was_open(desk_of, anna, now):
    now.shift(timedelta(minutes=6))
    page = desk_of.get(desk_of.get(TEAM).url)
    assert page.context["way_back"] == TEAM
    seat = str(WorkstationSeat.objects.get(user=anna).uid)

    assert desk_of.post(RESUME, {"seat": seat, "pin": PIN, "suite": TEAM}).url == TEAM


@pytest.mark.parametrize("way", ["https://evil.example/cabinet/", "//evil.example/cabinet/", "/compte/", "cabinet/"])
def test_way_back_leads_nowhere_but_to_the_practice(desk_of, anna, now, way):
    now.shift(timedelta(minutes=6))
    desk_of.get(TEAM)
    seat = str(WorkstationSeat.objects.get(user=anna).uid)

    assert desk_of.post(RESUME, {"seat": seat, "pin": PIN, "suite": way}).url == reverse("accounts:landing")


def test_browser_that_is_nobodys_workstation_never_locks(anna, practice, now):
    browser = CheckedClient()
    sign_in(browser, anna, practice)
    browser.get(TEAM)
    now.shift(timedelta(hours=2))

    assert browser.get(TEAM).status_code == 200
    assert browser.get(PRESENCE).json() == {"left": None}


def test_person_without_a_code_is_signed_out_all_the_same(desk_of, anna, now):
    anna.staff_pin.delete()
    now.shift(timedelta(minutes=6))

    assert desk_of.get(TEAM).url.startswith(RESUME)
    assert not session_open(desk_of)


def test_what_the_practice_sets_holds_from_the_next_act(desk_of, practice, now):
    assert desk_of.post(SETTING, {"minutes": 2}).url == PAGE
    now.shift(timedelta(seconds=20))
    desk_of.get(TEAM)
    now.shift(timedelta(minutes=2))

    assert desk_of.get(TEAM).url.startswith(RESUME)


@pytest.mark.parametrize("minutes", [1, 31, -5])
def test_minutes_outside_of_the_range_are_refused(anna, practice, minutes):
    actor = Actor(user_id=anna.pk, space=Space.PRACTICE, practice_id=practice.pk, strong=True)
    with pytest.raises(DomainError) as refused:
        set_idle_minutes(actor=actor, minutes=minutes)
    assert refused.value.code == "idle_minutes_range"


def test_secretary_reads_the_setting_and_does_not_change_it(make_user, practice):
    user = make_user("sophie@prendsoin.example")
    MembershipFactory(user=user, practice=practice, role=Role.SECRETARY)
    browser = CheckedClient()
    sign_in(browser, user, practice)
    assert (
        "5\u00a0minutes" in browser.get(SETTING).content.decode()
        or "5 minutes" in browser.get(SETTING).content.decode()
    )
    assert browser.post(SETTING, {"minutes": 30}).status_code == 404
    actor = Actor(user_id=user.pk, space=Space.PRACTICE, practice_id=practice.pk, strong=True)
    with pytest.raises(NotForYou):
        set_idle_minutes(actor=actor, minutes=10)


def test_page_warns_with_the_seconds_left(desk_of):
    page = desk_of.get(TEAM).content.decode()
    assert 'data-left="300"' in page
    assert "idle_lock.js" in page
