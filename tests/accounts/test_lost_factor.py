"""The way back without the second factor: two days, announced everywhere, stopped by whoever holds the account."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator

from accounts.models import LostFactorRequest
from accounts.services import lost_factor
from core import clock, jobs
from core.access import ANONYMOUS
from core.models import AuditEvent, Job

from .conftest import PASSWORD, totp_code

SIGN_IN = "/compte/connexion/"
REPORT = "/compte/second-facteur/perdu/"


@pytest.fixture(autouse=True)
def still_clock():
    with time_machine.travel("2026-11-24T09:00:10Z", tick=False) as clock_at:
        yield clock_at


@pytest.fixture
def reported(client, strong_alice) -> LostFactorRequest:
    client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})
    response = client.post(REPORT)
    assert response.status_code == 200
    return LostFactorRequest.objects.get()


def has_factor(user) -> bool:
    return Authenticator.objects.filter(user=user).exists()


def test_only_somebody_halfway_through_sign_in_may_ask(client, strong_alice):
    response = client.post(REPORT)

    assert (response.status_code, response.url) == (302, SIGN_IN)
    assert not LostFactorRequest.objects.exists()


def test_opening_the_page_asks_nothing(client, strong_alice):
    client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})

    assert client.get(REPORT).status_code == 200
    assert not LostFactorRequest.objects.exists()


def test_asking_plans_the_removal_in_two_days_and_removes_nothing_now(client, strong_alice, reported):
    assert reported.due_at == clock.now() + timedelta(hours=48)
    assert has_factor(strong_alice)
    assert "_auth_user_id" not in client.session
    job = Job.objects.get(kind="accounts.remove_lost_factor")
    assert job.due_at == reported.due_at


def test_the_removal_is_announced_to_every_contact(client, strong_alice, letters):
    strong_alice.phone = "+33612345678"
    strong_alice.phone_verified_at = clock.now()
    strong_alice.save()
    client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})
    client.post(REPORT)

    email, sms = letters()
    assert (email.to, sms.to) == (strong_alice.email, "+33612345678")
    assert "jeudi 26 novembre à 10 h" in email.text
    assert "/compte/second-facteur/perdu/arreter/" in email.text


def test_asking_twice_neither_shortens_nor_restarts_the_wait(client, strong_alice, reported, still_clock):
    still_clock.shift(timedelta(hours=10))
    client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})
    client.post(REPORT)

    assert LostFactorRequest.objects.get().due_at == reported.due_at


def test_the_removal_waits_for_its_time(strong_alice, reported, still_clock):
    still_clock.shift(timedelta(hours=47, minutes=59))

    assert not lost_factor.remove_lost_factor(request_id=reported.pk)
    assert has_factor(strong_alice)


def test_the_removal_happens_in_time_and_ends_every_session(client, strong_alice, reported, still_clock, letters):
    elsewhere = type(client)()
    elsewhere.force_login(strong_alice)
    still_clock.shift(timedelta(hours=48, seconds=1))

    jobs.run(Job.objects.get(kind="accounts.remove_lost_factor").pk)

    assert not has_factor(strong_alice)
    reported.refresh_from_db()
    assert reported.completed_at == clock.now()
    assert letters()[-1].subject == "Second facteur retiré"
    assert AuditEvent.objects.filter(action="accounts.lost_factor_removed", system_name__gt="").exists()
    client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(strong_alice.pk)


def test_the_link_of_the_announcement_stops_it_without_sign_in(client, strong_alice, reported, letters, still_clock):
    path = re.search(r"(/compte/second-facteur/perdu/arreter/\S+/)", letters()[-1].text).group(1)
    visitor = type(client)()

    opened = visitor.get(path)
    assert opened.status_code == 200
    assert opened["Referrer-Policy"] == "same-origin"
    assert strong_alice.email not in opened.content.decode()
    assert LostFactorRequest.objects.get().is_pending
    assert visitor.post(path).status_code == 200
    still_clock.shift(timedelta(hours=49))

    assert not lost_factor.remove_lost_factor(request_id=reported.pk)
    assert has_factor(strong_alice)
    assert visitor.get(path).status_code == 404
    assert visitor.post(path).status_code == 404


def test_a_guessed_link_is_not_there(client, reported):
    assert client.get("/compte/second-facteur/perdu/arreter/abcdef/").status_code == 404
    assert client.post("/compte/second-facteur/perdu/arreter/abcdef/").status_code == 404


def test_any_signed_in_session_can_stop_it(client, strong_alice, reported):
    session = type(client)()
    session.force_login(strong_alice)

    assert "Arrêter le retrait" in session.get("/compte/second-facteur/").content.decode()
    session.post("/compte/second-facteur/perdu/arreter/")

    assert not LostFactorRequest.objects.get().is_pending


def test_giving_the_factor_stops_it(client, strong_alice, reported):
    client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})
    client.post("/compte/second-facteur/code/", {"code": totp_code()})

    assert LostFactorRequest.objects.get().cancelled_at is not None


def test_the_database_does_not_hold_the_token(reported, letters):
    token = re.search(r"/arreter/(\S+)/", letters()[-1].text).group(1)

    assert token != reported.token_digest
    assert lost_factor.digest_of(token) == reported.token_digest
    assert lost_factor.cancel_by_token(actor=ANONYMOUS, token=token).pk == reported.pk
