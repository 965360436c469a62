"""Files that practices bring in: read dry, written once, hostile ones refused whole."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from booking.enums import Channel, Status
from booking.import_files import ImportRefused, read_table, text_of
from booking.models import Appointment, ImportRun
from booking.services.imports import confirm_import, do_chunk, drop_import, read_import
from core import clock
from core.exceptions import DomainError, NotForYou
from core.models import AuditEvent
from notifications.models import Message
from patients.models import PatientRecord
from patients.selectors.files import find_records
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, statements
from tests.factories import AppointmentFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

PATIENTS = """Identifiant;Nom de naissance;Nom utilisé;Prénom;Date de naissance;Sexe;Téléphone;Mobile;E-mail;Couleur
A1;Lefèvre;Dupont;Colette;12/03/1951;F;01 48 97 20 14;06 12 34 56 78;colette@exemple.fr;bleu
A2;O'Brien;;Jean-Pierre;01/07/88;M;;612345679;;
;Nguyễn;;Thị;2012-12-05;;;;;
A4;;;Sans nom;;;;;;
A5;Martin;;Zoé;31/02/1980;;;;;
A1;Lefèvre;;Colette;12/03/1951;;;;;
A6;=HYPERLINK("http://x");;Eve;;;;;;
A7;Durand;;Léo;;;;12;;
"""


def read(desk, text, kind="patients", encoding="utf-8", name="anna"):
    return read_import(actor=desk.actor(name), kind=kind, raw=text.encode(encoding))


def written(desk, text, kind="patients", name="anna"):
    run = confirm_import(actor=desk.actor(name), run=read(desk, text, kind, name=name).uid)
    for _ in range(50):
        do_chunk(run_id=run.pk)
    run.refresh_from_db()
    return run


def refused(run):
    return {row["line"]: row["code"] for row in run.report["refused"]}


def counts(run):
    return tuple(run.report[name] for name in ("created", "updated", "unchanged", "refused_count"))


def test_dry_reading_reports_each_line_and_writes_nothing(desk):
    events = AuditEvent.objects.count()
    run = read(desk, PATIENTS)
    assert counts(run) == (3, 0, 0, 5)
    assert refused(run) == {5: "required", 6: "invalid_date", 7: "duplicate_line", 8: "formula", 9: "invalid_phone"}
    assert run.report["ignored_columns"] == 1
    assert (run.done_lines, run.lines, run.confirmed_at) == (8, 8, None)
    assert PatientRecord.objects.count() == 0
    assert AuditEvent.objects.count() == events + 1


def test_confirmed_import_writes_once_and_forgets_the_file(desk):
    run = written(desk, PATIENTS)
    assert (counts(run), run.content, run.finished_at is not None) == ((3, 0, 0, 5), "", True)
    colette = PatientRecord.objects.get(imported_ref="A1")
    assert (str(colette.phone), str(colette.landline)) == ("+33612345678", "+33148972014")
    assert (colette.birth_date, colette.sex, colette.email) == (date(1951, 3, 12), "F", "colette@exemple.fr")
    assert find_records(desk.actor("anna"), "dupont 8972") == [colette]
    assert str(PatientRecord.objects.get(imported_ref="A2").phone) == "+33612345679"
    assert Message.objects.count() == 0
    again = written(desk, PATIENTS)
    assert counts(again) == (0, 0, 3, 5)
    assert PatientRecord.objects.count() == 3


def test_second_import_fills_blanks_and_keeps_what_the_practice_wrote(desk):
    written(desk, "Id,Last name,First name,Mobile\n7,Martin,Zoé,\n8,Petit,Léa,0611111111\n")
    run = written(desk, "Id,Last name,First name,Mobile\n7,Martin,Zoé,0612345678\n8,Petite,Léa,0699999999\n")
    assert counts(run) == (0, 1, 1, 0)
    assert str(PatientRecord.objects.get(imported_ref="7").phone) == "+33612345678"
    assert str(PatientRecord.objects.get(imported_ref="8").phone) == "+33611111111"


def test_import_adopts_the_file_of_the_same_person(desk):
    written(desk, "nom;prénom;ddn\nMartin;Zoé;01/02/1990\n")
    PatientRecord.objects.update(imported_ref="")
    run = written(desk, "id;nom;prénom;ddn\n55;MARTIN;zoe;01/02/1990\n")
    assert counts(run) == (0, 1, 0, 0)
    assert PatientRecord.objects.get().imported_ref == "55"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_usual_encoding_and_separator_is_read(encoding, separator):
    text = separator.join(("Nom", "Prénom")) + "\r\n" + separator.join(("Lefèvre", "Zoé")) + "\r\n"
    (line,) = read_table(text_of(text.encode(encoding)), "patients").lines
    assert dict(line.cells) == {"birth_name": "Lefèvre", "first_name": "Zoé"}


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_the_first_line_of_a_spreadsheet_only_says_the_separator(separator, end):
    text = end.join((f"sep={separator}", f"nom{separator}prénom", f"Martin{separator}Zoé", ""))
    (line,) = read_table(text, "patients").lines
    assert (line.number, dict(line.cells)) == (3, {"birth_name": "Martin", "first_name": "Zoé"})


def test_newlines_inside_a_cell_do_not_shift_the_report():
    text = 'nom;prénom;notes\nMartin;Zoé;"une\nnote"\n\nPetit;Léa;x\n'
    assert [line.number for line in read_table(text, "patients").lines] == [2, 4]


HEAD = b"nom;prenom\n"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_empty"),
        (b" \n\n", "file_empty"),
        (HEAD, "file_empty"),
        (HEAD + b"Mar\0tin;Zoe\n", "file_nul"),
        (b"\0" * 200, "file_nul"),
        (b"PK\x03\x04rest", "file_spreadsheet"),
        (HEAD + b"\x81\x8d;x\n", "file_encoding"),
        (b"\xff\xfe" + b"a", "file_encoding"),
        (HEAD + "Lefèvre;Zoé\nMéry;Éloïse\n".encode()[:-4], "file_encoding"),
        (HEAD + b'"Martin;Zoe\n', "file_malformed"),
        (HEAD + b"x" * 200_000 + b";y\n", "file_malformed"),
        (b"a;" * 400_000, "file_too_many_columns"),
        (HEAD + b";" * 1_000_000, "file_too_many_columns"),
        (HEAD + b"\n" * 1_000_000, "file_too_many_lines"),
        (HEAD + b"a;b\n" * 20_001, "file_too_many_lines"),
        (b"nom;prenom;NOM\na;b;c\n", "file_duplicate_headers"),
        (b"couleur;taille\na;b\n", "file_columns_missing"),
        (b"nom\nMartin\n", "file_columns_missing"),
        (b"%PDF-1.4 \x01\x02\n1 0 obj", "file_columns_missing"),
        (b"a" * 5_000_001, "file_too_large"),
    ],
)
def test_hostile_files_are_refused_whole(desk, raw, code):
    with pytest.raises(ImportRefused) as refusal:
        read_import(actor=desk.actor("anna"), kind="patients", raw=raw)
    assert refusal.value.code == code
    assert (ImportRun.objects.count(), PatientRecord.objects.count()) == (0, 0)


def test_upload_page_refuses_and_reports(desk):
    client, address = browser_of(desk, "anna"), reverse("desk:imports")
    bad = SimpleUploadedFile("patients.csv", b"\0" * 50)
    answer = client.post(address, {"kind": "patients", "file": bad})
    assert answer.status_code == 422
    assert "octets nuls" in answer.content.decode()
    empty = client.post(address, {"kind": "patients", "file": SimpleUploadedFile("patients.csv", b"")})
    assert empty.status_code == 422
    answer = client.post(address, {"kind": "patients", "file": SimpleUploadedFile("x.csv", PATIENTS.encode())})
    page = client.get(answer["Location"]).content.decode()
    assert "Ce qui se passera" in page
    assert "duplicate_line" in page
    assert "Lefèvre" not in page
    run = ImportRun.objects.get()
    assert client.post(reverse("desk:import_confirm", args=[run.uid])).status_code == 302
    assert "Écriture en cours" in client.get(answer["Location"]).content.decode()
    assert client.post(reverse("desk:import_confirm", args=[run.uid]), follow=True).status_code == 200
    assert browser_of(desk, "diallo").get(answer["Location"]).status_code == 404
    assert browser_of(desk, "diallo").post(reverse("desk:import_confirm", args=[run.uid])).status_code == 404


def test_imports_page_takes_as_many_statements_for_three_runs(desk):
    client, address = browser_of(desk, "anna"), reverse("desk:imports")
    read(desk, PATIENTS)
    client.get(address)
    one = statements(lambda: client.get(address))[1]
    read(desk, PATIENTS)
    read(desk, PATIENTS)
    assert statements(lambda: client.get(address))[1] == one


def test_a_run_is_confirmed_once_and_may_be_forgotten(desk):
    run = read(desk, PATIENTS)
    confirm_import(actor=desk.actor("anna"), run=run.uid)
    for act in (confirm_import, drop_import):
        with pytest.raises(DomainError) as again:
            act(actor=desk.actor("anna"), run=run.uid)
        assert again.value.code == "import_over"
    other = read(desk, PATIENTS)
    drop_import(actor=desk.actor("anna"), run=other.uid)
    other.refresh_from_db()
    assert (other.content, other.finished_at is not None) == ("", True)
    with pytest.raises(NotForYou):
        read(desk, PATIENTS, name="lea")


def test_large_files_are_read_and_written_by_chunks(desk):
    text = "nom;prénom\n" + "".join(f"Martin{chr(97 + n % 26)}{chr(97 + n // 26)};Zoé\n" for n in range(600))
    run = read(desk, text)
    assert (run.done_lines, run.lines) == (500, 600)
    with pytest.raises(DomainError) as early:
        confirm_import(actor=desk.actor("anna"), run=run.uid)
    assert early.value.code == "import_not_read"
    do_chunk(run_id=run.pk)
    confirm_import(actor=desk.actor("anna"), run=run.uid)
    do_chunk(run_id=run.pk)
    assert PatientRecord.objects.count() == 500
    do_chunk(run_id=run.pk)
    do_chunk(run_id=run.pk)
    assert PatientRecord.objects.count() == 600


def test_import_stops_when_who_confirmed_has_left(desk):
    run = confirm_import(actor=desk.actor("anna"), run=read(desk, PATIENTS).uid)
    desk.users["anna"].memberships.update(ends_at=clock.now())
    with pytest.raises(NotForYou):
        do_chunk(run_id=run.pk)
    assert PatientRecord.objects.count() == 0


@pytest.fixture
def colette(desk):
    written(desk, PATIENTS)
    return PatientRecord.objects.get(imported_ref="A1")


def visits_file(desk, *rows):
    head = "Identifiant;Nom;Prénom;Date de naissance;Date;Heure;Durée;Praticien;Motif;Statut;Notes\n"
    return head + "\n".join(rows) + "\n"


def test_visits_are_imported_past_and_to_come_without_a_message(desk, colette):
    doctor = desk.agenda.practitioner.last_name
    future = clock.now() + timedelta(days=10)
    run = written(
        desk,
        visits_file(
            desk,
            f"A1;;;;{future:%d/%m/%Y};9h40;30;{doctor};Consultation;;fauteuil",
            f"A1;;;;03/02/2024;10:00;;Dr {doctor};Vaccin;absent;",
            f";LEFEVRE;Colette;12/03/1951;04/02/2024;10:00;;{doctor};;;",
            f"A9;;;;04/02/2024;10:00;;{doctor};;;",
            f"A1;;;;04/02/2024;25:00;;{doctor};;;",
            "A1;;;;04/02/2024;10:00;;Inconnu;;;",
            f"A1;;;;{future:%d/%m/%Y};11:00;;{doctor};Chirurgie;;",
            f"A1;;;;{future:%d/%m/%Y};12:00;99999;{doctor};;;",
        ),
        kind="appointments",
    )
    assert refused(run) == {
        5: "unknown_patient", 6: "invalid_time", 7: "unknown_agenda", 8: "unknown_reason", 9: "duration_invalid",
    }  # fmt: skip
    coming = Appointment.objects.get(status=Status.BOOKED)
    local = coming.start_at.astimezone(ZoneInfo("Europe/Paris"))
    assert (local.hour, local.minute, coming.duration, coming.channel) == (9, 40, timedelta(minutes=30), Channel.IMPORT)
    assert (coming.record, coming.internal_note) == (colette, "fauteuil")
    missed = Appointment.objects.get(status=Status.NO_SHOW)
    assert (missed.reason_name, missed.record) == ("Vaccin", colette)
    assert Appointment.objects.filter(status=Status.SEEN).count() == 1
    assert Message.objects.count() == 0


def test_visits_that_conflict_are_reported_and_a_second_import_changes_nothing(desk, colette):
    doctor = desk.agenda.practitioner.last_name
    start = (
        (clock.now() + timedelta(days=10))
        .astimezone(ZoneInfo("Europe/Paris"))
        .replace(hour=10, minute=0, second=0, microsecond=0)
    )
    AppointmentFactory(agenda=desk.agenda, start_at=start, end_at=start + timedelta(minutes=20))
    text = visits_file(
        desk,
        f"A1;;;;{start:%d/%m/%Y};10:10;;{doctor};;;",
        f"A1;;;;{start:%d/%m/%Y};11:00;;{doctor};;;",
        f"A2;;;;{start:%d/%m/%Y};11:10;;{doctor};;;",
    )
    dry = read(desk, text, "appointments")
    run = written(desk, text, "appointments")
    assert refused(dry) == refused(run) == {2: "slot_taken", 4: "slot_taken"}
    assert counts(dry) == counts(run) == (1, 0, 0, 2)
    again = written(desk, text, "appointments")
    assert (again.report["created"], again.report["unchanged"]) == (0, 1)


def test_visits_of_another_practice_cannot_be_reached_by_a_file(desk, colette):
    foreign = desk.elsewhere.practitioner.last_name
    run = written(desk, visits_file(desk, f"A1;;;;04/02/2024;10:00;;{foreign};;;"), "appointments")
    assert refused(run) == {2: "unknown_agenda"}
    assert Appointment.objects.filter(practice=desk.elsewhere.practice).count() == 0


def test_visits_to_come_outside_of_the_hours_are_written_and_flagged(desk, colette):
    doctor, future = desk.agenda.practitioner.last_name, clock.now() + timedelta(days=10)
    text = visits_file(
        desk,
        f"A1;;;;{future:%d/%m/%Y};03:00;20;{doctor};;;",
        f"A1;;;;{future:%d/%m/%Y};10:00;20;{doctor};;;",
        f"A1;;;;03/02/2024;03:00;20;{doctor};;;",
    )
    dry = read(desk, text, "appointments")
    assert (dry.report["outside"], dry.report["outside_count"], Appointment.objects.count()) == ([2], 1, 0)
    run = written(desk, text, "appointments")
    assert (run.report["outside"], run.report["created"]) == ([2], 3)
    browser = browser_of(desk, "anna")
    page = browser.get(reverse("desk:import_run", args=[run.uid])).content.decode()
    assert "hors horaires" in page
    assert "Personne n’est prévenu" in page
    agenda = browser.get("/cabinet/", {"vue": "liste", "jour": f"{future:%Y-%m-%d}"}).content.decode()
    assert agenda.count("hors horaires") == 1
    assert Message.objects.count() == 0
