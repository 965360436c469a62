"""The calendar file through a visit's life, parsed back: one event, the same for ever, dated on the clock of its place."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from booking.ics import calendar_file
from booking.services.appointments import cancel_appointment, reschedule_appointment
from notifications.testing import deliver_all
from tests.booking.conftest import actor_of, book, free_starts

pytestmark = pytest.mark.django_db


def parsed(content):
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    (zone,) = calendar.walk("VTIMEZONE")
    return str(calendar["METHOD"]), event, str(zone["TZID"])


def test_case_18_the_file_follows_the_visit(offer, alice):
    starts = free_starts(offer)
    visit = book(alice, offer, starts[0])
    files = [deliver_all()[0].attachments[0].content]
    reschedule_appointment(actor=actor_of(alice), appointment=visit.uid, start=starts[4])
    files.append(deliver_all()[0].attachments[0].content)
    cancel_appointment(actor=actor_of(alice), appointment=visit.uid)
    files.append(deliver_all()[0].attachments[0].content)

    found = [parsed(content) for content in files]
    assert [method for method, _event, _zone in found] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(event["UID"]) for _method, event, _zone in found} == {f"{visit.uid}@prendsoin"}
    assert [event["SEQUENCE"] for _method, event, _zone in found] == [0, 1, 2]
    assert [event["DTSTART"].dt for _method, event, _zone in found] == [starts[0], starts[4], starts[4]]
    assert {event["DTEND"].dt - event["DTSTART"].dt for _method, event, _zone in found} == {timedelta(minutes=20)}
    assert {zone for _method, _event, zone in found} == {"Europe/Paris"}
    assert {str(event["ATTENDEE"]) for _method, event, _zone in found} == {"mailto:alice@prendsoin.example"}
    said = b"".join(files).decode().casefold()
    assert visit.reason_name.casefold() not in said
    assert visit.specialty.name.casefold() not in said


def test_a_masked_file_says_neither_who_nor_where(offer, alice):
    visit = book(alice, offer, free_starts(offer)[0])
    addresses = {"organizer": "site@prendsoin.example", "attendee": "alice@prendsoin.example"}
    _method, event, _zone = parsed(calendar_file(visit, **addresses, url="https://prendsoin.example/", masked=True))
    assert str(event["SUMMARY"]) == "Rendez-vous"
    assert "LOCATION" not in event
    assert offer.agenda.practitioner.last_name not in event.to_ical().decode()
