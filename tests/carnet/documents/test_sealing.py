"""What is stored opens only as it was sealed, for whom it was sealed; and nothing of it reads in clear."""

import base64
import os
import random
import secrets

import pytest
from django.core.management import call_command
from django.db import connection

from carnet.crypto import CHUNK, HEADER, TAG, ContentError, Opener, Sealer, new_key, unwrap_patient_key
from carnet.models import DocumentVersion, PatientKey
from carnet.record_keys import KeyErased, record_key
from carnet.services import health
from carnet.services.inspection import opener_of
from carnet.services.keys import rewrap_keys
from carnet.services.reading import open_document
from carnet.storage import store
from core.access import system_actor
from core.keyring import keyring
from tests.carnet.documents.conftest import lay, put
from tests.carnet.documents.files import pdf

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 77]


class Bytes:
    def __init__(self, content):
        self.content = content

    def read(self, offset, length):
        return self.content[offset : offset + length]


def seal_all(content, key, name, piece=10_000):
    sealer = Sealer(key, name)
    parts = [sealer.header]
    parts += [sealer.update(content[at : at + piece]) for at in range(0, len(content), piece)]
    return b"".join([*parts, sealer.finish()])


def opened(sealed, key, name, size):
    return b"".join(Opener(key, name, size, Bytes(sealed)).stream())


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_opens(size):
    content, key, name = os.urandom(size), new_key(), os.urandom(16)

    assert opened(seal_all(content, key, name), key, name, size) == content


@pytest.mark.parametrize(
    ("first", "last"), [(0, 0), (CHUNK - 1, CHUNK), (5, 2 * CHUNK + 9), (3 * CHUNK, 3 * CHUNK + 76)]
)
def test_a_part_opens_alone(first, last):
    content, key, name = os.urandom(SIZES[-1]), new_key(), os.urandom(16)
    sealed = seal_all(content, key, name)

    assert b"".join(Opener(key, name, len(content), Bytes(sealed)).stream(first, last)) == content[first : last + 1]


def alterations(draw, sealed, other):
    """100 of each: a bit flipped, two chunks exchanged, a chunk dropped, the end cut, a chunk of somebody else's."""
    chunks = [sealed[HEADER + i * (CHUNK + TAG) : HEADER + (i + 1) * (CHUNK + TAG)] for i in range(4)]
    strange = [other[HEADER + i * (CHUNK + TAG) : HEADER + (i + 1) * (CHUNK + TAG)] for i in range(4)]
    head = sealed[:HEADER]
    for _ in range(100):
        at, bit = draw.randrange(len(sealed)), 1 << draw.randrange(8)
        yield sealed[:at] + bytes([sealed[at] ^ bit]) + sealed[at + 1 :]
        one, two = draw.sample(range(4), 2)
        moved = list(chunks)
        moved[one], moved[two] = moved[two], moved[one]
        yield head + b"".join(moved)
        yield head + b"".join(chunk for number, chunk in enumerate(chunks) if number != one)
        yield sealed[: draw.randrange(len(sealed))]
        mixed = list(chunks)
        mixed[one] = strange[one]
        yield draw.choice([head + b"".join(mixed), other, sealed + os.urandom(draw.randrange(1, 40))])


def test_500_alterations_of_500_are_refused():
    draw = random.Random(20261122)
    key, name, content = new_key(), os.urandom(16), os.urandom(3 * CHUNK + 77)
    sealed = seal_all(content, key, name)
    other = seal_all(content, new_key(), os.urandom(16))
    refused = 0

    for altered in alterations(draw, sealed, other):
        assert altered != sealed
        with pytest.raises(ContentError):
            opened(altered, key, name, len(content))
        refused += 1

    assert refused == 500


def test_a_shorter_size_in_the_row_does_not_open():
    content, key, name = os.urandom(2 * CHUNK), new_key(), os.urandom(16)

    with pytest.raises(ContentError):
        opened(seal_all(content, key, name), key, name, CHUNK)


@pytest.mark.django_db
def test_objects_and_keys_exchanged_between_two_people_do_not_open(alice, charlie):
    mine, theirs = put(alice, pdf(1)), put(charlie, pdf(1))
    one, two = mine.versions.get(), theirs.versions.get()
    one.object_name, two.object_name = two.object_name, one.object_name

    with pytest.raises(ContentError):
        opener_of(one, record_key(one.patient_id))
    with pytest.raises(ContentError):
        opener_of(two, record_key(one.patient_id))
    one.wrapped_key = two.wrapped_key
    with pytest.raises(ContentError):
        opener_of(one, record_key(one.patient_id))


@pytest.mark.django_db
def test_the_key_of_a_person_put_in_place_of_another_does_not_open(alice, charlie):
    put(alice), put(charlie)
    theirs = PatientKey.objects.get(patient_id=charlie.patient.pk)
    master = keyring().keys[theirs.master]

    with pytest.raises(ContentError):
        unwrap_patient_key(master, alice.patient.pk, bytes(theirs.wrapped), bytes(theirs.mac))


def _as_written(mark: str) -> dict[str, list[bytes]]:
    """How a careless program could have left a word: as it is, in wide letters, escaped, in base64 at any offset."""
    plain = mark.encode()
    shifted = [base64.b64encode(b"x" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)]
    return {
        "utf-8": [plain],
        "utf-16": [mark.encode("utf-16-le"), mark.encode("utf-16-be")],
        "utf-32": [mark.encode("utf-32-le"), mark.encode("utf-32-be")],
        "escapes": ["".join(f"\\u{ord(letter):04x}" for letter in mark).encode(), plain.hex().encode()],
        "base64": [*shifted, *(one.replace(b"+", b"-").replace(b"/", b"_") for one in shifted)],
        "backwards": [plain[::-1]],
    }


@pytest.mark.django_db
def test_nothing_planted_reads_in_the_database_or_the_files(alice, tmp_path, settings):
    """1,000 titles, authors, notes, names and contents, in tables, keystore and folder, whatever the writing.

    Every one of them holds the mark: a dump without the mark holds none of them.
    """
    settings.DOCUMENTS_PER_DAY = 10_000
    mark = f"planté-{secrets.token_hex(9)}"
    count = 0
    for number in range(200):
        words = [f"{mark}-{number}-{part}" for part in range(5)]
        count += len(words)
        content = pdf() + words[4].encode() * 3
        lay(alice, number, title=words[0], author=words[1], note=words[2], name=f"{words[3]}.pdf", content=content)
    health.add_item(
        actor=alice.actor, patient=alice.patient.uid, kind="allergy", label=f"{mark}-a", details=mark, severity="mild"
    )

    dumped = _everything()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            dumped += path.read_bytes() + str(path).encode()

    assert count == 1000
    found = {form for form, forms in _as_written(mark).items() if any(one in dumped for one in forms)}
    assert found == set()
    # Negative control: each of these writings, in a column of bytes, is seen.
    left = b" ".join(one for forms in _as_written(mark).values() for one in forms)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE keystore_patientkey SET wrapped = wrapped || %s", [left])
    dumped = _everything()
    assert [form for form, forms in _as_written(mark).items() if not all(one in dumped for one in forms)] == []


def _everything() -> bytes:
    """Every row of every table, as text and, for sealed columns, as bytes."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                found += [bytes(piece) for piece in copy]
    return b"".join(found)


@pytest.mark.django_db
def test_a_master_key_is_replaced_and_the_old_one_is_needed_no_more(alice, charlie, settings, capsys):
    content = pdf(3)
    document = put(alice, content)
    put(charlie)
    old = settings.HEALTH_DATA_KEYS[0]
    fresh = "fresh:" + base64.b64encode(os.urandom(32)).decode()
    settings.HEALTH_DATA_KEYS = [fresh, old]

    call_command("rotate_kek", batch=1)

    assert set(PatientKey.objects.values_list("master", flat=True)) == {"fresh"}
    assert "0 left" in capsys.readouterr().out
    settings.HEALTH_DATA_KEYS = [fresh]
    assert b"".join(open_document(actor=alice.actor, document=document.uid).stream()) == content


@pytest.mark.django_db
def test_a_rotation_that_was_stopped_goes_on(alice, charlie, settings):
    put(alice), put(charlie)
    fresh = "fresh:" + base64.b64encode(os.urandom(32)).decode()
    settings.HEALTH_DATA_KEYS = [fresh, *settings.HEALTH_DATA_KEYS]
    stopped = rewrap_keys(actor=system_actor("tests"), batch=1)
    next(stopped)
    stopped.close()

    assert all(len(record_key(one.patient.pk)) == 32 for one in (alice, charlie))
    assert sum(rewrap_keys(actor=system_actor("tests"))) == 1


@pytest.mark.django_db
def test_an_erased_key_makes_the_record_unreadable_for_good(alice):
    document = put(alice)
    PatientKey.objects.filter(patient_id=alice.patient.pk).delete()

    with pytest.raises(KeyErased):
        record_key(alice.patient.pk)
    page = alice.client.get(f"/carnet/document/{document.uid}/fichier/")
    assert page.status_code == 503
    assert store().size(DocumentVersion.objects.get().object_name) > 0
