"""The waitlist from end to end: somebody gives an hour back, the next in line gets the message and takes it on a phone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from booking.models import Appointment, WaitlistEntry, WaitlistOffer
from booking.selectors.offers import find_offers
from booking.services.appointments import Wish, book_appointment
from booking.waitlist_links import offer_path
from core import clock
from core.access import Actor, Space
from core.jobs import run
from core.models import Job, JobState
from notifications.models import Message
from notifications.registry import composer
from tests.browser.conftest import PHONE
from tests.browser.stops import cookies_of
from tests.browser.test_desk_rescue import faults
from tests.factories import BookableAgendaFactory, PatientFactory, UserFactory
from tests.strict import CheckedClient

pytestmark = pytest.mark.django_db(transaction=True)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def opened(new_context, live_server):
    def open_as(user) -> Page:
        client = CheckedClient()
        client.force_login(user)
        context = new_context(bypass_csp=True, reduced_motion="reduce", viewport=PHONE)
        cookies = cookies_of(client).items()
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies])
        return context.new_page()

    return open_as


@pytest.fixture(autouse=True)
def by_day(monkeypatch):
    """Offers are told at once, whatever hour this runs at."""
    monkeypatch.setattr("booking.waitlist.decent", lambda moment, zone: moment)
    monkeypatch.setattr("booking.waitlist.add_decent", lambda moment, length, zone: moment + length)


def person(name):
    user = UserFactory(email=f"{name}@prendsoin.example")
    PatientFactory(user=user, first_name=name.title())
    return user


def at(days: int, hour: int) -> datetime:
    return clock.combine(clock.today(PARIS) + timedelta(days=days), time(hour), PARIS)


def book(user, offer, start) -> Appointment:
    return book_appointment(
        actor=Actor(user_id=user.pk, space=Space.PATIENT),
        agenda=offer.agenda.uid,
        visit_reason=offer.visit_reason.uid,
        start=start,
        wish=Wish(),
    )


def work() -> None:
    for job in Job.objects.filter(kind="booking.offer_freed", state=JobState.PENDING).order_by("pk"):
        run(job.pk)


def test_an_hour_given_back_is_taken_by_the_next_on_a_phone(opened):
    agenda = BookableAgendaFactory(repeat_limit_days=0)
    (offer,) = find_offers(agenda.reasons.get().visit_reason.uid, [agenda.uid])
    first, second = person("anne"), person("bruno")
    given, later = book(first, offer, at(4, 10)), book(second, offer, at(9, 15))

    # The second joins from the page of her visit.
    hers = opened(second)
    hers.goto(reverse("booking:appointment", args=[later.uid]))
    hers.get_by_role("link", name="Être prévenu d’un créneau plus tôt").click()
    hers.get_by_role("button", name="Me prévenir").wait_for()
    assert faults(hers) == []
    hers.set_viewport_size(PHONE)
    hers.get_by_role("button", name="Me prévenir").click()
    hers.wait_for_url(f"**{reverse('booking:waitlist')}")
    assert faults(hers) == []
    assert WaitlistEntry.objects.get().appointment == later

    # The first gives her hour back.
    his = opened(first)
    his.goto(reverse("booking:cancel", args=[given.uid]))
    his.locator("main form [type=submit]").first.click()
    his.wait_for_url(f"**{reverse('booking:appointment', args=[given.uid])}")
    work()
    offered = WaitlistOffer.objects.get()
    message = Message.objects.get(kind="booking.waitlist_offer", channel="email")
    letter = composer(message.kind)(message)
    assert offer_path(offered) in letter.text

    # The link of the message, on her phone.
    hers.set_viewport_size(PHONE)
    hers.goto(offer_path(offered))
    assert faults(hers) == []
    hers.set_viewport_size(PHONE)
    hers.get_by_role("button", name="Prendre cette heure").click()
    hers.wait_for_url(f"**{reverse('booking:appointment', args=[later.uid])}")
    hers.get_by_text("Votre rendez-vous est déplacé à cette heure.").first.wait_for()
    later.refresh_from_db()
    assert (later.start_at, Appointment.objects.filter(status="held").count()) == (at(4, 10), 0)
