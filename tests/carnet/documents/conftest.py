"""The people of the documents' tests, their practices, and a storage of their own."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from booking.models import Appointment
from carnet.crypto import ContentMac, Sealer, new_key
from carnet.models import Document
from carnet.services.deposit import INSPECT, Examined, add_document, place_document
from carnet.services.inspection import inspect_document
from carnet.storage import store
from carnet.uploads import SealedUpload
from core import clock
from core.access import Actor, Space, system_actor
from practitioners.enums import Role
from tests import factories as make
from tests.carnet.documents.files import pdf
from tests.carnet.health.conftest import alice, bob, charlie, henri, leo
from tests.strict import CheckedClient

__all__ = ["alice", "bob", "charlie", "henri", "leo"]


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}/documents"


@dataclass(frozen=True)
class Carer:
    user: Any
    practitioner: Any
    practice: Any
    actor: Actor

    @property
    def client(self) -> Client:
        client = CheckedClient()
        client.force_login(self.user)
        session = client.session
        session["space"] = f"practice:{self.practice.uid}"
        session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
        session["account_authentication_methods_user"] = str(self.user.pk)
        session.save()
        return client


def member(practice, role, *, carer=True, name="Martin", **more) -> Carer:
    user = make.UserFactory()
    practitioner = make.PractitionerFactory(user=user, last_name=name) if carer else None
    make.MembershipFactory(user=user, practice=practice, role=role, **more)
    actor = Actor(user_id=user.pk, space=Space.PRACTICE, practice_id=practice.pk, strong=True, ip="192.0.2.20")
    return Carer(user, practitioner, practice, actor)


@pytest.fixture
def lilas(db):
    return make.BookableAgendaFactory()


@pytest.fixture
def martin(lilas) -> Carer:
    """Who holds the agenda of the Lilas."""
    practitioner = lilas.practitioner
    user = practitioner.user or make.UserFactory()
    practitioner.user = user
    practitioner.verification = "published"
    practitioner.save()
    make.MembershipFactory(user=user, practice=lilas.practice, role=Role.OWNER)
    actor = Actor(user_id=user.pk, space=Space.PRACTICE, practice_id=lilas.practice.pk, strong=True, ip="192.0.2.20")
    return Carer(user, practitioner, lilas.practice, actor)


@pytest.fixture
def visit(alice, martin, lilas) -> Appointment:
    record = make.RecordFactory(practice=lilas.practice, patient=alice.patient)
    return make.AppointmentFactory(agenda=lilas, record=record)


def sealed(content: bytes, name: str = "analyse.pdf") -> SealedUpload:
    """A file as the upload handler leaves it."""
    object_name, key, mac = new_key()[:16], new_key(), ContentMac()
    sealer = Sealer(key, object_name)
    mac.update(content)
    with store().writer(object_name.hex()) as file:
        file.write(sealer.header + sealer.update(content) + sealer.finish())
    return SealedUpload(name, key, object_name.hex(), len(content), mac, too_big=False)


def put(someone, content: bytes | None = None, *, patient=None, scan=True, name="analyse.pdf", **words) -> Document:
    content = pdf(words=words.get("title", "")) if content is None else content
    words.setdefault("title", "Prise de sang")
    document = add_document(
        actor=someone.actor, patient=(patient or someone.patient).uid, upload=sealed(content, name), **words
    )
    if scan:
        inspect_document(actor=system_actor("tests"), document=document.pk, job=INSPECT)
        document.refresh_from_db()
    return document


def sent_file(content: bytes, name: str = "analyse.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def lay(
    someone, number: int, *, patient=None, state="clean", origin="patient", name="analyse.pdf", content=None, **words
) -> Document:
    """A document as the service writes it, without the children that open and draw each file."""
    content = pdf(words=f"{number}") if content is None else content
    with transaction.atomic():
        found = Examined(sealed(content, name), "application/pdf", 1)
        words = {"kind": "other", "title": f"n {number}", "author": "", "note": "", "dated_on": None, **words}
        document = place_document(someone.actor, patient or someone.patient, found, origin=origin, **words)
    Document.objects.filter(pk=document.pk).update(state=state)
    document.refresh_from_db()
    return document
