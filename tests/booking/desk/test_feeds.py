"""The private calendar address of an agenda: handed out once, read by programs, revoked; never a reason."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from booking.enums import FeedDetail
from booking.models import AgendaFeed
from booking.selectors.feeds import digest_of
from booking.services.feeds import FeedRefused, create_feed, revoke_feed
from core import clock
from practitioners.enums import Discretion
from practitioners.models import Membership
from tests.booking.desk.browsing import browser_of
from tests.booking.desk.rescue_world import at, visit_at
from tests.desk import desk, events, statements
from tests.factories import AgendaReasonFactory, HoldFactory, PatientFactory, RecordFactory

__all__ = ["desk"]


def created(desk, name="martin", detail=FeedDetail.BUSY, agenda=None):
    return create_feed(actor=desk.actor(name), agenda=(agenda or desk.agenda).uid, detail=detail)


def read(token, **headers):
    return Client().get(reverse("booking:feed", args=[token]), headers=headers)


def summaries(answer):
    return [str(event["summary"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")]


def test_the_token_is_long_shown_once_and_kept_as_a_digest(desk):
    feed, token = created(desk)
    assert len(token) == 43
    assert (feed.digest, AgendaFeed.objects.filter(digest__contains=token).count()) == (digest_of(token), 0)
    assert token not in str(events("booking.create_feed")[0].facts)


def test_a_feed_shows_busy_time_of_its_agenda_alone(desk):
    visit = visit_at(desk, at(9))
    visit_at(desk, at(11))
    HoldFactory(agenda=desk.agenda, start_at=at(14), end_at=at(14, 20))
    visit_at(desk, at(9, days=100))
    _, token = created(desk)
    answer = read(token)
    assert answer["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer["Cache-Control"]
    assert summaries(answer) == ["Occupé", "Occupé"]
    (first, _second) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (first["dtstart"].dt, first["dtend"].dt) == (visit.start_at, visit.end_at)


def test_initials_are_all_that_is_said_of_a_patient(desk):
    person = PatientFactory(first_name="Alice", birth_name="Fontaine")
    usual = desk.offer.visit_reason
    secret = AgendaReasonFactory(
        agenda=desk.agenda, visit_reason__name="IVG", visit_reason__discretion=Discretion.CONCEALED
    )
    visit_at(
        desk, at(9), visit_reason=usual, record=RecordFactory(practice=desk.practice, patient=person), note="Je saigne"
    )
    visit_at(desk, at(10), visit_reason=secret.visit_reason)
    visit_at(desk, at(11), visit_reason=usual, concealed=True)
    _, token = created(desk, detail=FeedDetail.INITIALS)
    answer = read(token)
    assert summaries(answer) == ["AF", "Occupé", "Occupé"]
    text = answer.content.decode()
    assert not any(word in text for word in ("Fontaine", "Consultation", "IVG", "saigne", "description".upper()))


def test_an_unchanged_feed_is_not_sent_again(desk):
    visit_at(desk, at(9))
    _, token = created(desk)
    etag = read(token)["ETag"]
    again = read(token, if_none_match=etag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    visit_at(desk, at(10))
    assert read(token, if_none_match=etag).status_code == 200


def test_a_revoked_address_is_as_unknown_as_a_wrong_one(desk):
    feed, token = created(desk)
    assert read(token).status_code == 200
    revoke_feed(actor=desk.actor("martin"), feed=feed.uid)
    revoke_feed(actor=desk.actor("martin"), feed=feed.uid)
    assert [read(one).status_code for one in (token, token[:-1], feed.digest, "x" * 500)] == [404] * 4
    assert len(events("booking.revoke_feed")) == 1


def test_an_address_ends_with_the_right_of_who_made_it(desk):
    tokens = {name: created(desk, name)[1] for name in ("martin", "sophie", "anna")}
    own = created(desk, "paul", agenda=desk.second)[1]
    Membership.objects.get(user=desk.users["sophie"]).agendas.set([desk.second])
    Membership.objects.filter(user=desk.users["anna"]).update(ends_at=clock.now())

    assert {name: read(token).status_code for name, token in tokens.items()} == {
        "martin": 200,
        "sophie": 404,
        "anna": 404,
    }
    assert read(own).status_code == 200
    page = browser_of(desk, "martin").get(reverse("desk:feeds")).text
    assert page.count("Ne répond plus") == 2
    desk.users["paul"].is_active = False
    desk.users["paul"].save()
    assert read(own).status_code == 404


def test_guessing_is_stopped_and_the_right_address_still_answers(desk):
    _, token = created(desk)
    codes = [read(f"guess-{number}").status_code for number in range(52)]
    assert (codes[0], codes[49], codes[51]) == (404, 404, 429)
    assert read(token).status_code == 200


@pytest.mark.parametrize("stranger", ["diallo", "sophie", "lea", "ended", "pending", "later", "alice"])
def test_only_who_writes_the_hours_hands_an_address_out(desk, stranger):
    with pytest.raises(Http404):
        created(desk, stranger, agenda=desk.second)
    feed, _ = created(desk, agenda=desk.second)
    with pytest.raises(Http404):
        revoke_feed(actor=desk.actor(stranger), feed=feed.uid)


def test_ten_addresses_are_enough_and_a_made_up_detail_is_refused(desk):
    for _ in range(10):
        created(desk)
    for detail, code in ((FeedDetail.BUSY, "too_many_feeds"), ("everything", "feed_detail")):
        with pytest.raises(FeedRefused) as refused:
            created(desk, detail=detail)
        assert refused.value.code == code


def test_the_page_shows_the_address_once_and_revokes(desk):
    browser, path = browser_of(desk, "martin"), reverse("desk:feeds")
    token = browser.get(path).context["form"]["form_token"].value()
    form = {"agenda": desk.agenda.uid, "detail": "busy", "form_token": token}
    shown = browser.post(path, form)
    address = shown.context["address"]
    assert address.startswith("http://testserver/agenda/")
    assert "no-store" in shown["Cache-Control"]
    assert browser.post(path, form).status_code == 302
    assert (AgendaFeed.objects.count(), address in browser.get(path).content.decode()) == (1, False)
    browser.post(reverse("desk:feed_revoke", args=[AgendaFeed.objects.get().uid]))
    assert Client().get(address.removeprefix("http://testserver")).status_code == 404


def test_a_reading_is_noted_once_an_hour_and_takes_the_same_statements(desk):
    _, token = created(desk)
    visit_at(desk, at(9))
    read(token)
    first = AgendaFeed.objects.get().last_read_at
    assert clock.now() - first < timedelta(minutes=1)
    _, one = statements(lambda: read(token))
    visit_at(desk, at(10))
    visit_at(desk, at(11))
    _, three = statements(lambda: read(token))
    assert (AgendaFeed.objects.get().last_read_at, three) == (first, one)


def test_the_page_takes_the_same_statements_for_one_and_for_three(desk):
    browser = browser_of(desk, "martin")
    created(desk)
    browser.get(reverse("desk:feeds"))
    _, one = statements(lambda: browser.get(reverse("desk:feeds")))
    created(desk, agenda=desk.second)
    created(desk)
    _, three = statements(lambda: browser.get(reverse("desk:feeds")))
    assert three == one
