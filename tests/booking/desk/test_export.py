"""All that a practice keeps, in one ZIP: complete, safe to open, for owners alone."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from icalendar import Calendar

from booking.enums import TaskKind
from booking.export_files import safe_cell, zip_pieces
from booking.models import Task
from booking.services.exports import export_practice
from booking.services.imports import read_import
from core.exceptions import NotForYou
from patients.models import PatientRecord
from patients.services.files import create_record
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, events
from tests.factories import AbsenceFactory, AppointmentFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

FIELDS = {
    "first_name": "Colette", "birth_name": "Lefèvre", "birth_date": date(1951, 3, 12), "phone": "06 12 34 56 78",
    "notes": "=1+1",
}  # fmt: skip


@pytest.fixture
def colette(desk):
    return create_record(actor=desk.actor("anna"), fields=FIELDS)


def opened(pieces):
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def table(archive, name):
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")), delimiter=";"))


def test_export_holds_every_patient_and_visit_of_this_practice_alone(desk, colette):
    visit = AppointmentFactory(agenda=desk.agenda, record=colette, reason_name="Suivi, long; très")
    AppointmentFactory(agenda=desk.elsewhere)
    AbsenceFactory(agenda=desk.agenda, starts_on=date(2027, 8, 2), ends_on=date(2027, 8, 20), label="Congés")
    Task.objects.create(practice=desk.practice, kind=TaskKind.CALL_BACK, about="Rappeler", record=colette)
    archive = opened(export_practice(actor=desk.actor("martin")))
    assert archive.testzip() is None
    assert archive.namelist() == ["patients.csv", "appointments.csv", "agendas.ics", "everything.json"]
    (patient,) = table(archive, "patients.csv")
    assert (patient["Nom de naissance"], patient["Mobile"], patient["Notes"]) == ("Lefèvre", "0612345678", "'=1+1")
    (row,) = table(archive, "appointments.csv")
    assert (row["Identifiant"], row["Durée"]) == (str(colette.uid), "20")
    (event,) = Calendar.from_ical(archive.read("agendas.ics")).walk("VEVENT")
    assert (str(event["uid"]), event.decoded("dtstart")) == (f"{visit.uid}@prendsoin", visit.start_at)
    assert "Suivi, long; très" in str(event["summary"])
    whole = json.loads(archive.read("everything.json"))
    assert [one["notes"] for one in whole["patients"]] == ["=1+1"]
    assert [one["id"] for one in whole["appointments"]] == [str(visit.uid)]
    assert len(whole["agendas"]) == 2
    assert {one["agenda"] for one in whole["opening_hours"]} == {str(desk.agenda.uid), str(desk.second.uid)}
    assert {(one["interval"], one["span_days"]) for one in whole["opening_hours"]} == {(1, 0)}
    assert (whole["absences"][0]["ends_on"], whole["absences"][0]["label"]) == ("2027-08-20", "Congés")
    assert whole["tasks"][0]["patient"] == str(colette.uid)
    assert len(events("booking.export_practice")) == 1


def test_export_comes_back_by_import_unchanged(desk, colette):
    AppointmentFactory(agenda=desk.agenda, record=colette)
    archive = opened(export_practice(actor=desk.actor("martin")))
    run = read_import(actor=desk.actor("anna"), kind="patients", raw=archive.read("patients.csv"))
    assert (run.report["created"], run.report["refused"]) == (0, [])
    run = read_import(actor=desk.actor("anna"), kind="appointments", raw=archive.read("appointments.csv"))
    assert (run.report["created"], run.report["unchanged"], run.report["refused"]) == (0, 1, [])


def test_export_is_for_owners_alone(desk, colette):
    for name in ("anna", "sophie", "paul", "lea", "ended"):
        with pytest.raises(NotForYou):
            export_practice(actor=desk.actor(name))
    address = reverse("desk:export")
    assert browser_of(desk, "anna").post(address).status_code == 404
    assert "Seul un responsable" in browser_of(desk, "anna").get(address).content.decode()
    client = browser_of(desk, "martin")
    assert "Tout exporter" in client.get(address).content.decode()
    answer = client.post(address)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store")
    assert opened(answer.streaming_content).testzip() is None


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n="])
def test_cells_that_a_spreadsheet_would_run_are_kept_as_text(start):
    assert safe_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_cells_without_danger_are_left_alone():
    assert [safe_cell(cell) for cell in ("Lefèvre", "a=b", -5, None, "n\0ul")] == ["Lefèvre", "a=b", -5, "", "nul"]


def test_zip_is_made_piece_by_piece():
    pieces = list(zip_pieces([("noise", (bytes([n % 251]) * 1000 + bytes(range(256)) * 40 for n in range(400)))]))
    assert opened(pieces).testzip() is None
    assert PatientRecord.objects.count() == 0
