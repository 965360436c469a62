"""Every page of the site and how to stand before it: who is signed in, what was done first, what is clicked there.

`stops(world, part, language)` yields those of a part of the site; `NOT_PAGES` names the addresses that show no page, each
with the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.dateparse import parse_datetime
from playwright.sync_api import Page

from accounts.services.second_factor import enrol_totp
from accounts.services.workstations import set_pin
from booking.enums import Status
from booking.models import Appointment
from carnet.models import AccessAlert
from core import clock
from core.access import Actor, Space
from core.models import Job
from notifications.circuits import failed
from notifications.enums import ChannelName
from notifications.models import MailboxEntry, Message
from notifications.registry import composer
from notifications.testing import deliver_all
from practitioners.models import RegisterRejection, RegisterSnapshot, StrikeOff
from tests.accounts.authenticator import SoftwarePasskey
from tests.browser.stops_books import BOOK_NOT_PAGES, BOOK_PAGES, book_stops
from tests.browser.stops_custody import CUSTODY_NOT_PAGES, CUSTODY_PAGES, custody_stops
from tests.browser.stops_documents import DOCUMENT_NOT_PAGES, DOCUMENT_PAGES, document_stops
from tests.browser.stops_health import HEALTH_NOT_PAGES, HEALTH_PAGES, health_stops
from tests.browser.stops_invoices import INVOICE_NOT_PAGES, INVOICE_PAGES, INVOICE_STAFF_PAGES, invoice_stops
from tests.browser.stops_joining import JOINING_NOT_PAGES, JOINING_PAGES, joining_stops
from tests.browser.stops_listing import LISTING_NOT_PAGES, LISTING_PAGES, listing_stops
from tests.browser.stops_payments import (
    PAYMENT_NOT_PAGES,
    PAYMENT_PAGES,
    PAYMENT_STAFF_PAGES,
    payment_stops,
)
from tests.browser.stops_subscription import SUBSCRIPTION_NOT_PAGES, SUBSCRIPTION_PAGES, subscription_stops
from tests.factories import (
    PASSWORD,
    AgendaFactory,
    AgendaReasonFactory,
    AppointmentFactory,
    BookableAgendaFactory,
    PatientFactory,
    UserFactory,
)
from tests.security.world import World

SECRET = "JBSWY3DPEHPK3PXP"

NOT_PAGES = {
    **CUSTODY_NOT_PAGES,
    **DOCUMENT_NOT_PAGES,
    **HEALTH_NOT_PAGES,
    **INVOICE_NOT_PAGES,
    **JOINING_NOT_PAGES,
    **LISTING_NOT_PAGES,
    **PAYMENT_NOT_PAGES,
    **BOOK_NOT_PAGES,
    **SUBSCRIPTION_NOT_PAGES,
    "booking:suggestions": "a fragment of the search form",
    "booking:places": "a fragment of the search form",
    "booking:sitemap": "XML",
    "booking:sitemap_part": "XML",
    "booking:calendar": "a calendar file",
    "desk:print_day_pdf": "a PDF",
    "booking:hold": "answers POST alone; its refusals are among the states",
    "booking:renew": "answers POST alone",
    "booking:release": "answers POST alone",
    "booking:waitlist_leave": "answers POST alone",
    "desk:waitlist_remove": "answers POST alone",
    "desk:waitlist_answer": "answers POST alone",
    "patients:withdraw": "answers POST alone",
    "patients:contact": "answers POST alone",
    "notifications:open": "leads to what the notification speaks of",
    "notifications:read_all": "answers POST alone",
    "accounts:landing": "leads to the space one works in",
    "accounts:language": "answers POST alone",
    "accounts:end_session": "answers POST alone",
    "accounts:remove_phone": "answers POST alone",
    "accounts:lost_factor_stop": "answers POST alone",
    "mfa_login_webauthn": "JSON for the browser's passkeys",
    "mfa_download_recovery_codes": "a text file",
    "accounts:lock": "answers POST alone",
    "accounts:idle": "answers a script with numbers",
    "accounts:workstation_leave": "answers POST alone",
    "practitioners:withdraw": "answers POST alone",
    "desk:figures_csv": "a file",
    "booking:feed": "a calendar file",
    **dict.fromkeys(
        (
            *(f"desk:{name}" for name in ("task_done", "task_reopen", "rescue_end", "rescue_undo", "rescue_answer")),
            *("desk:feed_confirm", "desk:feed_forget", "desk:feed_revoke"),
        ),
        "answers POST alone",
    ),
    "desk:feed_upload": "answers POST alone, with the page of the feeds",
    "desk:broadcast_stop": "answers POST alone",
    "portal:letter": "an e-mail as a mail program shows it, with a policy of its own",
    "desk:setup_start": "leads to the guide of an agenda",
    "desk:setup_online": "answers POST alone",
    "desk:setup_new_patients": "answers POST alone",
    "desk:setup_reason_archive": "answers POST alone",
    "desk:setup_offer_remove": "answers POST alone",
    **dict.fromkeys(
        (
            "booking:contest",
            *(f"desk:{name}" for name in ("file_unblock", "file_revive", "file_link", "file_links")),
            *("desk:import_confirm", "desk:withdraw_mark", "desk:refer_undo"),
        ),
        "answers POST alone",
    ),
    "desk:events": "JSON for the agenda's grid",
    "desk:status": "answers POST alone",
    **dict.fromkeys(("desk:undo", "desk:stretch", "desk:note", "notifications:receipts"), "answers POST alone"),
    "notifications:replies": "answers POST alone",
    "platform:home": "leads to the work that waits",
    **dict.fromkeys(("platform:retry", "platform:let_go", "register:tell"), "answers POST alone"),
    "notifications:one_click": "leads to the page that asks first",
    "notifications:email_events": "answers POST alone",
    "desk:block": "answers POST alone",
    "desk:grid_move": "JSON, answers POST alone",
    "desk:grid_stretch": "JSON, answers POST alone",
    "desk:grid_hold": "JSON, answers POST alone",
    "desk:grid_undo": "JSON, answers POST alone",
    "portal:theme": "answers POST alone",
    "portal:robots": "plain text",
    "core:alive": "JSON",
    "core:ready": "JSON",
    "core:api_schema": "JSON",
    "core:unknown_api": "JSON",
    "demo:enter": "answers POST alone",
    "demo:attachment": "a file",
    "demo:reply": "answers POST alone",
    "desk:on_time": "answers POST alone",
}
PROGRAMS = ("api/v1/", "_allauth/")
TEAM = ("team", "rights", "invite", "cover")
# Who looks at the pages that everybody may read, besides a visitor: a patient's header and a practice's differ.
SIGNED_IN = ("alice", "sophie")
READING = ("help", "ranking", "legal", "privacy", "accessibility", "display", "components", "messages")
OF_THE_CHILD = ("person", "edit", "remove", "invite")
OF_A_VISIT = ("appointment", "move", "cancel", "slip")
FILES = ("files", "file_new", "duplicates", "imports", "export")
OF_A_FILE = ("file", "file_edit", "file_block", "file_death")
ENTRANCE = ("account_signup", "account_login", "account_request_login_code", "account_reset_password")
ACCOUNT = ("home", "spaces", "preferences", "prove_by_code", "export", "close")
CONTACT = ("usersessions_list", "account_email", "account_change_phone", "mfa_index", "mfa_list_webauthn")
NEW_FACTORS = ("mfa_activate_totp", "mfa_add_webauthn")
FACTORS = ("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes")
PASSKEY = ("mfa_edit_webauthn", "mfa_remove_webauthn")
# Pages by which an agenda is set up, and those about one of its windows or absences.
OF_AN_AGENDA = ("agenda", "rules", "why", "kinds", "opening_add", "absence_add", "profile", "start_agenda")
OF_HOURS = {"lilas_opening": ("opening", "opening_remove"), "lilas_absence": ("absence", "absence_remove")}
PROOFS = ("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")


@dataclass
class Stop:
    """A page: the address it belongs to, what state it is in, the cookies to come with, and what to do once there."""

    name: str
    path: str
    cookies: dict[str, str] = field(default_factory=dict)
    state: str = ""
    status: int = 200
    # Done once there; answers with the status of the page it leads to.
    act: Callable[[Page], int] | None = None
    # A page so long that one look is enough.
    is_long: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.state}".rstrip()


def cookies_of(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items() if morsel.value}


def stops(world: World, part: str, language: str) -> Iterator[Stop]:
    """Those of one part. What each needs is written just before it is yielded."""
    for user in world.users.values():
        user.language = language
        user.save()
    yield from PARTS[part][0](world)


def at(name: str, world: World, target: str = "", role: str = "", query: str = "", **more: Any) -> Stop:
    cookies = cookies_of(world.client(role)) if role else {}
    return Stop(name, reverse(name, kwargs=world.targets[target].kwargs) + query, cookies, **more)


def submit(page: Page) -> int:
    """Sends the last form of the page as it stands."""
    with page.expect_navigation() as answer:
        page.locator("main form [type=submit]").last.click()
    return answer.value.status


def public(world: World) -> Iterator[Stop]:
    for name in READING:
        yield at(f"portal:{name}", world)
    yield at("portal:help_topic", world, "topic")
    for role in ("", *SIGNED_IN):
        yield at("portal:home", world, role=role, state=f"seen by {role or 'a visitor'}")
    yield at("booking:search", world, query="?q=dermato", state="nothing found")
    yield at("booking:search", world, query="?specialite=medecin-generaliste", state="results")
    yield at("directory", world, "lilas_place")
    for role in ("", "alice"):
        yield at("booking:practitioner", world, "dr_martin", role, state=f"seen by {role or 'a visitor'}")
    yield from profiles(world)
    yield at("demo:mailbox", world, state="empty")
    letter = _letter(world.users["alice"].language)
    yield at("demo:mailbox", world)
    yield Stop("demo:letter", reverse("demo:letter", args=[letter.uid]))
    yield at("core:api_docs", world, is_long=True)


def _letter(language: str) -> MailboxEntry:
    """The confirmation of a visit, as it is sent."""
    user = UserFactory(language=language)
    visit = AppointmentFactory(patient=PatientFactory(user=user), booked_by=user)
    message = Message(kind="booking.confirmed", channel=ChannelName.EMAIL, subject=f"appointment:{visit.pk}", user=user)
    with translation.override(language):
        letter = composer(message.kind)(message)
    return MailboxEntry.objects.create(
        channel=ChannelName.EMAIL, to=letter.to, subject=letter.subject, text=letter.text, html=letter.html
    )


def profiles(world: World) -> Iterator[Stop]:
    """Nobody takes bookings online; no slot this week; reserved for known patients, on video, with a note."""
    closed = AgendaFactory()
    yield Stop("booking:practitioner", f"/praticien/{closed.practitioner.slug}/", state="closed online")
    empty = AgendaFactory()
    AgendaReasonFactory(agenda=empty)
    yield Stop("booking:practitioner", f"/praticien/{empty.practitioner.slug}/", state="no slot")
    known = BookableAgendaFactory(accepts_new_patients=False)
    yield Stop("booking:practitioner", f"/praticien/{known.practitioner.slug}/", state="known patients only")


def patient(world: World) -> Iterator[Stop]:
    yield at("patients:identity", world, role="alice")
    yield at("patients:identity", world, role="boris", state="nothing given", act=submit)
    yield at("patients:people", world, role="alice")
    yield at("patients:people", world, role="boris", state="empty")
    yield at("patients:add", world, role="alice")
    yield at("patients:add", world, role="alice", state="refused", act=submit)
    for name in OF_THE_CHILD:
        yield at(f"patients:{name}", world, "child", "alice")
    yield at("patients:invitation", world, "alice_invitation", "bob")
    yield at("patients:revoke", world, "alice_right", "alice")
    yield at("patients:link_file", world, "lilas", "alice")
    yield at("patients:link_code", world, "alice_at_lilas", "alice")
    for role in SIGNED_IN:
        yield at("notifications:bells", world, role=role, state=f"of {role}")
    yield at("notifications:bells", world, role="charlie", state="empty")


def visits(world: World) -> Iterator[Stop]:
    for name in OF_A_VISIT:
        yield at(f"booking:{name}", world, "child_visit", "alice")
    yield at("booking:appointment", world, "alice_visit", "alice", "?confirme=1", state="just booked")
    own = Appointment.objects.get(uid=world.targets["alice_visit"].kwargs["uid"])
    agenda = own.agenda
    yield _visit(world, "move", own, state="no longer offered")
    own.visit_reason = agenda.reasons.get().visit_reason
    own.save()
    yield _visit(world, "move", own, state="hours")
    yield at("booking:move", world, "alice_visit", "alice", state="no hour chosen", act=unchecked)
    person, now = world.users["alice"].patient, clock.now().replace(microsecond=0)
    common = {"agenda": agenda, "patient": person, "booked_by": world.users["alice"]}
    soon = {"start_at": now + timedelta(hours=2), "end_at": now + timedelta(hours=2, minutes=20)}
    late = AppointmentFactory(**common, **soon, mode="video")
    for name in ("appointment", "move", "cancel"):
        yield _visit(world, name, late, state="too late, by video")
    gone = {"start_at": now - timedelta(days=9), "end_at": now - timedelta(days=9, minutes=-20)}
    yield _visit(world, "appointment", AppointmentFactory(**common, **gone), state="past")
    other = {"start_at": now + timedelta(days=9), "end_at": now + timedelta(days=9, minutes=20), "cancelled_at": now}
    cancelled = AppointmentFactory(**common, **other, status=Status.CANCELLED_BY_PRACTICE, cancelled_late=True)
    yield _visit(world, "appointment", cancelled, state="cancelled")
    yield at("booking:appointments", world, role="alice")
    yield at("booking:appointments", world, role="boris", state="empty")


def _visit(world: World, name: str, visit: Appointment, state: str) -> Stop:
    return Stop(
        f"booking:{name}", reverse(f"booking:{name}", args=[visit.uid]), cookies_of(world.client("alice")), state
    )


def unchecked(page: Page) -> int:
    """The form without an hour, past what the browser itself checks."""
    with page.expect_navigation() as answer:
        page.evaluate("document.querySelector('main form:has(slot-week)').submit()")
    return answer.value.status


def steps(world: World) -> Iterator[Stop]:
    """From a held hour to a booking, with the refusals."""
    for role, state in (("anonymous", "sign in first"), ("alice", "for whom"), ("sophie", "in a practice's space")):
        held, cookies = hold(world, role)
        if role != "sophie":
            yield Stop("booking:step", held, cookies, state)
        if role == "alice":
            yield Stop("booking:step", held, cookies, "nothing filled", act=confirm_blank)
            Appointment.objects.filter(status=Status.HELD).update(expires_at=clock.now() - timedelta(seconds=1))
            yield Stop("booking:step", held, cookies, "hold over")
            yield Stop("booking:step", held, cookies, "hold over, other hours", act=confirm_for_the_first)
        if role == "anonymous":
            Appointment.objects.filter(status=Status.HELD).update(expires_at=clock.now() - timedelta(seconds=1))
            yield Stop("booking:step", held, cookies, "hold over, sign in first")
    yield at("booking:step", world, "missing", state="unknown hold", status=404)
    yield at("booking:practitioner", world, "dr_martin", "alice", state="hold refused", act=choose_what_is_taken)


def hold(world: World, role: str) -> tuple[str, dict[str, str]]:
    """An hour held at Dr Martin's: the address of the next step, and the cookies of who holds it."""
    client = world.client(role)
    page = client.get(reverse("booking:practitioner", args=["dr-martin"]))
    value = next(chip.value for day in page.context["window"].days[2:] for chip in day.chips)
    offer = page.context["offer"]
    response = client.post(
        reverse("booking:hold", args=["dr-martin"]), {"motif": str(offer.visit_reason.uid), "slot": value}
    )
    return response["Location"], cookies_of(client)


def confirm_blank(page: Page) -> int:
    page.evaluate("document.querySelectorAll('input[name=patient]').forEach((one) => { one.checked = false; })")
    with page.expect_navigation() as answer:
        page.locator("button[form=booking]").click()
    return answer.value.status


def confirm_for_the_first(page: Page) -> int:
    page.locator("input[name=patient]").first.check(force=True)
    with page.expect_navigation() as answer:
        page.locator("button[form=booking]").click()
    return answer.value.status


def choose_what_is_taken(page: Page) -> int:
    """Somebody else takes the hour between the page and the click."""
    chip = page.locator("label.chip input").nth(3)
    agenda, start = chip.get_attribute("value").split("/", 1)
    taken = Appointment.objects.filter(agenda__uid=agenda).first()
    start_at = parse_datetime(start)
    AppointmentFactory(agenda=taken.agenda, start_at=start_at, end_at=start_at + timedelta(minutes=20))
    chip.check(force=True)
    with page.expect_navigation() as answer:
        page.locator("form[action$='/garder/'] button[type=submit]").click()
    return answer.value.status


def entrance(world: World) -> Iterator[Stop]:
    """Signing up and in, and the ways back."""
    for name in ENTRANCE:
        yield at(name, world)
        yield at(name, world, state="refused", act=submit_blank)
    yield at("account_inactive", world)
    yield at("account_logout", world, role="alice")
    yield at("account_password_reset_completed", world)
    zoe = UserFactory(email="zoe@prendsoin.example", password=PASSWORD, language=world.users["alice"].language)

    client = _asked("account_signup", email="nouvelle@prendsoin.example")
    yield Stop("account_confirm_login_code", reverse("account_confirm_login_code"), cookies_of(client), "new account")
    client = _asked("account_request_login_code", email=zoe.email)
    yield Stop("account_confirm_login_code", reverse("account_confirm_login_code"), cookies_of(client))
    client = _asked("account_reset_password", email=zoe.email)
    reset = reverse("account_confirm_password_reset_code")
    yield Stop("account_confirm_password_reset_code", reset, cookies_of(client))
    client.post(reset, {"code": code_written()})
    yield Stop("account_complete_password_reset", reverse("account_complete_password_reset"), cookies_of(client))
    enrol_totp(zoe, SECRET)
    client = _asked("account_login", login=zoe.email, password=PASSWORD)
    yield Stop("mfa_authenticate", reverse("mfa_authenticate"), cookies_of(client))
    lost = reverse("accounts:lost_factor")
    yield Stop("accounts:lost_factor", lost, cookies_of(client))
    yield Stop("accounts:lost_factor", lost, cookies_of(client), "reported", act=submit)
    (token,) = re.findall(r"/arreter/(\S+)/", [letter for letter in deliver_all() if letter.to == zoe.email][-1].text)
    stop = reverse("accounts:lost_factor_cancel", args=[token])
    yield Stop("accounts:lost_factor_cancel", stop)
    yield Stop("accounts:lost_factor_cancel", stop, state="stopped", act=submit)


def submit_blank(page: Page) -> int:
    """The form of the page with nothing in it, past what the browser itself checks."""
    with page.expect_navigation() as answer:
        page.evaluate("document.querySelector('main form[method=post]').submit()")
    return answer.value.status


def _asked(name: str, **body: str) -> Client:
    """A visitor who sent that form."""
    client = Client()
    client.post(reverse(name), body)
    return client


def code_written() -> str:
    """The six digits of the last message delivered."""
    found = re.search(r"\b(\d{3}) ?(\d{3})\b", deliver_all()[-1].text)
    assert found, "the last message holds no code"
    return "".join(found.groups())


def account(world: World) -> Iterator[Stop]:
    for name in ACCOUNT:
        yield at(f"accounts:{name}", world, role="alice")
    yield at("accounts:home", world, role="sophie", state="in a practice")
    yield at("accounts:spaces", world, role="sophie", state="in a practice")
    for name in CONTACT:
        yield at(name, world, role="alice")
    # Martin entered a moment ago, and has no password yet; then he has one, and a number to confirm.
    yield at("account_set_password", world, role="martin")
    martin = world.client("martin")
    martin.post(reverse("account_change_phone"), {"phone": "06 12 34 56 78"})
    verify = reverse("account_verify_phone")
    yield Stop("account_verify_phone", verify, cookies_of(martin))
    martin.post(reverse("account_email"), {"action_add": "", "email": "docteur@prendsoin.example"})
    sent = reverse("account_email_verification_sent")
    yield Stop("account_email_verification_sent", sent, cookies_of(martin))
    world.users["sophie"].set_password(PASSWORD)
    world.users["sophie"].save()
    world.sessions.pop("sophie", None)
    yield at("account_change_password", world, role="sophie")


def second_factor(world: World) -> Iterator[Stop]:
    for name in NEW_FACTORS:
        yield at(name, world, role="martin")
    sophie = world.users["sophie"]
    enrol_totp(sophie, SECRET)
    key = _passkey(sophie)
    for name in ("mfa_index", "mfa_list_webauthn"):
        yield at(name, world, role="sophie", state="with factors")
    for name in FACTORS:
        yield at(name, world, role="sophie")
    for name in PASSKEY:
        yield Stop(name, reverse(name, args=[key.pk]), cookies_of(world.client("sophie")))
    # Boris entered long ago: what changes the account asks him for a fresh proof.
    boris = world.users["boris"]
    boris.set_password(PASSWORD)
    boris.save()
    enrol_totp(boris, SECRET)
    _passkey(boris)
    world.sessions.pop("boris", None)
    client = world.client("boris")
    session = client.session
    old = clock.now() - timedelta(days=1)
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": old.timestamp()}]
    session.save()
    for name in PROOFS:
        yield Stop(name, reverse(name), cookies_of(client))


def _passkey(user: Any) -> Authenticator:
    asked = {"publicKey": {"user": {"id": "MQ"}, "challenge": "MQ"}}
    data = {"name": "Téléphone", "credential": json.loads(SoftwarePasskey().create(asked))}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def errors(world: World) -> Iterator[Stop]:
    yield Stop("404", "/nulle-part/", status=404)
    yield Stop("404", "/nulle-part/", cookies_of(world.client("alice")), "signed in", status=404)
    yield Stop("403", reverse("booking:appointments"), cookies_of(world.client("sophie")), "another space", status=403)


# The addresses of each part: a page of the site that is in none of them fails a test.
def team(world: World) -> Iterator[Stop]:
    """The team of the Lilas as its owner and a secretary see it, its figures, and the workstation they share."""
    for name in TEAM:
        yield at(f"practitioners:{name}", world, role="martin")
    yield at("practitioners:team", world, role="sophie", state="seen by a secretary")
    for name in ("invite", "cover"):
        yield at(f"practitioners:{name}", world, role="martin", state="refused", act=submit)
    yield at("practitioners:member", world, "sophie_member", "martin")
    yield at("practitioners:end", world, "sophie_member", "martin")
    yield at("practitioners:end", world, "sophie_member", "sophie", state="of oneself")
    yield at("practitioners:invitation", world, "team_invitation", "charlie")
    yield at("desk:figures", world, role="sophie")
    yield at("desk:figures", world, role="sophie", query="?du=2026-02-30", state="refused", status=422)
    yield at("accounts:workstation", world, role="sophie", state="without a code")
    for role in ("sophie", "martin"):
        yield at("practitioners:idle_lock", world, role=role, state=f"seen by {role}")
    yield at("accounts:workstation_pin", world, role="sophie")
    yield at("accounts:workstation_pin", world, role="sophie", state="refused", act=submit)
    yield at("accounts:resume", world, state="nobody")
    user = world.users["sophie"]
    enrol_totp(user, SECRET)
    set_pin(actor=Actor(user_id=user.pk, space=Space.PRACTICE), user=user, pin="493817")
    client = world.client("sophie")
    yield at("accounts:workstation", world, role="sophie")
    client.post(reverse("accounts:lock"))
    locked = {name: value for name, value in cookies_of(client).items() if name == "poste"}
    yield Stop("accounts:resume", reverse("accounts:resume"), locked)
    yield Stop("accounts:resume", reverse("accounts:resume"), locked, state="refused", act=submit)


def work(world: World) -> Iterator[Stop]:
    """Tasks, closed days and calendar addresses; the answer of a patient when nothing is offered to her."""
    for name in ("tasks", "feeds"):
        yield at(f"desk:{name}", world, role="sophie")
        yield at(f"desk:{name}", world, role="sophie", state="refused", act=submit)
    yield at("desk:tasks", world, role="sophie", query="?voir=faites", state="nothing done")
    yield at("desk:task", world, "lilas_task", "sophie")
    yield at("desk:rescue", world, "lilas_day", "sophie", state="under way")
    yield at("desk:rescue", world, "lilas_open_day", "sophie", state="without visits")
    yield at("booking:rescue", world, "alice_visit", "alice", state="nothing offered")


def waitlist(world: World) -> Iterator[Stop]:
    """Joining a list, one's places in line, the link of an offer before and after the proof, the practice's list."""
    file = world.targets["lilas_file"].kwargs["uid"]
    yield at("booking:waitlist_join", world, "dr_martin", "alice")
    yield at("booking:waitlist_join", world, "dr_martin", "alice", state="refused", act=submit)
    yield at("booking:waitlist", world, role="alice")
    yield at("booking:waitlist", world, role="boris", state="of no list")
    yield at("booking:waitlist_offer", world, "alice_kept_link", state="before the birth date")
    yield at("booking:waitlist_offer", world, "alice_kept_link", "alice")
    for query in ("", "?q=nom", f"?fiche={file}"):
        yield at("desk:waitlist", world, role="sophie", query=query, state=query.partition("=")[0])


def agenda(world: World) -> Iterator[Stop]:
    """The agenda's list, of a day and of a week; its grid has tests of its own (test_desk_agenda.py)."""
    now = clock.now()
    visit = Appointment.objects.get(uid=world.targets["alice_visit"].kwargs["uid"])
    yield at("desk:close_day", world, role="sophie", state="nothing to close")
    start = now - timedelta(minutes=1)
    AppointmentFactory(agenda=visit.agenda, start_at=start, end_at=start + timedelta(minutes=20))
    Appointment.objects.filter(pk=visit.pk).update(status=Status.ARRIVED, arrived_at=now - timedelta(minutes=26))
    yield at("desk:agenda", world, role="sophie", query="?vue=liste")
    yield at(
        "desk:agenda", world, role="sophie", query=f"?vue=liste&jour={visit.start_at.date()}", state="of another day"
    )
    yield at("desk:close_day", world, role="sophie")
    yield at("desk:print_day", world, role="sophie")


def at_the_desk(world: World) -> Iterator[Stop]:
    """One visit at the desk, from the caller's name to its history, and the page that stops reminders."""
    file, reason, agenda = (
        world.targets[name].kwargs["uid"] for name in ("lilas_file", "lilas_reason", "lilas_agenda")
    )
    chosen = f"fiche={file}&motif={reason}&avec={agenda}"
    for query in ("", "?q=nom", f"?fiche={file}", f"?{chosen}"):
        yield at("desk:book", world, role="sophie", query=query, state=query.partition("=")[0])
    yield at("desk:series", world, role="sophie", query=f"?{chosen}&le=2027-01-11&heure=10:00&seances=3&jours=7")
    for name in ("visit", "move", "cancel"):
        yield at(f"desk:{name}", world, "alice_visit", "sophie")
    yield at("notifications:stop", world, "alice_stop")


def answers(world: World) -> Iterator[Stop]:
    """The links of messages, before and after the birth date or signing in; a delay at the desk."""
    yield at("booking:answer", world, "dead_answer", state="asked for the birth date")
    yield at("booking:answer", world, "dead_answer", act=submit, state="without a date")
    yield at("booking:answer", world, "alice_answer", "alice", state="signed in")
    visit = Appointment.objects.get(uid=world.targets["alice_visit"].kwargs["uid"])
    yield at("booking:answer", world, "alice_answer", "alice", query=f"?annuler={visit.uid}", state="cancelling")
    Appointment.objects.filter(pk=visit.pk).update(confirmed_at=clock.now())
    yield at("booking:answer", world, "alice_answer", "alice", state="confirmed")
    yield at("patients:data_notice", world, "lilas_notice")
    yield at("patients:data_notice", world, "lilas_notice", act=submit, state="refused")
    yield at("desk:late", world, "lilas_agenda", "sophie", state="nobody expected")
    start = clock.now() + timedelta(minutes=20)
    AppointmentFactory(agenda=visit.agenda, start_at=start, end_at=start + timedelta(minutes=20))
    yield at("desk:late", world, "lilas_agenda", "sophie", query="?fenetre=1h")


def files(world: World) -> Iterator[Stop]:
    """The patients' files as a secretary works with them, and the link by which a patient joins theirs."""
    for name in FILES:
        yield at(f"desk:{name}", world, role="sophie")
    for query in ("?q=nom", "?q=zzzz"):
        yield at("desk:files", world, role="sophie", query=query, state=query)
    for name in ("file_new", "imports"):
        yield at(f"desk:{name}", world, role="sophie", state="refused", act=submit)
    for name in OF_A_FILE:
        yield at(f"desk:{name}", world, "lilas_file", "sophie")
    for name in ("file_edit", "file_death"):
        yield at(f"desk:{name}", world, "lilas_file", "sophie", state="refused", act=submit)
    yield at("desk:file", world, "dead_file", "martin", state="deceased")
    yield at("desk:merge", world, "lilas_twins", "sophie")
    yield at("desk:merge", world, "lilas_strangers", "sophie", state="two identities")
    yield at("desk:import_run", world, "lilas_import", "sophie", state="read")
    for_alice = f"?fiche={world.targets['lilas_file'].kwargs['uid']}"
    yield at("desk:refer", world, role="sophie", state="for nobody")
    yield at("desk:refer", world, role="sophie", query=for_alice)
    yield at("desk:refer", world, role="sophie", query=f"{for_alice}&lieu=zzzz", state="nobody found")
    yield at("desk:refer_times", world, "kept_offer", "sophie", query=for_alice)
    yield at("desk:refer_times", world, "kept_offer", "sophie", query=for_alice, state="refused", act=submit)
    yield at("booking:appointment", world, "missed_visit", "alice", state="absence noted")
    yield at("patients:join_file", world, "file_link", "alice")
    yield at("patients:join_file", world, "token", "alice", state="over", status=410)


def setting_up(world: World) -> Iterator[Stop]:
    for name in ("setup", "setup_reasons", "setup_reason_add", "setup_agenda_add"):
        yield at(f"desk:{name}", world, role="martin")
    for name in OF_AN_AGENDA:
        yield at(f"desk:setup_{name}", world, "lilas_agenda", "martin")
    for target, names in OF_HOURS.items():
        for name in names:
            yield at(f"desk:setup_{name}", world, target, "martin")
    yield at("desk:setup_opening_add", world, "lilas_agenda", "martin", state="weighed", act=submit)
    yield at("desk:setup_reason", world, "lilas_reason", "martin")
    yield at("desk:setup_offer", world, "lilas_offer", "martin")


def platform(world: World) -> Iterator[Stop]:
    """What waits and what died, as the platform's staff sees it."""
    yield at("platform:queues", world, role="admin", state="one job died")
    now = clock.now()
    for kind, error in (
        ("booking.refresh_listings", "OperationalError"),
        ("notifications.apply_receipt", "ReceiptTooEarly"),
    ):
        Job.objects.create(kind=kind, state="dead", due_at=now, finished_at=now, attempts=8, last_error=error)
        Job.objects.create(kind=kind, due_at=now - timedelta(minutes=3))
    failed("sms", timedelta(minutes=5))
    yield at("platform:queues", world, role="admin", state="late")
    yield at("accesses:alerts", world, role="admin")
    AccessAlert.objects.create(kind="many", user_id=world.users["martin"].pk, occasion="many:an-hour")
    yield at("accesses:alerts", world, role="admin", state="one was told")
    yield at("register:runs", world, role="admin")
    _imported(world)
    yield at("register:runs", world, role="admin", state="imported, refused, somebody left")


def _imported(world: World) -> None:
    """Two runs of the national register, and a practitioner with patients whom the last one states no more."""
    lines = {"field_count": 2, "name_garbled": 1}
    people = {
        "created": 1204,
        "changed": 12,
        "unchanged": 640_112,
        "struck_off": 1,
        "sites_created": 1511,
        "no_place": 3,
    }
    counts = {"lines": 1_204_331, "seconds": 41.2, "people": people, "rejected": lines, "unlisted": {"student": 4021}}
    name = "PS_LibreAcces_Personne_activite_202611210800.txt"
    run = RegisterSnapshot.objects.create(file_name=name, file_stamp="202611210800", state="current", counts=counts)
    for line, code in ((12, "field_count"), (90_412, "field_count"), (1_000_007, "name_garbled")):
        RegisterRejection.objects.create(snapshot=run, file=name, line=line, code=code, rpps="10002909371")
    refusal = {"refusal": {"count": 8231, "known": 640_112}}
    RegisterSnapshot.objects.create(
        file_name=name, file_stamp="202611220800", state="refused", refusal="too_many_strike_offs", counts=refusal
    )
    StrikeOff.objects.create(practitioner=world.users["martin"].practitioner, snapshot=run, found_on=clock.now().date())


def writing(world: World) -> Iterator[Stop]:
    """What the practice writes to its patients: reminders, messages to many, whom no message reached."""
    agenda = world.targets["lilas_agenda"].kwargs["uid"]
    for name in ("reminders", "reminders_edit", "broadcasts", "unreached"):
        yield at(f"desk:{name}", world, role="martin")
    yield at("desk:reminders_edit", world, role="martin", query=f"?agenda={agenda}", state="of an agenda")
    yield at("desk:broadcasts", world, role="martin", state="refused", act=submit)
    yield at("desk:broadcast", world, "lilas_broadcast", "martin")
    yield at("booking:broadcast", world, "lilas_broadcast", "alice")


PARTS: dict[str, tuple[Callable[[World], Iterator[Stop]], set[str]]] = {
    "public": (
        public,
        {
            *(f"portal:{name}" for name in ("home", "help_topic", *READING)),
            *("booking:search", "directory", "booking:practitioner", "core:api_docs", "demo:mailbox", "demo:letter"),
        },
    ),
    "joining": (joining_stops, JOINING_PAGES),
    "team": (
        team,
        {f"practitioners:{name}" for name in (*TEAM, "member", "end", "invitation")}
        | {
            "practitioners:idle_lock",
            "desk:figures",
            "accounts:workstation",
            "accounts:workstation_pin",
            "accounts:resume",
        },
    ),
    "work": (work, {"desk:tasks", "desk:task", "desk:rescue", "desk:feeds", "booking:rescue"}),
    "desk visits": (
        at_the_desk,
        {*(f"desk:{name}" for name in ("book", "series", "visit", "move", "cancel")), "notifications:stop"},
    ),
    "waitlist": (
        waitlist,
        {*(f"booking:{name}" for name in ("waitlist", "waitlist_join", "waitlist_offer")), "desk:waitlist"},
    ),
    "writing": (
        writing,
        {*(f"desk:{name}" for name in ("reminders", "reminders_edit", "broadcasts", "broadcast", "unreached"))}
        | {"booking:broadcast"},
    ),
    "agenda": (agenda, {"desk:agenda", "desk:close_day", "desk:print_day"}),
    "answers": (answers, {"booking:answer", "patients:data_notice", "desk:late"}),
    "files": (
        files,
        {f"desk:{name}" for name in (*FILES, *OF_A_FILE, "merge", "import_run", "refer", "refer_times")}
        | {"booking:appointment", "patients:join_file"},
    ),
    "settings": (
        setting_up,
        {f"desk:{name}" for name in ("setup", "setup_reasons", "setup_reason_add", "setup_agenda_add")}
        | {f"desk:setup_{name}" for name in (*OF_AN_AGENDA, *OF_HOURS["lilas_opening"], *OF_HOURS["lilas_absence"])}
        | {"desk:setup_reason", "desk:setup_offer"},
    ),
    "patient": (
        patient,
        {f"patients:{name}" for name in ("identity", "people", "add", *OF_THE_CHILD, "invitation", "revoke")}
        | {"patients:link_file", "patients:link_code", "notifications:bells"},
    ),
    "custody": (custody_stops, CUSTODY_PAGES),
    "listings": (listing_stops, LISTING_PAGES),
    "subscription": (subscription_stops, SUBSCRIPTION_PAGES),
    "invoices": (invoice_stops, INVOICE_PAGES | INVOICE_STAFF_PAGES),
    "payments": (payment_stops, PAYMENT_PAGES | PAYMENT_STAFF_PAGES),
    "books": (book_stops, BOOK_PAGES),
    "documents": (document_stops, DOCUMENT_PAGES),
    "health": (health_stops, HEALTH_PAGES),
    "visits": (visits, {"booking:appointments", *(f"booking:{name}" for name in OF_A_VISIT)}),
    "steps": (steps, {"booking:step"}),
    "entrance": (
        entrance,
        {
            *ENTRANCE,
            *("account_inactive", "account_logout", "account_password_reset_completed"),
            *("account_confirm_login_code", "account_confirm_password_reset_code"),
            *("account_complete_password_reset", "mfa_authenticate"),
            *("accounts:lost_factor", "accounts:lost_factor_cancel"),
        },
    ),
    "account": (
        account,
        {*(f"accounts:{name}" for name in ACCOUNT), *CONTACT}
        | {
            "account_set_password",
            "account_verify_phone",
            "account_email_verification_sent",
            "account_change_password",
        },
    ),
    "second factor": (second_factor, {*NEW_FACTORS, *FACTORS, *PASSKEY, *PROOFS}),
    "errors": (errors, set()),
    "platform": (platform, {"platform:queues", "accesses:alerts", "register:runs"}),
}
