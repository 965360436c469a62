"""The copy of one's data: what is in it, who gets it, how long it lives, and what a thief finds of it."""

import io
import json
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from fhir.resources.R4B.bundle import Bundle
from icalendar import Calendar

from accounts.services.personal import close_account
from carnet.models import Document, DocumentVersion
from carnet.selectors.journal import journal_of
from carnet.services import health, vaccinations
from carnet.services.filing import remove_document, sweep_objects
from carnet.services.measures import add_emergency_contact, note_measure
from carnet.services.prevention import declare_done
from carnet.storage import store
from core import clock, jobs, ledger, outbox
from core.access import Actor, Space, system_actor
from core.exceptions import DomainError, NotForYou
from core.models import AuditEvent, Job
from custody.fhir_codes import CLASSES, OTHER_TYPES
from custody.models import DataArchive
from custody.services.archives import (
    BUILD,
    build_archive,
    forget_archive,
    open_archive,
    purge_archives,
    request_archive,
)
from notifications.models import Message
from patients.enums import Level, Relation
from patients.majority import PARIS
from tests import factories as make
from tests.carnet.documents.conftest import lay
from tests.carnet.documents.files import pdf

SYSTEM = system_actor("tests")


def made(someone):
    asked = request_archive(actor=someone.actor, user=someone.user)
    build_archive(actor=SYSTEM, archive=asked.pk)
    asked.refresh_from_db()
    return asked


def read(someone, archive) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(open_archive(actor=someone.actor, archive=archive.uid).stream())))


def test_a_copy_holds_every_document_the_json_a_valid_bundle_and_the_visits(alice, leo, charlie, visit):
    today = clock.today(PARIS)
    content = pdf(words="one")
    lay(alice, 1, title="Prise de sang", note="À jeun", name="bilan.pdf", content=content)
    lay(alice, 2, patient=leo, title="Carnet de Léo")
    lay(charlie, 3, title="Secret de Charlie")
    health.add_item(
        actor=alice.actor, patient=alice.patient.uid, kind="allergy", label="Latex", severity="mild", began_on=today
    )
    health.add_item(actor=alice.actor, patient=alice.patient.uid, kind="treatment", label="Lévothyrox")
    health.add_item(actor=alice.actor, patient=alice.patient.uid, kind="history", label="Appendicite", ended_on=today)
    vaccinations.note_doses(actor=alice.actor, patient=alice.patient.uid, vaccines=["flu"], given_on=today, lot="L1")
    note_measure(actor=alice.actor, patient=alice.patient.uid, kind="weight", value="62,5", taken_on=today)
    note_measure(actor=alice.actor, patient=alice.patient.uid, kind="pressure", value="120/80", taken_on=today)
    add_emergency_contact(actor=alice.actor, patient=alice.patient.uid, name="Bob", phone="06 12 34 56 78")
    health.change_profile(actor=alice.actor, patient=alice.patient.uid, changes={"treating_doctor": "Dr Petit"})
    declare_done(actor=alice.actor, patient=alice.patient.uid, code="DEP-COLON", done_on=today)

    archive = read(alice, made(alice))

    assert archive.testzip() is None
    names = archive.namelist()
    [file] = [name for name in names if name.endswith("bilan.pdf")]
    assert archive.read(file) == content
    assert len([name for name in names if name.startswith("documents/")]) == 2
    told = json.loads(archive.read("prendsoin.json"))
    assert {"account", "patients", "health", "documents", "appointments"} <= told.keys()
    [paper] = told["documents"][0]["documents"]
    assert (paper["title"], paper["note"]) == ("Prise de sang", "À jeun")
    bundles = [Bundle.model_validate_json(archive.read(name)) for name in names if name.startswith("fhir/")]
    kinds = {entry.resource.get_resource_type() for bundle in bundles for entry in bundle.entry}
    assert kinds == {
        "Patient", "AllergyIntolerance", "MedicationStatement", "Condition", "Immunization", "Observation",
        "DocumentReference", "Appointment", "Procedure",
    }  # fmt: skip
    person = json.loads(archive.read("fhir/1.json"))["entry"][0]["resource"]
    assert (person["contact"][0]["name"], person["generalPractitioner"]) == ({"text": "Bob"}, [{"display": "Dr Petit"}])
    paper = next(
        one["resource"] for one in json.loads(archive.read("fhir/1.json"))["entry"] if "content" in one["resource"]
    )
    assert paper["type"]["coding"] == [{"system": OTHER_TYPES, "code": "EXPPAT_2"}]
    assert paper["category"] == [{"coding": [{"system": CLASSES, "code": "90"}]}]
    urls = [
        entry.resource.content[0].attachment.url
        for bundle in bundles
        for entry in bundle.entry
        if entry.resource.get_resource_type() == "DocumentReference"
    ]
    assert set(urls) <= set(names)
    [event] = Calendar.from_ical(archive.read("rendez-vous.ics")).walk("VEVENT")
    assert event["uid"] == f"{visit.uid}@prendsoin"
    everything = b"".join(archive.read(name) for name in names).decode(errors="replace")
    assert "Charlie" not in everything


def test_what_the_scan_refused_and_what_is_lost_is_named_and_stops_nothing(alice):
    lost, infected, kept = (lay(alice, number) for number in (1, 2, 3))
    store().delete(DocumentVersion.objects.get(document=lost).object_name)
    Document.objects.filter(pk=infected.pk).update(state="refused")

    archive = read(alice, made(alice))

    assert json.loads(archive.read("prendsoin.json"))["files_left_out"] == [str(lost.uid), str(infected.uid)]
    assert [name for name in archive.namelist() if name.startswith("documents/")] == [
        f"documents/1/{kept.dated_on:%Y-%m-%d}-{kept.pk}-analyse.pdf"
    ]


def test_a_copy_that_waits_is_sealed_and_is_no_orphan(alice, tmp_path, monkeypatch):
    lay(alice, 1, title="Marqueur-unique")
    archive = made(alice)
    raw = b"".join(path.read_bytes() for path in (tmp_path / "documents").rglob("*") if path.is_file())

    assert b"Marqueur-unique" not in raw
    assert b"PK\x03\x04" not in raw[:4096]
    later = clock.now() + timedelta(hours=48)
    monkeypatch.setattr("carnet.services.filing.clock.now", lambda: later)
    sweep_objects(actor=SYSTEM)
    assert store().size(archive.object_name) > archive.size


def test_a_copy_is_its_accounts_alone_in_the_patients_space(alice, charlie):
    archive = made(alice)
    at_work = Actor(user_id=alice.user.pk, space=Space.PRACTICE, practice_id=1, strong=True)

    for actor in (charlie.actor, at_work):
        with pytest.raises(NotForYou):
            open_archive(actor=actor, archive=archive.uid)
        with pytest.raises(NotForYou):
            forget_archive(actor=actor, archive=archive.uid)


def test_a_copy_expires_and_goes_with_its_object(alice, time_machine, django_capture_on_commit_callbacks):
    archive = made(alice)
    name = archive.object_name
    time_machine.move_to(clock.now() + timedelta(hours=24, minutes=1))

    with pytest.raises(DomainError) as refused:
        open_archive(actor=alice.actor, archive=archive.uid)
    assert refused.value.code == "archive_gone"
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_archives(actor=SYSTEM) == 1
    assert not DataArchive.objects.exists()
    assert name not in [found for found, _at in store().names()]


def test_asking_twice_waits_and_a_new_copy_replaces_the_old(alice, django_capture_on_commit_callbacks):
    asked = request_archive(actor=alice.actor, user=alice.user)
    with pytest.raises(DomainError) as refused:
        request_archive(actor=alice.actor, user=alice.user)
    assert refused.value.code == "archive_waiting"
    assert Job.objects.filter(kind=BUILD).count() == 1

    build_archive(actor=SYSTEM, archive=asked.pk)
    asked.refresh_from_db()
    build_archive(actor=SYSTEM, archive=asked.pk)
    with django_capture_on_commit_callbacks(execute=True):
        again = request_archive(actor=alice.actor, user=alice.user)
    assert DataArchive.objects.get() == again
    assert asked.object_name not in [found for found, _at in store().names()]
    DataArchive.objects.update(state="ready")
    request_archive(actor=alice.actor, user=alice.user)
    DataArchive.objects.update(state="ready")
    with pytest.raises(DomainError) as refused:
        request_archive(actor=alice.actor, user=alice.user)
    assert refused.value.code == "too_many_requests"


def test_fetching_is_in_the_journal_and_the_owner_is_written_to(alice):
    archive = made(alice)
    open_archive(actor=alice.actor, archive=archive.uid)

    acts = AuditEvent.objects.filter(user_id=alice.user.pk, action__startswith="custody").order_by("pk")
    acts = list(acts.values_list("action", flat=True))
    assert acts == ["custody.request_archive", "custody.open_archive"]
    assert [str(line.deed) for line in journal_of(alice.actor, alice.patient.uid)[1]] == [
        "Copie de tout le carnet téléchargée"
    ]
    assert Message.objects.filter(user=alice.user, subject__startswith="accounts.copy_ready").count() == 1


def test_an_altered_copy_is_refused_before_the_first_byte(alice, tmp_path):
    archive = made(alice)
    path = tmp_path / "documents" / archive.object_name[:2] / archive.object_name
    raw = bytearray(path.read_bytes())
    raw[200] ^= 1
    path.write_bytes(raw)

    with pytest.raises(DomainError) as refused:
        open_archive(actor=alice.actor, archive=archive.uid)
    assert refused.value.code == "archive_unreadable"


def test_memory_does_not_grow_with_the_record(alice):
    for number in range(2):
        lay(alice, number, content=pdf(words=str(number)) + bytes([number]) * 6_000_000)
    asked = request_archive(actor=alice.actor, user=alice.user)
    build_archive(actor=SYSTEM, archive=asked.pk)  # imports what is imported once
    DataArchive.objects.update(state="waiting")

    tracemalloc.start()
    build_archive(actor=SYSTEM, archive=asked.pk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert DataArchive.objects.get().size > 12_000_000
    assert peak < 5_000_000


def test_former_versions_and_the_bin_are_in_a_copy_and_a_relatives_record_is_not(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, relation=Relation.SPOUSE, level=Level.GRANTED)
    lay(alice, 1, title="Analyse d’Alice")
    binned = lay(alice, 2, title="Jeté")
    remove_document(actor=alice.actor, document=binned.uid)
    lay(bob, 3, title="Analyse de Bob")

    hers, his = read(alice, made(alice)), read(bob, made(bob))

    assert len([name for name in hers.namelist() if name.startswith("documents/")]) == 2
    papers = json.loads(hers.read("prendsoin.json"))["documents"][0]
    assert {paper["title"]: paper["in_the_bin"] for paper in papers["documents"]} == {
        "Analyse d’Alice": False,
        "Jeté": True,
    }
    assert papers["accesses"]
    assert "Analyse d’Alice" not in his.read("prendsoin.json").decode()
    assert len([name for name in his.namelist() if name.startswith("documents/")]) == 1


def test_closing_the_account_drops_the_copy_and_tells_the_ledger(alice, django_capture_on_commit_callbacks):
    archive = made(alice)
    lay(alice, 1)
    with django_capture_on_commit_callbacks(execute=True):
        close_account(actor=alice.actor, user=alice.user)

    assert not DataArchive.objects.exists()
    assert archive.object_name not in [name for name, _at in store().names()]
    [told] = ledger.erasures()
    assert (told.kind, told.step) == ("account", ledger.Step.DONE)
    assert told.ids == {"user": alice.user.pk, "records": [alice.patient.pk], "people": [alice.patient.pk]}
    assert list(store().names()) == []


def test_a_long_copy_is_not_taken_over_while_it_is_made(alice, monkeypatch):
    seen = []

    def slow(*, actor, archive):
        row = Job.objects.get(kind=BUILD)
        seen.append((row.lease_until - clock.now(), outbox.rescue(Job), jobs.run(row.pk)))

    monkeypatch.setattr("custody.tasks.archives.build_archive", slow)
    request_archive(actor=alice.actor, user=alice.user)
    job = Job.objects.get(kind=BUILD)
    assert jobs.is_long(job.pk)

    assert jobs.run(job.pk).error is None

    ((lease, rescued, again),) = seen
    assert lease > timedelta(minutes=40)
    assert (rescued, again) == (0, None)
