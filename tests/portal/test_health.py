"""The information pages: read by everybody, found by the search, kept by the staff in versions that only add up."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from core import clock
from core.access import Actor, Space, system_actor
from core.exceptions import DomainError, NotForYou
from core.models import AuditEvent
from portal.health_text import HealthText, read_files, sources_of
from portal.models import HealthPage, HealthVersion
from portal.selectors.health import found_pages, kept_pages, shown_pages
from portal.services.health_pages import (
    load_health_pages,
    open_page,
    publish_version,
    restore_version,
    withdraw_page,
    write_version,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SYSTEM = system_actor("tests")


@pytest.fixture
def loaded():
    return load_health_pages(actor=SYSTEM)


@pytest.fixture
def staff():
    return Actor(user_id=UserFactory(is_platform_staff=True).pk, space=Space.PLATFORM, strong=True)


def text(**changed):
    given = {
        "title": "Titre",
        "summary": "En une phrase",
        "body": "## Un\n\n- deux",
        "keywords": "mot",
        "sources": (("Service Public", "https://www.service-public.fr"),),
        "reviewed_on": clock.now().date() - timedelta(days=1),
    }
    return HealthText(**(given | changed))


def opened(staff, slug="page", language="fr", **changed):
    page = open_page(actor=staff, slug=slug, language=language, position=1, text=text(**changed))
    publish_version(actor=staff, page=page.uid, number=1)
    page.refresh_from_db()
    return page


def test_files_are_whole_in_both_languages():
    files = read_files()

    subjects = {file.slug for file in files}
    assert {(file.slug, file.language) for file in files} == {
        (slug, lang) for slug in subjects for lang in ("fr", "en")
    }
    assert {"qui-appeler", "medecin-de-garde", "teleconsultation", "examens-de-l-enfant"} <= subjects
    for file in files:
        assert file.text.sources, file.slug
        assert len(file.text.summary) <= 240


def test_loading_again_writes_nothing_and_spares_what_the_staff_wrote(loaded, staff):
    assert loaded == len(read_files())
    page = HealthPage.objects.get(slug="qui-appeler", language="fr")
    withdraw_page(actor=staff, page=HealthPage.objects.get(slug="teleconsultation", language="fr").uid)
    write_version(actor=staff, page=page.uid, text=text(), expected=1)
    HealthVersion.objects.filter(page__slug="medecin-de-garde").exists()

    assert load_health_pages(actor=SYSTEM) == 0
    assert page.versions.count() == 2
    with pytest.raises(NotForYou):
        load_health_pages(actor=staff)


def test_command_says_how_many_pages_it_wrote():
    said = StringIO()
    call_command("load_health_pages", stdout=said)
    call_command("load_health_pages", stdout=said)

    assert said.getvalue().split("\n")[:2] == ["Information pages: 16 written.", "Information pages: 0 written."]


def test_page_shows_text_source_date_and_that_it_is_no_advice(loaded, client):
    page = client.get("/sante/qui-appeler/").content.decode()

    assert "<h1>Qui appeler, et quand</h1>" in page
    for said in (
        'href="tel:15"',
        'href="tel:3114"',
        "Relue le",
        "22 novembre 2026",
        "aucun conseil médical",
        "Sources",
    ):
        assert said in page
    assert "<h2>Une vie est peut-être en danger</h2>" in page
    assert client.get("/sante/rien/").status_code == 404


def test_index_lists_each_subject_once_in_the_readers_language(loaded, client, django_assert_num_queries):
    assert "Qui appeler, et quand" in client.get("/sante/").content.decode()
    with translation.override("en"), django_assert_num_queries(1):
        titles = [page.version.title for page in shown_pages()]

    assert "Who to call, and when" in titles
    assert len(titles) == len(read_files()) / 2


def test_page_that_is_only_in_french_says_so_in_english(staff, client):
    opened(staff)

    page = client.get("/sante/page/", headers={"accept-language": "en"}).content.decode()

    assert '<article class="prose" lang="fr">' in page


@pytest.mark.parametrize("asked", ["garde", "medecin de gadre", "116117", "pharmacie de garde"])
def test_search_finds_the_doctor_on_call(loaded, client, asked):
    assert "medecin-de-garde" in [page.slug for page in found_pages(asked)]
    assert "/sante/medecin-de-garde/" in client.get(reverse("booking:suggestions"), {"q": asked}).content.decode()


@pytest.mark.parametrize(
    ("language", "asked", "slug"),
    [
        ("fr", "on-call doctor", "medecin-de-garde"),
        ("en", "téléconsultation remboursée", "teleconsultation"),
        ("en", "video visit refund", "teleconsultation"),
        ("en", "children checkups", "examens-de-l-enfant"),
        ("fr", "centre antipoison", "qui-appeler"),
    ],
)
def test_words_of_either_language_find_a_page_in_the_readers(loaded, language, asked, slug):
    with translation.override(language):
        assert [(page.slug, page.language) for page in found_pages(asked)] == [(slug, language)]


def test_results_page_names_what_to_read(loaded, client):
    page = client.get(reverse("booking:search"), {"q": "téléconsultation remboursée"}).content.decode()

    assert 'href="/sante/teleconsultation/"' in page
    assert "/sante/teleconsultation/" not in client.get(reverse("booking:search"), {"q": "Durand"}).content.decode()


def test_versions_add_up_and_an_earlier_one_is_said_again(staff):
    page = opened(staff)
    write_version(actor=staff, page=page.uid, text=text(title="Deux"), expected=1)
    publish_version(actor=staff, page=page.uid, number=2)

    restored = restore_version(actor=staff, page=page.uid, number=1)

    page.refresh_from_db()
    assert (restored.number, restored.title, restored.restores) == (3, "Titre", 1)
    assert page.current_id == restored.pk
    assert list(page.versions.order_by("number").values_list("title", flat=True)) == ["Titre", "Deux", "Titre"]
    assert AuditEvent.objects.filter(action="portal.restore_health_version", user_id=staff.user_id).count() == 1


@pytest.mark.parametrize("change", [{"title": "Autre"}, {"published_at": None}, {"number": 9}])
def test_database_refuses_to_change_what_was_written(staff, change):
    page = opened(staff)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        HealthVersion.objects.filter(page=page).update(**change)


def test_database_refuses_to_remove_a_version(staff):
    page = opened(staff)
    write_version(actor=staff, page=page.uid, text=text(), expected=1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        HealthVersion.objects.filter(page=page, number=2).delete()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"sources": ()}, "content_source"),
        ({"sources": (("A", "http://a.example"),)}, "content_source"),
        ({"body": "[x](javascript:1)"}, "content_link"),
        ({"reviewed_on": (clock.now() + timedelta(days=3)).date()}, "content_future_review"),
    ],
)
def test_what_may_not_be_written_is_refused(staff, changed, code):
    page = opened(staff)

    with pytest.raises(DomainError) as refused:
        write_version(actor=staff, page=page.uid, text=text(**changed), expected=1)

    assert refused.value.code == code


def test_the_second_of_two_writers_is_told(staff):
    page = opened(staff)
    write_version(actor=staff, page=page.uid, text=text(), expected=1)

    for act in (
        lambda: write_version(actor=staff, page=page.uid, text=text(), expected=1),
        lambda: publish_version(actor=staff, page=page.uid, number=1),
    ):
        with pytest.raises(DomainError, match="content_changed"):
            act()
    with pytest.raises(DomainError, match="content_exists"):
        open_page(actor=staff, slug="page", language="fr", position=1, text=text())


def test_others_keep_nothing(staff):
    page = opened(staff)
    for space in (Space.PATIENT, Space.PRACTICE, Space.BILLING):
        stranger = Actor(user_id=staff.user_id, space=space, practice_id=1, strong=True)
        with pytest.raises(NotForYou):
            write_version(actor=stranger, page=page.uid, text=text(), expected=1)
        with pytest.raises(NotForYou):
            open_page(actor=stranger, slug="other", language="fr", position=1, text=text())


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_the_staff_takes_two_statements(staff, django_assert_num_queries, count):
    for number in range(count):
        opened(staff, slug=f"page-{number}")

    with django_assert_num_queries(2):
        assert len(kept_pages(staff)) == count


def test_staff_writes_previews_publishes_and_withdraws(staff, client):
    page = opened(staff)
    client.force_login(UserFactory(is_platform_staff=True))
    session = client.session
    user = session["_auth_user_id"]
    session["space"] = "platform"
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = user
    session.save()
    sent = {
        "version": 1,
        "title": "Nouveau <b>",
        "summary": "Résumé",
        "body": "Texte <script>x</script>",
        "sources": "Service Public | https://www.service-public.fr",
        "reviewed_on": "2026-11-01",
    }

    preview = client.post(reverse("portal:content_edit", args=[page.uid]), {**sent, "preview": "1"}).content.decode()
    assert "&lt;script&gt;x" in preview
    assert page.versions.count() == 1
    refused = client.post(reverse("portal:content_edit", args=[page.uid]), {**sent, "sources": "rien"})
    assert refused.status_code == 422
    written = client.post(reverse("portal:content_edit", args=[page.uid]), sent)
    assert written.url == reverse("portal:content_version", args=[page.uid, 2])
    assert "Titre" in client.get("/sante/page/").content.decode()
    client.post(reverse("portal:content_publish", args=[page.uid, 2]))
    assert "Nouveau &lt;b&gt;" in client.get("/sante/page/").content.decode()
    assert client.get(reverse("portal:content_history", args=[page.uid])).status_code == 200
    client.post(reverse("portal:content_withdraw", args=[page.uid]))
    assert client.get("/sante/page/").status_code == 404
    assert sources_of(page.versions.first().sources)
