"""The calls about one's own data: agreements read and taken back, the sealed copy asked for and fetched, the check-up."""

import io
import zipfile
from uuid import uuid4

import pytest

from carnet.models import CheckupForm, PreventionConsent
from carnet.services.prevention import choose_themes
from core import clock
from core.access import system_actor
from custody.models import DataArchive
from custody.services.archives import build_archive
from patients.majority import PARIS
from tests import factories as make
from tests.carnet.documents.conftest import lay

pytestmark = pytest.mark.django_db


def send(someone, method, path, body=None, key=None):
    headers = {"Idempotency-Key": key or uuid4().hex} if method == "post" else {}
    options = {} if body is None else {"data": body, "content_type": "application/json"}
    return getattr(someone.client, method)(f"/api/v1/{path}", headers=headers, **options)


def test_agreements_are_listed_with_their_words_and_taken_back(alice, charlie):
    choose_themes(actor=alice.actor, patient=alice.patient.uid, themes=["vaccines"])
    (given,) = send(alice, "get", "me/agreements").json()["results"]
    assert (given["purpose"], given["about"], given["ended_at"]) == ("prevention", "Vaccins", None)
    assert given["text"]
    path = f"me/agreements/{given['purpose']}/{given['key']}"

    assert send(charlie, "delete", path).status_code == 404
    assert PreventionConsent.objects.get().withdrawn_at is None
    assert send(alice, "delete", path).status_code == 204

    assert PreventionConsent.objects.get().withdrawn_at is not None
    assert send(alice, "get", "me/agreements").json()["results"][0]["ended_at"] is not None


def test_a_copy_is_asked_for_once_fetched_and_thrown_away(alice, charlie):
    lay(alice, 1, title="Prise de sang")
    assert send(alice, "get", "me/copies").json()["results"] == []

    key = uuid4().hex
    asked = send(alice, "post", "me/copies", {}, key=key)
    again = send(alice, "post", "me/copies", {}, key=key)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert again.json()["id"] == asked.json()["id"]
    assert send(alice, "post", "me/copies", {}).json()["code"] == "archive_waiting"
    path = f"me/copies/{asked.json()['id']}"
    assert send(alice, "get", f"{path}/content").json()["code"] == "archive_gone"
    build_archive(actor=system_actor("tests"), archive=DataArchive.objects.get().pk)

    assert send(alice, "get", "me/copies").json()["results"][0]["state"] == "ready"
    answer = send(alice, "get", f"{path}/content")
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert {"prendsoin.json", "fhir/1.json"} <= set(names)
    assert (send(charlie, "get", f"{path}/content").status_code, send(charlie, "delete", path).status_code) == (
        404,
        404,
    )
    assert send(alice, "delete", path).status_code == 204
    assert not DataArchive.objects.exists()


def test_a_check_up_is_answered_joined_and_erased(alice, charlie, martin, lilas):
    path = f"carnet/patients/{alice.patient.uid}/checkup"
    alice.patient.birth_date = clock.today(PARIS).replace(year=clock.today(PARIS).year - 47, day=1)
    alice.patient.save()
    shown = send(alice, "get", path).json()
    assert (shown["id"], shown["first_age"], shown["answers"]) == (None, 45, {})
    assert {question["code"] for section in shown["sections"] for question in section["questions"]} >= {
        "tobacco",
        "sad",
    }
    assert send(alice, "put", path, {"answers": {"tobacco": "never"}}).json()["code"] == "consent_required"
    assert send(alice, "put", path, {"answers": {"x": "y"}, "agreed": True}).json()["code"] == "unknown_question"

    kept = send(alice, "put", path, {"answers": {"tobacco": "never"}, "agreed": True, "finished": True}).json()
    assert kept["answers"] == {"tobacco": "never"}
    assert kept["finished_at"]
    mine = f"carnet/checkups/{kept['id']}"
    record = make.RecordFactory(practice=lilas.practice, patient=alice.patient)
    visit = make.AppointmentFactory(agenda=lilas, record=record)
    assert send(martin, "get", f"{mine}/paper").status_code == 404
    assert send(alice, "put", f"{mine}/appointment", {"appointment": str(visit.uid)}).status_code == 204
    assert send(alice, "get", path).json()["appointment"] == str(visit.uid)
    assert send(martin, "get", f"{mine}/paper")["Content-Type"] == "application/pdf"
    assert send(alice, "delete", f"{mine}/appointment").status_code == 204
    assert send(martin, "get", f"{mine}/paper").status_code == 404
    assert send(charlie, "delete", mine).status_code == 404
    assert send(alice, "delete", mine).status_code == 204
    assert not CheckupForm.objects.exists()
