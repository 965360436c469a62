"""The agendas of a day as a PDF: what its sheets say, read back from the file; who may take it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from booking.enums import Status
from booking.models import OpeningHours
from core import clock
from core.models import AuditEvent
from practitioners.enums import Discretion
from tests.booking.desk.browsing import browser_of
from tests.factories import AppointmentFactory, BookableAgendaFactory, PatientFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
PATH = "/cabinet/agenda/pdf/"


def tomorrow() -> date:
    return clock.today(PARIS) + timedelta(days=1)


def visit(
    desk: Any, hour: float, first: str, last: str, *, agenda: Any = None, minutes: int = 20, **fields: Any
) -> Any:
    start = clock.instant(clock.day_start(tomorrow(), PARIS)) + timedelta(hours=hour)
    person = PatientFactory(first_name=first, birth_name=last)
    end = start + timedelta(minutes=minutes)
    return AppointmentFactory(agenda=agenda or desk.agenda, patient=person, start_at=start, end_at=end, **fields)


def taken(desk: Any, who: str = "sophie", **words: str) -> Any:
    query = "&".join(f"{name}={value}" for name, value in {"jour": tomorrow().isoformat(), **words}.items())
    return browser_of(desk, who).post(f"{PATH}?{query}", {"form_token": "pdf"})


def sheets(response: Any) -> list[str]:
    """The text of each page, spaces squeezed."""
    assert response["Content-Type"] == "application/pdf", response.content[:200]
    with pypdfium2.PdfDocument(response.content) as file:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in file]


def test_pdf_holds_the_rows_of_the_day(desk):
    visit(desk, 10, "Élodie", "Lefèvre-Œillet")
    visit(desk, 11, "Paul", "Petit", status=Status.CANCELLED_BY_PATIENT)

    (sheet,) = sheets(taken(desk))

    assert desk.agenda.practitioner.display_name in sheet
    assert "10:00 20 min Élodie Lefèvre-Œillet" in sheet
    assert "Paul Petit" in sheet
    assert "Annulé" in sheet
    assert "1 patient" in sheet
    assert "Libre" in sheet
    assert "Confidentiel" in sheet
    assert "Page 1 sur 1" in sheet


def test_pdf_gives_each_agenda_its_own_sheet(desk):
    visit(desk, 10, "Awa", "Diop")
    visit(desk, 10, "Paul", "Petit", agenda=desk.second)

    found = sheets(taken(desk, "anna", agendas=f"{desk.agenda.uid},{desk.second.uid}"))

    assert len(found) == 2
    assert sorted(("Awa Diop" in one, "Paul Petit" in one) for one in found) == [(False, True), (True, False)]


def test_pdf_of_a_day_of_eighty_visits_numbers_its_pages_and_repeats_its_headings(desk):
    for n in range(80):
        visit(desk, 9 + n / 10, f"Prénom{n}", "Nom", minutes=6)

    found = sheets(taken(desk))

    assert len(found) >= 2
    assert all(f"Page {n} sur {len(found)}" in one for n, one in enumerate(found, start=1))
    assert all("Heure Durée Patient Motif État" in one for one in found)
    assert sum(one.count("Prénom") for one in found) == 80


def test_pdf_of_an_empty_day_says_so(desk):
    OpeningHours.objects.filter(agenda=desk.agenda).delete()

    (sheet,) = sheets(taken(desk))

    assert "Rien ce jour-là." in sheet


def test_pdf_draws_every_letter_it_has_and_marks_the_others(desk):
    visit(desk, 10, "محمد", "بن علي")
    visit(desk, 11, "Zoé 🐈", "Đặng")

    (sheet,) = sheets(taken(desk))

    assert "Đặng" in sheet
    assert "□" in sheet
    assert any("\u0600" <= char <= "\u06ff" or "\ufb50" <= char <= "\ufeff" for char in sheet)


def test_pdf_never_shows_a_concealed_reason_nor_a_note(desk):
    one = visit(desk, 10, "Awa", "Diop", internal_note="À rappeler au sujet de la prise de sang", note="Mon secret")
    one.visit_reason.discretion = Discretion.CONCEALED
    one.visit_reason.save()

    (sheet,) = sheets(taken(desk))

    assert "Awa Diop" in sheet
    assert one.reason_name not in sheet
    assert "prise de sang" not in sheet
    assert "secret" not in sheet


def test_taking_the_pdf_is_written_in_the_journal(desk):
    taken(desk)

    event = AuditEvent.objects.get(action="booking.print_day")
    assert event.practice_id == desk.practice.pk
    assert event.facts["agendas"] == [desk.agenda.pk]


def test_pdf_is_never_kept_on_the_way(desk):
    response = taken(desk)

    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith("attachment")


def test_nobody_takes_the_day_of_an_agenda_that_is_not_theirs(desk):
    foreign = BookableAgendaFactory()

    assert taken(desk, agendas=str(foreign.uid)).status_code == 404
    assert not AuditEvent.objects.filter(action="booking.print_day").exists()
