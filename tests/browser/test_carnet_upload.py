"""From a phone: several files at once, one of them refused, one given up before it is sent."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from carnet.models import Document
from core import clock
from tests.browser.conftest import PHONE
from tests.browser.stops import cookies_of
from tests.carnet.documents.files import pdf
from tests.factories import PatientFactory, UserFactory
from tests.strict import CheckedClient

pytestmark = pytest.mark.django_db(transaction=True)


def test_several_files_go_one_by_one_and_a_refused_one_stops_none(new_context, live_server, settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}/documents"
    user = UserFactory()
    person = PatientFactory(user=user)
    client = CheckedClient()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    context = new_context(viewport=PHONE)
    context.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in cookies_of(client).items()]
    )
    page = context.new_page()
    page.goto(live_server.url + reverse("carnet:add", args=[person.uid]))
    files = [
        {"name": "analyse.pdf", "mimeType": "application/pdf", "buffer": pdf(words="one")},
        {"name": "faux.pdf", "mimeType": "application/pdf", "buffer": b"not a pdf"},
        {"name": "sans-envie.pdf", "mimeType": "application/pdf", "buffer": pdf(words="two")},
    ]
    page.set_input_files("#id_files", files)
    page.set_input_files("#camera", [{**files[0], "name": "photo.pdf", "buffer": pdf(words="three")}])
    page.get_by_role("button", name="Retirer sans-envie.pdf").click()

    page.get_by_role("button", name="Ajouter au carnet").click()

    lines = page.locator("[data-upload-list] li")
    expect(lines).to_contain_text(["analyse.pdf · Ajouté", "faux.pdf · Ce type de fichier", "photo.pdf · Ajouté"])
    assert page.url.endswith("/ajouter/")
    assert Document.objects.filter(patient=person).count() == 2
    assert page.locator("#camera").get_attribute("capture") == "environment"
