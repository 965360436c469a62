"""Until the analysis has spoken only the person opens a document; what it refuses nobody opens. clamd by its protocol."""

import socket
import threading
from contextlib import contextmanager

import pytest

from carnet.enums import State
from carnet.exceptions import CarnetRefusal
from carnet.models import Document
from carnet.services import sharing
from carnet.services.deposit import INSPECT
from carnet.services.inspection import inspect_document
from carnet.services.reading import open_document
from core.access import system_actor
from core.models import Job
from core.scanners import TEST_SIGNATURE, ClamdScanner, NoScanner, SignatureScanner, Verdict, scanner
from tests.carnet.documents.conftest import put
from tests.carnet.documents.files import pdf

EICAR_PDF = pdf() + b"\n" + TEST_SIGNATURE


class Line:
    """clamd as its INSTREAM speaks: reads the pieces, answers once."""

    def __init__(self, answer=None, *, silent=False):
        self.answer, self.silent = answer, silent

    @contextmanager
    def at(self, path):
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
            server.listen()
            worker = threading.Thread(target=self._serve, args=(server,), daemon=True)
            worker.start()
            yield ClamdScanner(socket.AF_UNIX, str(path))
            worker.join(timeout=5)

    def _serve(self, server):
        line, _address = server.accept()
        with line, line.makefile("rb") as read:
            assert read.read(10) == b"zINSTREAM\0"
            content = b""
            while size := int.from_bytes(read.read(4), "big"):
                content += read.read(size)
            if self.silent:
                return
            found = b"Eicar-Signature FOUND" if TEST_SIGNATURE in content else b"OK"
            line.sendall(b"stream: " + (self.answer or found) + b"\0")


@pytest.mark.parametrize(
    ("content", "verdict"), [(pdf(), Verdict.CLEAN), (TEST_SIGNATURE, Verdict.INFECTED), (EICAR_PDF, Verdict.INFECTED)]
)
def test_both_scanners_keep_one_contract(content, verdict, tmp_path):
    assert SignatureScanner().scan(content) is verdict
    with Line().at(tmp_path / "clamd") as clamd:
        assert clamd.scan(content) is verdict


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"nonsense"])
def test_a_scanner_that_does_not_know_says_so(answer, tmp_path):
    with Line(answer, silent=not answer).at(tmp_path / "clamd") as clamd:
        assert clamd.scan(pdf()) is Verdict.UNKNOWN


def test_a_scanner_that_is_away_knows_nothing(tmp_path):
    assert ClamdScanner(socket.AF_UNIX, str(tmp_path / "nobody")).scan(pdf()) is Verdict.UNKNOWN
    assert NoScanner().scan(pdf()) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("", NoScanner),
        ("builtin://", SignatureScanner),
        ("clamd:///run/clamd.sock", ClamdScanner),
        ("clamd://localhost:3310", ClamdScanner),
    ],
)
def test_the_setting_names_the_scanner(url, kind, settings):
    settings.SCANNER_URL = url

    assert isinstance(scanner(), kind)


@pytest.mark.django_db
def test_a_document_that_nobody_scanned_is_opened_by_its_person_alone(alice, martin, settings):
    settings.SCANNER_URL = ""
    document = put(alice)
    sharing.create_grant(
        actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid, document=document.uid
    )

    assert document.state == State.WAITING
    assert Job.objects.filter(kind=INSPECT).exists()
    assert open_document(actor=alice.actor, document=document.uid).size
    with pytest.raises(CarnetRefusal) as refused:
        open_document(actor=martin.actor, document=document.uid)
    assert refused.value.code == "being_scanned"


@pytest.mark.django_db
def test_case_64_an_infected_file_is_opened_by_nobody(alice):
    document = put(alice, EICAR_PDF)

    assert document.state == State.REFUSED
    with pytest.raises(CarnetRefusal) as refused:
        open_document(actor=alice.actor, document=document.uid)
    assert refused.value.code == "scan_refused"


@pytest.mark.django_db
def test_a_document_waits_for_the_scanner_to_come_back(alice, settings):
    settings.SCANNER_URL = ""
    document = put(alice)
    settings.SCANNER_URL = "builtin://"

    inspect_document(actor=system_actor("tests"), document=document.pk, job=INSPECT)

    assert Document.objects.get().state == State.CLEAN
