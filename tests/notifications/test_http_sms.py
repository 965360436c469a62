"""The HTTP provider of SMS against a real server that fails in every way; each failure comes back as data, in time."""

import time
from datetime import timedelta

import pytest

from notifications.channels import Accepted, http_call
from notifications.channels.http_sms import HttpSmsChannel
from notifications.doubles.sms_provider import Fault, Mode
from tests.notifications.test_channels import NUMBER, REF, envelope, point_at, sms_provider  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fault", "code", "rest"),
    [
        (Fault.ERROR, "http_500", None),
        (Fault.BUSY, "http_429", timedelta(seconds=7)),
        (Fault.DROP, "ConnectionError", None),
        (Fault.GARBAGE, "answer_without_id", None),
    ],
)
def test_fault_of_the_provider_is_temporary_and_its_own(sms_provider, fault, code, rest):  # noqa: F811
    sms_provider.fault = fault

    failure = HttpSmsChannel().attempt(REF, envelope(NUMBER))

    assert (failure.code, failure.permanent, failure.provider_down) == (code, False, True)
    assert failure.retry_after == rest


def test_provider_that_hangs_is_left_after_the_reading_time(sms_provider, monkeypatch):  # noqa: F811
    monkeypatch.setattr(http_call, "READ_SECONDS", 0.2)
    sms_provider.fault, sms_provider.hang_seconds = Fault.HANG, 2.0

    began = time.monotonic()
    failure = HttpSmsChannel().attempt(REF, envelope(NUMBER))

    assert (failure.code, failure.provider_down) == ("TimeoutError", True)
    assert time.monotonic() - began < 1.5


def test_time_given_to_a_provider_fits_in_the_lease_of_a_message():
    from notifications.models import Message

    asked_then_sent = 2 * (http_call.CONNECT_SECONDS + http_call.READ_SECONDS)
    assert (http_call.CONNECT_SECONDS, http_call.READ_SECONDS) == (3, 10)
    assert asked_then_sent < Message.LEASE.total_seconds()


def test_provider_that_is_not_there_is_down(settings, sms_provider):  # noqa: F811
    settings.SMS_PROVIDER = {**settings.SMS_PROVIDER, "url": "http://127.0.0.1:9/v1/sms"}

    failure = HttpSmsChannel().attempt(REF, envelope(NUMBER))

    assert (failure.permanent, failure.provider_down) == (False, True)


@pytest.mark.parametrize("mode", [Mode.DEDUPES, Mode.KNOWS])
@pytest.mark.parametrize("fault", [Fault.DROP, Fault.GARBAGE])
def test_lost_answer_is_not_sent_again_where_the_provider_helps(settings, sms_provider, mode, fault):  # noqa: F811
    sms_provider.mode, sms_provider.fault = mode, fault
    point_at(settings, sms_provider)
    channel = HttpSmsChannel()
    channel.attempt(REF, envelope(NUMBER))
    sms_provider.fault = None

    if channel.known(REF) is None:
        assert isinstance(channel.attempt(REF, envelope(NUMBER)), Accepted)

    assert [sms.to for sms in sms_provider.accepted] == [NUMBER]


def test_provider_sees_neither_the_subject_nor_the_person_in_the_reference(sms_provider):  # noqa: F811
    HttpSmsChannel().attempt(REF, envelope(NUMBER))

    (sms,) = sms_provider.accepted
    assert "appointment" not in sms.reference
    assert "user" not in sms.reference
    assert len(sms.reference) == 32


@pytest.mark.parametrize("number", ["+33148972014", "+262262900000", "+33612", "0612345678", "", "+33 6 39 98 00 01"])
def test_number_that_no_sms_reaches_costs_no_request(sms_provider, number):  # noqa: F811
    failure = HttpSmsChannel().attempt(REF, envelope(number))

    assert failure.permanent
    assert failure.code in {"landline", "bad_number"}
    assert sms_provider.requests == 0
