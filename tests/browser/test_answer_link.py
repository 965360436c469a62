"""From the SMS on a phone to the answer: the birth date, « je viens », then « je ne peux pas venir », by touch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from booking.answer_links import answer_path
from booking.enums import Status
from booking.models import Appointment
from core import clock
from tests.browser.conftest import PHONE
from tests.factories import AppointmentFactory, BookableAgendaFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_patient_answers_on_a_phone_without_signing_in(transactional_db, new_context, live_server):
    user = UserFactory(language="fr")
    start = (clock.now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    visit = AppointmentFactory(
        agenda=BookableAgendaFactory(),
        patient=PatientFactory(user=user, first_name="Marguerite", birth_date="1951-03-17"),
        booked_by=user,
        start_at=start,
        end_at=start + timedelta(minutes=20),
    )
    path = answer_path(Appointment.objects.select_related("record__patient").get(pk=visit.pk), user_id=user.pk)
    page = new_context(locale="fr", viewport=PHONE, has_touch=True).new_page()

    page.goto(path)
    assert visit.performer.last_name not in page.content()
    page.get_by_label("Date de naissance du patient").fill("18/03/1951")
    page.get_by_role("button", name="Continuer").tap()
    expect(page.locator("main")).to_contain_text("ne s’ouvre pas")
    assert visit.performer.last_name not in page.content()

    page.get_by_label("Date de naissance du patient").fill("17/03/1951")
    page.get_by_role("button", name="Continuer").tap()
    page.get_by_role("button", name="Je viens").tap()
    page.get_by_text("Vous avez dit que vous venez").wait_for()
    assert Appointment.objects.get().confirmed_at is not None

    page.get_by_role("link", name="Je ne peux pas venir").tap()
    page.get_by_role("button", name="Annuler ce rendez-vous").tap()
    page.get_by_text("Ce rendez-vous est annulé").wait_for()
    assert Appointment.objects.get().status == Status.CANCELLED_BY_PATIENT
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
