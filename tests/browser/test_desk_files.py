"""A secretary finds a caller's file while she types, makes one, merges two; a patient contests an absence."""

import pytest
from playwright.sync_api import Page, expect

from booking.models import NoShowMark
from patients.models import PatientRecord

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def signed_in(new_context, live_server, world):
    """Opens a watched page of somebody of the world."""

    def open_page(role: str, **options: object) -> Page:
        context = new_context(**options)
        cookies = world.client(role).cookies.items()
        context.add_cookies([{"name": name, "value": one.value, "url": live_server.url} for name, one in cookies])
        return context.new_page()

    return open_page


def test_secretary_finds_makes_and_merges_files(signed_in, world):
    page = signed_in("sophie", viewport={"width": 1280, "height": 800})
    page.goto("/cabinet/patients/")
    page.get_by_label("Nom, date de naissance ou numéro").fill("lefevre colette")
    page.get_by_role("link", name="Faire une nouvelle fiche").click()
    expect(page.get_by_label("Nom de naissance")).to_have_value("Lefevre")
    page.get_by_label("Date de naissance").fill("12/03/1951")
    page.get_by_label("Mobile").fill("06 12 34 56 78")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Colette Lefevre")
    page.goto("/cabinet/patients/nouveau/?q=lefevre+colete")
    page.get_by_label("Date de naissance").fill("12/03/1951")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Cette personne a peut-être déjà une fiche.")).to_be_visible()
    page.get_by_role("button", name="Enregistrer quand même").click()
    page.get_by_role("link", name="Comparer").first.click()
    page.get_by_role("button", name="Réunir les deux fiches").click()
    expect(page.get_by_text("relu")).to_be_visible()
    assert PatientRecord.objects.filter(birth_name="Lefevre", merged_into=None).count() == 1
    page.goto("/cabinet/patients/")
    page.get_by_label("Nom, date de naissance ou numéro").fill("0612 lefe")
    expect(page.locator("#found").get_by_role("status")).to_have_text("1 fiche")
    expect(page.locator("#found").get_by_role("link", name="Lefevre Colete")).to_be_visible()


def test_files_pages_fit_a_phone(signed_in, world):
    page = signed_in("sophie")
    for path in (
        "/cabinet/patients/",
        "/cabinet/patients/importer/",
        "/cabinet/patients/exporter/",
        f"/cabinet/patients/{world.targets['lilas_file'].kwargs['uid']}/",
        f"/cabinet/patients/importer/{world.targets['lilas_import'].kwargs['uid']}/",
    ):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


def test_patient_contests_an_absence_without_javascript(signed_in, world):
    page = signed_in("alice", java_script_enabled=False)
    page.goto(f"/mes-rendez-vous/{world.targets['missed_visit'].kwargs['uid']}/")
    page.get_by_label("Que s’est-il passé").fill("J’avais appelé.")
    page.get_by_role("button", name="Contester cette absence").click()
    expect(page.get_by_text("Vous l’avez contestée")).to_be_visible()
    assert NoShowMark.objects.get().contest == "J’avais appelé."
