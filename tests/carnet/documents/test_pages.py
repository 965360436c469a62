"""A person files documents through the pages, reads them again, and sees who did what."""

import pytest
from django.urls import reverse
from PIL import Image

from carnet.models import Document, DocumentVersion
from carnet.storage import store
from core import clock
from core.models import AuditEvent
from tests.carnet.documents.conftest import lay, put, sent_file
from tests.carnet.documents.files import heic, pdf, picture

pytestmark = pytest.mark.django_db


def add(someone, *files, **fields):
    url = reverse("carnet:add", args=[someone.patient.uid])
    return someone.client.post(url, {"files": list(files), "form_token": "once", "kind": "biology", **fields})


def test_a_file_sent_is_listed_and_comes_back_byte_for_byte(alice):
    content = pdf(pages=2)

    answer = add(alice, sent_file(content), title="Bilan de mars")

    assert answer.status_code == 302
    document = Document.objects.get()
    page = alice.client.get(reverse("carnet:documents", args=[alice.patient.uid]))
    assert "Bilan de mars" in page.content.decode()
    file = alice.client.get(reverse("carnet:file", args=[document.uid]))
    assert b"".join(file.streaming_content) == content
    assert file["Content-Type"] == "application/pdf"
    assert DocumentVersion.objects.get().pages == 2


def test_several_files_are_added_in_one_sending(alice):
    files = [
        sent_file(pdf()),
        sent_file(picture(), "a.jpg"),
        sent_file(picture("PNG"), "b.png"),
        sent_file(heic(), "c.HEIC"),
    ]

    add(alice, *files)

    assert sorted(DocumentVersion.objects.values_list("media_type", flat=True)) == [
        "application/pdf",
        "image/heic",
        "image/jpeg",
        "image/png",
    ]


def test_case_64_the_same_file_twice_is_recognised(alice):
    content = pdf()
    add(alice, sent_file(content))

    answer = add(alice, sent_file(content, "autre-nom.pdf"))

    assert "déjà dans votre carnet" in answer.content.decode()
    assert Document.objects.count() == 1
    assert len(list(store().names())) == 1

    alice.client.post(reverse("carnet:remove", args=[Document.objects.get().uid]))
    assert "dans la corbeille" in add(alice, sent_file(content)).text
    Document.objects.update(purge_at=clock.now())
    add(alice, sent_file(content))
    assert Document.objects.count() == 2


def test_case_64_a_parent_does_not_learn_what_a_child_keeps_by_sending_it_again(alice, leo):
    content = pdf()
    Document.objects.filter(pk=put(alice, content, patient=leo).pk).update(confidential=True)

    assert put(alice, content, patient=leo).pk


def test_a_file_that_is_refused_leaves_nothing_behind(alice):
    answer = add(alice, sent_file(b"<html>", "page.pdf"))

    assert answer.status_code == 422
    assert list(store().names()) == []


def test_case_64_a_file_above_the_limit_is_refused(alice, settings):
    settings.DOCUMENT_MAX_BYTES = 1000

    answer = add(alice, sent_file(picture(size=(900, 900), colour="red", quality=100), "a.jpg"))

    assert "dépasse" in answer.content.decode()
    assert list(store().names()) == []


def test_a_visitor_who_is_not_signed_in_stores_nothing(alice, client):
    url = reverse("carnet:add", args=[alice.patient.uid])

    client.post(url, {"files": [sent_file(pdf())]})

    assert list(store().names()) == []


def test_a_search_finds_words_of_title_author_and_note(alice):
    put(alice, pdf(1), title="Échographie du genou", author="Centre Émeraude")
    put(alice, pdf(2), title="Ordonnance")
    url = reverse("carnet:documents", args=[alice.patient.uid])

    for query in ("echographie", "GENOU", "emeraude"):
        text = alice.client.get(url, {"q": query}).content.decode().split("Qui a ouvert")[0]
        assert "Échographie du genou" in text
        assert "Ordonnance</bdi>" not in text


def test_the_bin_keeps_thirty_days_and_gives_back(alice):
    document = put(alice)
    alice.client.post(reverse("carnet:remove", args=[document.uid]))
    url = reverse("carnet:documents", args=[alice.patient.uid])
    assert "Prise de sang" not in alice.client.get(url).content.decode().split("Qui a ouvert")[0]

    assert "Prise de sang" in alice.client.get(reverse("carnet:bin", args=[alice.patient.uid])).content.decode()
    assert alice.client.get(reverse("carnet:file", args=[document.uid])).status_code == 404
    alice.client.post(reverse("carnet:restore", args=[document.uid]))

    document.refresh_from_db()
    assert document.removed_at is None


def test_a_document_is_named_anew(alice):
    document = put(alice)
    fields = {"title": "Bilan", "kind": "biology", "dated_on": "17/03/2020", "author": "Labo", "note": "à jeun"}

    answer = alice.client.post(reverse("carnet:document", args=[document.uid]), {**fields, "revision": 1})

    assert answer.status_code == 302
    text = alice.client.get(reverse("carnet:document", args=[document.uid])).content.decode()
    assert "Bilan" in text
    assert "à jeun" in text
    stale = alice.client.post(reverse("carnet:document", args=[document.uid]), {**fields, "revision": 1})
    assert "changé entre-temps" in stale.content.decode()


def test_pages_are_drawn_without_the_metadata_of_the_file(alice):
    exif = Image.Exif()
    exif[0x010E] = "PLANTED-GPS-48.8566"
    document = put(alice, picture(exif=exif), name="photo.jpg")

    image = alice.client.get(reverse("carnet:page", args=[document.uid, 1]))

    assert image["Content-Type"] == "image/jpeg"
    assert b"PLANTED" not in image.content


@pytest.mark.parametrize(
    ("header", "status", "first", "last"),
    [("bytes=0-9", 206, 0, 10), ("bytes=5-", 206, 5, None), ("bytes=-7", 206, -7, None), ("bytes=a-b", 200, 0, None)],
)
def test_a_part_of_a_file_is_that_part(alice, header, status, first, last):
    content = pdf()
    document = put(alice, content)

    answer = alice.client.get(reverse("carnet:file", args=[document.uid]), headers={"Range": header})

    assert answer.status_code == status
    assert b"".join(answer.streaming_content) == content[first:last]


def test_a_part_beyond_the_end_is_refused(alice):
    document = put(alice)

    answer = alice.client.get(reverse("carnet:file", args=[document.uid]), headers={"Range": "bytes=999999-"})

    assert answer.status_code == 416


def test_the_headers_of_a_file_keep_a_browser_from_running_it(alice):
    document = put(alice)

    answer = alice.client.get(reverse("carnet:file", args=[document.uid]))

    assert answer["Content-Disposition"] == 'attachment; filename="analyse.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Accept-Ranges"] == "bytes"
    assert "ETag" not in answer


def test_an_access_is_written_before_the_first_byte(alice, monkeypatch):
    document = put(alice)
    rows = AuditEvent.objects.filter(action="carnet.open_document")

    alice.client.get(reverse("carnet:file", args=[document.uid]))
    assert rows.count() == 1

    def broken(*args, **kwargs):
        raise RuntimeError("the journal is away")

    monkeypatch.setattr("core.audit.record", broken)
    with pytest.raises(RuntimeError):
        alice.client.get(reverse("carnet:file", args=[document.uid]))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(alice, django_assert_max_num_queries, count):
    for number in range(count):
        put(alice, pdf(number + 1), title=f"n {number}")
    client = alice.client

    with django_assert_max_num_queries(40) as seen:
        client.get(reverse("carnet:documents", args=[alice.patient.uid]))

    COUNTS.append(len(seen))
    assert len(set(COUNTS)) == 1


COUNTS: list[int] = []


def test_a_long_record_is_read_by_pages_and_searched_whole(alice, monkeypatch):
    monkeypatch.setattr("carnet.selectors.documents.PAGE", 2)
    for number in range(5):
        lay(alice, number, title=f"Analyse {number}", kind="biology" if number else "imaging")
    client, address = alice.client, reverse("carnet:documents", args=[alice.patient.uid])

    def titles(**asked):
        answer = client.get(address, asked)
        return [line.words.title for line in answer.context["page"].lines], answer

    assert titles()[0] == ["Analyse 4", "Analyse 3"]
    assert titles(page=3)[0] == titles(page=99999)[0] == ["Analyse 0"]
    found, answer = titles(nature="biology", q="analyse", page=2)
    assert found == ["Analyse 2", "Analyse 1"]
    assert "?q=analyse&amp;nature=biology&amp;page=1" in answer.text
    assert titles(q="analyse 0")[0] == ["Analyse 0"]
    assert titles(page="x")[1].context["page"].kinds[0][2] == 4
