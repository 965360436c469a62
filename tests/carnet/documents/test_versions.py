"""A newer file in place of a document's: who reads which, and when none may be put there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from carnet.enums import State
from carnet.exceptions import CarnetRefusal
from carnet.models import Document, DocumentVersion
from carnet.services import filing, sharing
from carnet.services.deposit import INSPECT
from carnet.services.inspection import inspect_document
from carnet.services.sending import send_document
from carnet.services.versions import add_version, send_version
from carnet.storage import store
from core import clock
from core.access import system_actor
from core.exceptions import NotForYou
from notifications.models import Message
from practitioners.enums import Role
from tests import factories as make
from tests.carnet.documents.conftest import lay, member, put, sealed
from tests.carnet.documents.files import pdf

pytestmark = pytest.mark.django_db

OLD, NEW = pdf(words="former"), pdf(words="newer")


def scan(document):
    inspect_document(actor=system_actor("tests"), document=document.pk, job=INSPECT)


def content(client, url):
    answer = client.get(url)
    return b"".join(answer.streaming_content) if answer.status_code == 200 else answer.status_code


def test_a_newer_file_is_what_everybody_reads_once_it_was_scanned(alice, martin):
    document = put(alice, OLD)
    sharing.create_grant(
        actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid, document=document.uid
    )
    theirs, mine = reverse("records:file", args=[document.uid]), reverse("carnet:file", args=[document.uid])

    add_version(actor=alice.actor, document=document.uid, upload=sealed(NEW))
    assert (content(martin.client, theirs), content(alice.client, mine)) == (409, NEW)

    scan(document)
    assert (content(martin.client, theirs), content(alice.client, mine)) == (NEW, NEW)


def test_the_former_file_stays_with_its_keeper_alone(alice, martin, charlie):
    document = put(alice, OLD)
    sharing.create_grant(
        actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid, document=document.uid
    )
    add_version(actor=alice.actor, document=document.uid, upload=sealed(NEW))
    scan(document)
    mine, theirs = reverse("carnet:file", args=[document.uid]), reverse("records:file", args=[document.uid])

    assert content(alice.client, f"{mine}?version=1") == OLD
    assert "Télécharger celui du" in alice.client.get(reverse("carnet:document", args=[document.uid])).content.decode()
    assert content(alice.client, f"{mine}?version=9") == 404
    # The address of the practice knows the last one alone.
    assert content(martin.client, f"{theirs}?version=1") == NEW
    assert content(charlie.client, f"{mine}?version=1") == 404


def test_the_preview_is_that_of_the_newer_file(alice):
    document = put(alice, OLD)
    add_version(actor=alice.actor, document=document.uid, upload=sealed(NEW))
    page = reverse("carnet:page", args=[document.uid, 1])
    assert alice.client.get(page).status_code == 404

    scan(document)

    assert alice.client.get(page).status_code == 200
    assert DocumentVersion.objects.get(document=document, number=2).previews.count() == 1


def test_the_page_replaces_and_says_so(alice):
    document = put(alice, OLD)
    url = reverse("carnet:replace", args=[document.uid])
    form = {"form_token": "a-token-of-this-form", "revision": document.revision}
    sent = {**form, "files": SimpleUploadedFile("photo.pdf", NEW)}
    assert alice.client.post(url, sent, follow=True).content.decode().count("Le fichier est remplacé") == 1
    # The same form again is the same replacement.
    alice.client.post(url, {**form, "files": SimpleUploadedFile("photo.pdf", NEW)})
    assert DocumentVersion.objects.filter(document=document).count() == 2


def test_without_a_file_nothing_changes(alice):
    document = put(alice, OLD)
    url = reverse("carnet:replace", args=[document.uid])
    shown = alice.client.post(url, {"form_token": "a-token-of-this-form"}, follow=True).content.decode()
    assert "Choisissez le nouveau fichier" in shown


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda alice, one: filing.remove_document(actor=alice.actor, document=one.uid), "in_the_bin"),
        (lambda alice, one: Document.objects.filter(pk=one.pk).update(state=State.WAITING), "being_scanned"),
        (lambda alice, one: Document.objects.filter(pk=one.pk).update(state=State.REFUSED), "scan_refused"),
        (lambda alice, one: one.versions.all().delete(), "no_file"),
        (lambda alice, one: Document.objects.filter(pk=one.pk).update(origin="practice"), "sent_by_practice"),
        (lambda alice, one: one.versions.update(number=20), "too_many_versions"),
    ],
    ids=["bin", "waiting", "refused", "note", "practice", "twenty"],
)
def test_a_file_that_may_not_be_replaced_is_refused_by_name(alice, prepare, code):
    document = lay(alice, 1)
    prepare(alice, document)
    with pytest.raises(CarnetRefusal) as refused:
        add_version(actor=alice.actor, document=document.uid, upload=sealed(NEW))
    assert refused.value.code == code


def test_the_same_file_is_no_newer_one(alice):
    document = put(alice, OLD)
    with pytest.raises(CarnetRefusal) as refused:
        add_version(actor=alice.actor, document=document.uid, upload=sealed(OLD))
    assert refused.value.code == "already_there"


def test_a_stale_page_is_told(alice):
    document = put(alice, OLD)
    filing.change_document(
        actor=alice.actor,
        document=document.uid,
        kind="other",
        title="Autre",
        author="",
        note="",
        dated_on=document.dated_on,
    )
    with pytest.raises(CarnetRefusal) as refused:
        add_version(actor=alice.actor, document=document.uid, upload=sealed(NEW), expected_revision=document.revision)
    assert refused.value.code == "changed_meanwhile"


def test_nobody_else_replaces(alice, bob, charlie, martin, visit):
    document = put(alice, OLD)
    sent = send_document(actor=martin.actor, record=visit.record.uid, title="Lettre", upload=sealed(pdf(words="x")))
    sharing.create_grant(
        actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid, document=document.uid
    )
    for actor, target in ((charlie.actor, document), (martin.actor, document), (martin.actor, sent)):
        with pytest.raises(NotForYou):
            add_version(actor=actor, document=target.uid, upload=sealed(NEW))


def test_who_sent_a_document_sends_a_newer_file_and_the_person_keeps_both(alice, martin, visit):
    sent = send_document(actor=martin.actor, record=visit.record.uid, title="Lettre", upload=sealed(OLD))
    scan(sent)
    mine, theirs = reverse("carnet:file", args=[sent.uid]), reverse("records:file", args=[sent.uid])
    assert content(alice.client, mine) == OLD
    page = reverse("records:document", args=[sent.uid])
    assert "Envoyer une version corrigée" in martin.client.get(page).content.decode()

    form = {"form_token": "a-token-of-this-form", "revision": Document.objects.get(pk=sent.pk).revision}
    url = reverse("records:replace", args=[sent.uid])
    for _ in range(2):
        martin.client.post(url, {**form, "files": SimpleUploadedFile("lettre.pdf", NEW)})
    scan(sent)

    assert (content(alice.client, mine), content(martin.client, theirs)) == (NEW, NEW)
    assert content(alice.client, f"{mine}?version=1") == OLD
    assert DocumentVersion.objects.filter(document=sent).count() == 2
    told = Message.objects.filter(kind="carnet.document_arrived", channel="email")
    assert set(told.values_list("revision", flat=True)) == {0, 2}
    # What the person has read is not taken back any more, though it is new again.
    with pytest.raises(NotForYou):
        filing.withdraw_document(actor=martin.actor, document=sent.uid)


def test_only_who_sent_it_sends_a_newer_file(alice, bob, martin, visit):
    sent = send_document(actor=martin.actor, record=visit.record.uid, title="Lettre", upload=sealed(OLD))
    scan(sent)
    own = put(alice, pdf(words="own"))
    colleague = member(martin.practice, Role.PRACTITIONER, name="Petit")
    sharing.create_grant(actor=alice.actor, patient=alice.patient.uid, practice=martin.practice.uid)
    for actor, target in (
        (alice.actor, sent),
        (bob.actor, sent),
        (colleague.actor, sent),
        (martin.actor, own),
        (replace(martin.actor, practice_id=make.PracticeFactory().pk), sent),
    ):
        with pytest.raises(NotForYou):
            send_version(actor=actor, document=target.uid, upload=sealed(NEW))
    assert DocumentVersion.objects.exclude(number=1).count() == 0


def test_erasing_the_document_erases_every_version(alice, django_capture_on_commit_callbacks, settings, time_machine):
    document = put(alice, OLD)
    add_version(actor=alice.actor, document=document.uid, upload=sealed(NEW))
    scan(document)
    names = set(DocumentVersion.objects.filter(document=document).values_list("object_name", flat=True))
    filing.remove_document(actor=alice.actor, document=document.uid)
    time_machine.move_to(clock.now() + settings.BIN_LIFE + timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        filing.purge_bin(actor=system_actor("tests"))
    assert not names & {name for name, _at in store().names()}
