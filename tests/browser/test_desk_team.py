"""The team as people meet it: one key locks, six digits resume, an invitation is answered, a right ends under one's eyes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.services.second_factor import enrol_totp
from accounts.services.workstations import set_pin
from core import clock
from core.access import Actor, Space
from practitioners.models import Membership
from practitioners.services.team import end_membership
from tests.browser.conftest import DESKTOP
from tests.browser.stops import SECRET, cookies_of
from tests.security.world import World

pytestmark = pytest.mark.django_db(transaction=True)

PINS = {"sophie": "493817", "martin": "620485"}


def come_in(page: Page, world: World, name: str, server: str) -> None:
    """Signed in fully, second factor given, in the practice."""
    world.sessions.pop(name, None)
    cookies = cookies_of(world.client(name))
    page.context.add_cookies([{"name": key, "value": value, "url": server} for key, value in cookies.items()])
    page.goto(reverse("practitioners:team"))


@pytest.fixture
def screen(new_context) -> Page:
    """A wide screen; refusals of the server, which browsers report as errors, are what these tests are about."""
    return new_context(viewport=DESKTOP).new_page()


@pytest.fixture
def shared(screen, world, live_server) -> Page:
    """A workstation where sophie then dr martin signed in and locked."""
    for name in ("sophie", "martin"):
        user = world.users[name]
        user.display_name = name.title()
        user.save()
        enrol_totp(user, SECRET)
        set_pin(actor=Actor(user_id=user.pk, space=Space.PRACTICE), user=user, pin=PINS[name])
        come_in(screen, world, name, live_server.url)
        screen.keyboard.press("F8")
        expect(screen.get_by_role("heading", level=1)).to_have_text("Poste verrouillé")
    return screen


def test_one_key_locks_and_a_colleague_resumes_by_keyboard(shared):
    shared.get_by_label("Sophie").focus()
    shared.keyboard.press("Space")
    shared.keyboard.press("Tab")
    shared.keyboard.type(PINS["sophie"])
    shared.keyboard.press("Enter")
    expect(shared.locator(".desk")).to_be_visible()
    shared.goto(reverse("practitioners:team"))
    expect(shared.locator(".rail__who")).to_have_text("Sophie")

    shared.keyboard.press("F8")
    shared.get_by_label("Martin").check()
    shared.get_by_label("Votre code de reprise").fill("111222")
    shared.get_by_role("button", name="Reprendre").click()
    expect(shared.get_by_text("Il reste 4 essais.")).to_be_visible()
    shared.get_by_label("Votre code de reprise").fill(PINS["martin"])
    shared.get_by_role("button", name="Reprendre").click()
    shared.goto(reverse("practitioners:team"))
    expect(shared.locator(".rail__who")).to_have_text("Martin")


def test_a_workstation_left_alone_warns_then_locks_by_itself(shared, monkeypatch):
    """The practice's five minutes pass at once, on the server and in the browser."""
    shared.clock.install()
    shared.get_by_label("Sophie").check()
    shared.get_by_label("Votre code de reprise").fill(PINS["sophie"])
    shared.get_by_role("button", name="Reprendre").click()
    shared.goto(reverse("practitioners:team"))
    expect(shared.locator(".rail__who")).to_have_text("Sophie")
    now = clock.now

    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(minutes=4, seconds=40))
    shared.clock.fast_forward("04:40")
    expect(shared.locator("#idle-warning")).to_be_visible()

    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(minutes=5, seconds=5))
    shared.clock.fast_forward("00:25")
    expect(shared.get_by_role("heading", level=1)).to_have_text("Poste verrouillé")
    expect(shared.get_by_text("sophie@prendsoin.example")).to_have_count(0)


def test_nothing_is_left_behind_the_lock(shared):
    """Neither the way back nor an address shows anything once locked."""
    shared.go_back()
    shared.reload()
    expect(shared.get_by_text("sophie@prendsoin.example")).to_have_count(0)
    shared.goto(reverse("practitioners:team"))
    expect(shared).not_to_have_url(reverse("practitioners:team"))


def test_an_invitation_is_sent_and_answered_without_javascript(
    page_without_javascript, new_context, world, live_server
):
    page = page_without_javascript
    come_in(page, world, "martin", live_server.url)
    page.get_by_role("link", name="Inviter quelqu’un").click()
    page.get_by_label("Son adresse e-mail").fill("alice@prendsoin.example")
    page.get_by_label("Secrétaire").check()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez au moins un agenda.")
    page.get_by_label("Tous les agendas, présents et à venir").check()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("alice@prendsoin.example").first).to_be_visible()

    invitation = world.practices["lilas"].invitations.get(email="alice@prendsoin.example")
    alice = new_context(java_script_enabled=False).new_page()
    cookies = cookies_of(world.client("alice"))
    alice.context.add_cookies([{"name": key, "value": value, "url": live_server.url} for key, value in cookies.items()])
    alice.goto(reverse("practitioners:invitation", args=[invitation.uid]))
    alice.get_by_role("button", name="Accepter").click()
    expect(alice.get_by_text(world.practices["lilas"].name, exact=True)).to_be_visible()
    assert Membership.objects.filter(user=world.users["alice"]).exists()


def test_a_secretary_removed_while_her_page_is_open(screen, world, live_server):
    come_in(screen, world, "sophie", live_server.url)
    practice = world.practices["lilas"]
    owner = Actor(user_id=world.users["martin"].pk, space=Space.PRACTICE, practice_id=practice.pk, strong=True)
    end_membership(actor=owner, member=Membership.objects.get(user=world.users["sophie"]).uid)

    with screen.expect_navigation() as answer:
        screen.get_by_role("link", name="Qui peut faire quoi").click()

    assert answer.value.status == 404
