"""The agenda as the secretary of three practitioners works with it, on a Tuesday morning at a quarter past ten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from booking.enums import Status
from booking.models import Appointment
from core import clock
from practitioners.enums import Role
from tests.browser.conftest import AXE_OPTIONS, DESKTOP, PHONE
from tests.browser.test_keyboard import tab_to
from tests.factories import (
    AbsenceFactory,
    AgendaReasonFactory,
    AppointmentFactory,
    BookableAgendaFactory,
    HoldFactory,
    MembershipFactory,
    PatientFactory,
    PracticeFactory,
    PractitionerFactory,
    RecordFactory,
    UserFactory,
    VisitReasonFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 14, tzinfo=UTC)
NAMES = ("Moreau", "Benali", "Lefèvre", "Da Silva", "Petit", "Garnier", "Traoré", "Nguyen", "Rousseau-Delmas", "Kaci")
PAST = (Status.SEEN, Status.SEEN, Status.NO_SHOW, Status.SEEN, Status.EXCUSED)
TABLE_OF_THE_LIBRARY = "aria-required-children"


def at(hour: float, minutes: int = 20, day: date = TODAY) -> dict[str, Any]:
    start = clock.combine(day, time(int(hour), round(hour % 1 * 60)), PARIS)
    return {"start_at": start, "end_at": start + timedelta(minutes=minutes)}


@pytest.fixture
def morning(monkeypatch, transactional_db) -> dict[str, Any]:
    """Three agendas, the visits of a day, two people waiting; `sophie` answers for all of them."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    practice = PracticeFactory(name="Maison de santé des Lilas")
    user = UserFactory(email="sophie@prendsoin.example", display_name="Sophie Lambert")
    MembershipFactory(user=user, practice=practice, role=Role.SECRETARY, all_agendas=True)
    agendas = [
        BookableAgendaFactory(practice=practice, practitioner=PractitionerFactory(first_name=first, last_name=last))
        for first, last in (("Claire", "Martin"), ("Anh", "Nguyen"), ("Paul", "Roche"))
    ]
    for agenda in agendas:
        agenda.opening_hours.update(start_time=time(8), end_time=time(18, 20), weekdays=[1, 2, 3, 4, 5])
        AbsenceFactory(
            agenda=agenda, starts_on=TODAY, start_time=time(12, 20), end_time=time(14), span_days=0, label="Pause"
        )
    reasons = [VisitReasonFactory(practice=practice, name=f"Motif {n}", tint=n) for n in range(1, 6)]
    for agenda in agendas:
        for reason in reasons:
            AgendaReasonFactory(agenda=agenda, visit_reason=reason)
    visits = {}
    for column, agenda in enumerate(agendas):
        for n, name in enumerate(NAMES):
            hour = 8 + n / 3 + (column + n) % 2 / 3 if n < 5 else 14 + (n - 5) * 2 / 3
            reason = reasons[(n + column) % 5]
            record = RecordFactory(practice=practice, patient=PatientFactory(first_name="Chantal", birth_name=name))
            if agenda.appointments.filter(start_at__lt=at(hour)["end_at"], end_at__gt=at(hour)["start_at"]).exists():
                continue
            visits[agenda.practitioner.last_name, name] = AppointmentFactory(
                agenda=agenda, record=record, visit_reason=reason, reason_name=reason.name,
                status=PAST[n] if n < 5 else Status.BOOKED, **at(hour, 40 if n % 4 == 1 and n > 4 else 20),
            )  # fmt: skip
    for agenda, name, waited in ((agendas[0], "Yilmaz", 14), (agendas[1], "Sow", 26)):
        record = RecordFactory(practice=practice, patient=PatientFactory(first_name="Paul", birth_name=name))
        AppointmentFactory(
            agenda=agenda, record=record, visit_reason=reasons[0], status=Status.ARRIVED,
            arrived_at=NOW - timedelta(minutes=waited), **at(10 + 1 / 3),
        )  # fmt: skip
    record = RecordFactory(practice=practice, patient=PatientFactory(first_name="Awa", birth_name="Diop"))
    visits["awaited"] = AppointmentFactory(agenda=agendas[0], record=record, visit_reason=reasons[1], **at(11))
    HoldFactory(agenda=agendas[0], expires_at=NOW + timedelta(minutes=4), **at(17.5))
    return {"practice": practice, "user": user, "agendas": agendas, "visits": visits}


@pytest.fixture
def at_desk(morning, new_context, watched, live_server) -> Callable[..., Page]:
    """A screen at which sophie has signed in; the hour on its wall is that of the morning."""

    def open_screen(*, guarded: bool = True, **options: Any) -> Page:
        client = Client()
        client.force_login(morning["user"])
        session = client.session
        session["space"] = f"practice:{morning['practice'].uid}"
        session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
        session["account_authentication_methods_user"] = str(morning["user"].pk)
        session.save()
        context = new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
        context.add_cookies(
            [{"name": name, "value": one.value, "url": live_server.url} for name, one in client.cookies.items()]
        )
        page = context.new_page()
        page.clock.set_fixed_time(NOW)
        return watched(page) if guarded else page

    return open_screen


def event_of(page: Page, visit: Appointment) -> Locator:
    return page.locator(f".ec-event[data-visit='{visit.uid}']")


def drag(page: Page, what: Locator, *, to: tuple[float, float]) -> None:
    box = what.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(to[0], to[1] - 40, steps=6)
    page.mouse.move(to[0], to[1] + 8, steps=6)
    page.mouse.up()


def column_of(page: Page, name: str) -> float:
    """The middle of a practitioner's column."""
    box = page.locator(".ec-col-head", has_text=name).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2


def test_secretary_notes_an_arrival_by_keyboard(morning, at_desk):
    page = at_desk(viewport=PHONE)
    page.goto("/cabinet/?vue=liste")
    awaited = morning["visits"]["awaited"]
    line = page.locator(f"[id='visite-{awaited.uid}']")

    tab_to(page, line.get_by_role("button", name="Arrivé : Awa Diop"))
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_text("Awa Diop est en salle d’attente.")).to_be_visible()
    expect(page.locator("#agenda-waiting")).to_contain_text("Diop")
    awaited.refresh_from_db()
    assert (awaited.status, awaited.arrived_at) == (Status.ARRIVED, NOW)


def test_secretary_drags_a_visit_to_a_colleague_and_takes_it_back(morning, at_desk):
    page = at_desk()
    page.goto("/cabinet/?vue=jour")
    visit, (martin, nguyen, _) = morning["visits"]["awaited"], morning["agendas"]
    what = event_of(page, visit)
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box is not None

    drag(page, what, to=(column_of(page, "Nguyen"), box["y"] + 24))
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Déplacer Awa Diop au mardi 24 novembre à 11:20, avec Dr Anh Nguyen")
    expect(question).to_contain_text("doit l’appeler")
    question.get_by_role("button", name="Déplacer").first.click()
    undo = page.get_by_role("button", name="Revenir en arrière")
    expect(undo).to_be_visible()
    visit.refresh_from_db()
    assert (visit.agenda, visit.start_at) == (nguyen, at(11 + 1 / 3)["start_at"])

    undo.click()
    expect(page.get_by_text("C’est rétabli.")).to_be_visible()
    visit.refresh_from_db()
    assert (visit.agenda, visit.start_at) == (martin, at(11)["start_at"])


def test_visit_dropped_on_another_one_jumps_back_with_a_sentence(morning, at_desk):
    page = at_desk(guarded=False)
    page.goto("/cabinet/?vue=jour")
    visit = morning["visits"]["awaited"]
    taken = page.locator(".ec-event", has_text="Sow").bounding_box()
    what = event_of(page, visit)
    before = what.bounding_box()
    assert taken is not None

    drag(page, what, to=(column_of(page, "Nguyen"), taken["y"]))
    page.get_by_role("dialog").get_by_role("button", name="Déplacer").first.click()

    expect(page.get_by_role("alert").filter(has_text="Cette heure vient d’être prise")).to_be_visible()
    page.wait_for_timeout(300)
    assert event_of(page, visit).bounding_box() == before
    visit.refresh_from_db()
    assert visit.start_at == at(11)["start_at"]


def test_leaving_things_as_before_changes_nothing(morning, at_desk):
    page = at_desk()
    page.goto("/cabinet/?vue=jour")
    visit = morning["visits"]["awaited"]
    what = event_of(page, visit)
    before = what.bounding_box()
    assert before is not None

    drag(page, what, to=(column_of(page, "Roche"), before["y"]))
    page.get_by_role("button", name="Laisser comme avant").click()
    page.wait_for_timeout(300)

    assert event_of(page, visit).bounding_box() == before
    visit.refresh_from_db()
    assert visit.revision == 0


def test_selecting_free_time_keeps_it_and_opens_quick_booking(morning, at_desk):
    page = at_desk()
    page.goto("/cabinet/?vue=jour")
    box = event_of(page, morning["visits"]["awaited"]).bounding_box()
    assert box is not None
    x, top = column_of(page, "Roche"), box["y"]

    page.mouse.move(x, top + 2)
    page.mouse.down()
    page.mouse.move(x, top + 20, steps=4)
    page.mouse.move(x, top + 44, steps=4)
    page.mouse.up()

    expect(page.locator(".behind--held")).to_have_count(2)
    held = Appointment.objects.get(status=Status.HELD, agenda=morning["agendas"][2])
    assert (held.start_at, held.end_at - held.start_at) == (at(11)["start_at"], timedelta(minutes=40))
    expect(page.locator("#agenda-book [name=garde]")).to_have_value(str(held.uid))


def test_agenda_can_be_read_but_not_changed_without_a_network(morning, at_desk):
    page = at_desk(viewport=PHONE, guarded=False)
    page.goto("/cabinet/?vue=liste")
    button = page.get_by_role("button", name="Arrivé : Awa Diop")
    expect(button).to_be_enabled()

    page.context.set_offline(True)

    expect(page.locator("#agenda-offline")).to_contain_text("Hors ligne, agenda de 10:14")
    expect(page.get_by_role("link", name="Awa Diop")).to_be_visible()
    expect(button).to_be_disabled()
    page.context.set_offline(False)
    expect(page.locator("#agenda-offline")).to_be_hidden()
    expect(button).to_be_enabled()


def test_keys_move_through_the_agenda_and_can_be_turned_off(morning, at_desk):
    page = at_desk()
    page.goto("/cabinet/?vue=jour&jour=2026-11-24")

    for key, expected in (
        ("s", "vue=semaine"),
        ("l", "vue=liste"),
        ("ArrowRight", "jour=2026-11-25"),
        ("t", "jour=2026-11-24"),
    ):
        page.keyboard.press(key)
        page.wait_for_url(f"**{expected}**")
    page.get_by_text("Plus", exact=True).click()
    page.get_by_role("button", name="Raccourcis du clavier").click()
    address = page.url
    page.keyboard.press("Escape")
    page.locator("body").press("s")
    page.wait_for_timeout(200)
    assert page.url == address


def test_thirty_minutes_are_blocked_in_three_taps_on_a_phone(morning, at_desk):
    page = at_desk(viewport=PHONE, has_touch=True)
    page.goto("/cabinet/")

    page.get_by_text("Plus", exact=True).tap()
    panel = page.locator(".agenda-menu .menu__panel").bounding_box()
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= PHONE["width"]
    with page.expect_navigation():
        page.get_by_role("button", name="Bloquer les 30 prochaines minutes : Roche").tap()

    absence = morning["agendas"][2].absences.order_by("-pk").first()
    assert (absence.start_time, absence.end_time) == (time(10, 14), time(10, 44))
    expect(page.get_by_text("C’est bloqué")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_grid_is_accessible(at_desk, theme):
    """The list, the closing and the paper are among the pages of `test_all_pages`; the grid is drawn by a script."""
    page = at_desk(guarded=False, viewport=DESKTOP, bypass_csp=True, color_scheme=theme)
    for view in ("jour", "semaine"):
        page.goto(f"/cabinet/?vue={view}")
        expect(page.locator(".ec-event").first).to_be_visible()

        found = Axe().run(page, options=AXE_OPTIONS).response["violations"]

        broken = [(rule["id"], node["target"], node["html"][:160]) for rule in found for node in rule["nodes"]]
        # The library's own table of columns: the list is the equal path (design, agenda).
        assert [one for one in broken if one[0] != TABLE_OF_THE_LIBRARY] == [], view
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
