"""The calls about one document, shares, blocks and the practice's side: the same services as the pages."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from carnet.enums_health import Proof
from carnet.models import AccessBlock, Document, DocumentVersion, Grant, Vaccination
from carnet.services import vaccinations
from core import clock
from patients.majority import PARIS
from tests.carnet.documents.conftest import lay, put
from tests.carnet.documents.files import pdf

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/carnet"


def send(someone, method, path, body=None, *, form=False):
    headers = {"Idempotency-Key": uuid4().hex} if method == "post" else {}
    options = {} if body is None else {"data": body} if form else {"data": body, "content_type": "application/json"}
    return getattr(someone.client, method)(f"{ROOT}/{path}", headers=headers, **options)


def test_a_document_is_named_hidden_thrown_away_and_brought_back(alice, charlie):
    document = lay(alice, 1)
    path = f"documents/{document.uid}"

    named = send(alice, "patch", path, {"title": "Prise de sang", "kind": "biology"}).json()
    assert (named["title"], named["kind"], named["type_code"]) == ("Prise de sang", "biology", "DOCPAT05")
    stale = send(alice, "patch", path, {"title": "Autre", "revision": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
    assert send(alice, "put", f"{path}/hidden").status_code == 204
    assert send(alice, "get", path).json()["hidden"] is True
    assert send(alice, "put", f"{path}/confidential").status_code == 204
    assert send(alice, "delete", path).status_code == 204
    assert Document.objects.get().removed_at is not None
    assert send(alice, "post", f"{path}/restore").status_code == 200
    assert Document.objects.get().removed_at is None
    for method, tail in (("get", ""), ("patch", ""), ("delete", ""), ("put", "/hidden"), ("post", "/restore")):
        assert send(charlie, method, path + tail, {} if method == "patch" else None).status_code == 404


def test_a_newer_file_is_put_in_place(alice):
    document = put(alice, pdf(words="former"))
    body = {"file": SimpleUploadedFile("b.pdf", pdf(words="newer"))}
    answer = send(alice, "post", f"documents/{document.uid}/versions", body, form=True)
    assert (answer.status_code, answer.json()["state"]) == (201, "waiting")
    assert DocumentVersion.objects.count() == 2


def test_a_whole_record_is_shared_listed_and_taken_back(alice, bob, martin, visit):
    body = {"practitioner": str(martin.practitioner.uid), "level": "add"}
    made = send(alice, "post", "grants", body)
    assert made.status_code == 201
    (listed,) = send(alice, "get", "grants").json()["results"]
    assert (listed["id"], listed["document"], listed["level"]) == (made.json()["id"], None, "add")
    assert send(alice, "post", "grants", body).json()["code"] == "already_shared"
    assert send(alice, "post", "grants", {}).json()["code"] == "no_recipient"
    assert send(bob, "post", "grants", {**body, "patient": str(alice.patient.uid)}).status_code == 404
    assert send(alice, "delete", f"grants/{listed['id']}").status_code == 204
    assert send(alice, "get", "grants").json()["results"] == []


def test_the_same_key_shares_once_and_another_body_is_refused(alice, martin, visit):
    key = {"Idempotency-Key": "one-key"}
    client, url = alice.client, f"{ROOT}/grants"
    body = {"practitioner": str(martin.practitioner.uid)}
    first = client.post(url, data=body, content_type="application/json", headers=key)
    again = client.post(url, data=body, content_type="application/json", headers=key)
    other = client.post(url, data={"practice": str(martin.practice.uid)}, content_type="application/json", headers=key)
    without = client.post(url, data=body, content_type="application/json")

    assert (first.status_code, again.json()) == (201, first.json())
    assert Grant.objects.count() == 1
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")
    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key_required")
    assert other.headers["Content-Type"] == "application/problem+json"


def test_a_professional_is_kept_out_and_let_in_again(alice, martin):
    made = send(alice, "post", "blocks", {"practitioner": str(martin.practitioner.uid)})
    assert made.status_code == 201
    assert [one["id"] for one in send(alice, "get", "blocks").json()["results"]] == [made.json()["id"]]
    assert send(alice, "delete", f"blocks/{made.json()['id']}").status_code == 204
    assert not AccessBlock.objects.exists()


def test_a_practice_reads_what_is_shared_and_sends(alice, martin, visit):
    document = lay(alice, 1)
    assert send(martin, "get", "records").json()["results"] == []
    send(alice, "post", "grants", {"practitioner": str(martin.practitioner.uid)})

    (record,) = send(martin, "get", "records").json()["results"]
    assert (record["patient"], record["documents"]) == (str(alice.patient.uid), 1)
    (line,) = send(martin, "get", f"records/{alice.patient.uid}/documents").json()["results"]
    assert line["id"] == str(document.uid)
    sent = send(
        martin,
        "post",
        f"files/{visit.record.uid}/documents",
        {"title": "Après la visite", "note": "À jeun.", "appointment": str(visit.uid)},
        form=True,
    )
    assert (sent.status_code, sent.json()["title"]) == (201, "Après la visite")
    assert Document.objects.get(uid=sent.json()["id"]).appointment == visit
    accesses = send(alice, "get", "accesses").json()["results"]
    assert "Liste des documents ouverte" in [one["deed"] for one in accesses]


def test_a_dose_is_proven_and_confirmed(alice, martin):
    (dose,) = vaccinations.note_doses(
        actor=alice.actor, patient=alice.patient.uid, vaccines=["dtp"], given_on=clock.today(PARIS)
    )
    paper = lay(alice, 1)
    path = f"vaccinations/{dose.uid}"
    assert send(alice, "put", f"{path}/document", {"document": str(paper.uid)}).json()["proof"] == "document"
    assert send(alice, "delete", f"{path}/document").status_code == 204
    assert send(martin, "put", f"{path}/confirmation").status_code == 404
    send(alice, "post", "grants", {"practitioner": str(martin.practitioner.uid), "level": "add"})
    assert send(martin, "put", f"{path}/confirmation").json()["proof"] == "practitioner"
    assert send(alice, "delete", f"{path}/document").json()["code"] == "confirmed"
    assert send(martin, "delete", f"{path}/confirmation").status_code == 204
    assert Vaccination.objects.get().proof == Proof.DECLARED


def test_a_profile_is_written(alice):
    root = f"patients/{alice.patient.uid}"
    assert send(alice, "patch", f"{root}/profile", {"treating_doctor": "Dr Petit"}).json()["treating_doctor"] == (
        "Dr Petit"
    )
    today = clock.today(PARIS).isoformat()
    measure = send(alice, "post", f"{root}/measures", {"kind": "weight", "value": "61,5", "taken_on": today})
    contact = send(alice, "post", f"{root}/contacts", {"name": "Bob", "phone": "06 12 34 56 78"})
    assert (measure.status_code, contact.status_code) == (201, 201)
    profile = send(alice, "get", f"{root}/profile").json()
    assert (len(profile["measures"]), len(profile["emergency_contacts"])) == (1, 1)
    assert send(alice, "delete", f"measures/{measure.json()['id']}").status_code == 204
    assert send(alice, "delete", f"contacts/{contact.json()['id']}").status_code == 204
