"""The people of a practice, and how their programs call the API, for the tests of what a practice writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.access import Actor, Space
from core.models import AuditEvent, Job
from practitioners.enums import Role
from practitioners.models import Agenda, AgendaReason, Practice
from tests.factories import (
    AgendaReasonFactory,
    BookableAgendaFactory,
    LocationFactory,
    MembershipFactory,
    PatientFactory,
    PractitionerFactory,
    UserFactory,
)

API = "/api/v1"


@dataclass
class Desk:
    """The practice of dr martin with two agendas, the one of dr diallo, and who works or once worked there.

    dr martin owns, sophie is secretary of the first agenda only, anna of all, `paul` practises in the second agenda,
    `lea` replaces him, `ended`, `pending` and `later` are members no more, not yet, or from tomorrow on.
    """

    users: dict[str, Any]
    practice: Practice
    agenda: Agenda
    second: Agenda
    elsewhere: Agenda

    @property
    def offer(self) -> AgendaReason:
        return self.agenda.reasons.get()

    def actor(self, name: str) -> Actor:
        practice = self.elsewhere.practice if name == "diallo" else self.practice
        return Actor(
            user_id=self.users[name].pk, space=Space.PRACTICE, practice_id=practice.pk, strong=True, ip="192.0.2.20"
        )

    def call(
        self, name: str, method: str, path: str, body: Any = None, *, strong: bool = True, key: str = "", **headers: str
    ) -> HttpResponse:
        """What a program signed in as this person gets. Without a space in `headers`, that of their only practice."""
        client = Client()
        if name:
            client.force_login(self.users[name])
            if strong:
                session = client.session
                session["account_authentication_methods"] = [{"method": "mfa"}]
                session["account_authentication_methods_user"] = str(self.users[name].pk)
                session.save()
        options: dict[str, Any] = {"headers": {"Idempotency-Key": key or str(uuid4()), **headers}}
        if body is not None and method != "get":
            content = body if isinstance(body, str) else json.dumps(body)
            options |= {"data": content, "content_type": "application/json"}
        return getattr(client, method)(f"{API}{path}", **options)


@pytest.fixture
def desk(db: None) -> Desk:
    names = ("martin", "sophie", "anna", "paul", "lea", "ended", "pending", "later", "diallo", "alice")
    users = {name: UserFactory(email=f"{name}@prendsoin.example") for name in names}
    PatientFactory(user=users["alice"])
    agenda = BookableAgendaFactory(practitioner=PractitionerFactory(slug="dr-martin", user=users["martin"]))
    practice, now = agenda.practice, clock.now()
    second = BookableAgendaFactory(
        practice=practice, practitioner=PractitionerFactory(slug="dr-paul", user=users["paul"])
    )
    elsewhere = BookableAgendaFactory(practitioner=PractitionerFactory(slug="dr-diallo", user=users["diallo"]))

    def member(name: str, role: str, **more: Any) -> Any:
        return MembershipFactory(user=users[name], **{"practice": practice, "role": role, **more})

    member("martin", Role.OWNER)
    member("sophie", Role.SECRETARY).agendas.set([agenda])
    member("anna", Role.SECRETARY, all_agendas=True)
    member("paul", Role.PRACTITIONER)
    member("lea", Role.LOCUM).agendas.set([second])
    member("ended", Role.OWNER, ends_at=now - timedelta(days=1))
    member("pending", Role.OWNER, accepted_at=None)
    member("later", Role.OWNER, starts_at=now + timedelta(days=1))
    member("diallo", Role.OWNER, practice=elsewhere.practice)
    return Desk(users, practice, agenda, second, elsewhere)


def new_location(practice: Practice) -> Any:
    return LocationFactory(practice=practice)


def new_offer(agenda: Agenda, **terms: Any) -> AgendaReason:
    return AgendaReasonFactory(agenda=agenda, **terms)


def events(action: str) -> list[AuditEvent]:
    """The rows of the journal about this act, oldest first."""
    return list(AuditEvent.objects.filter(action=action).order_by("pk"))


def everything_written() -> tuple[int, int]:
    """How many acts are in the journal and how many jobs wait: unchanged by a refusal."""
    return AuditEvent.objects.count(), Job.objects.count()


def refreshed() -> list[int]:
    """The practitioners whose directory rows wait to be computed again."""
    jobs = Job.objects.filter(kind="booking.refresh_listings").order_by("pk")
    payloads = (job.payload if isinstance(job.payload, dict) else json.loads(job.payload) for job in jobs)
    return [payload["practitioner_id"] for payload in payloads]


def problem(response: HttpResponse) -> tuple[int, str]:
    """Status and code of a refusal, which is a problem document."""
    assert response["Content-Type"] == "application/problem+json", response.content
    return response.status_code, response.json()["code"]


def statements(act: Any) -> tuple[Any, int]:
    """What `act` gives, and how many SQL statements it took."""
    with CaptureQueriesContext(connection) as captured:
        result = act()
    return result, len(captured)


def on_the_wall(answer: str) -> datetime:
    """The instant of an answer, which bears its offset."""
    instant = datetime.fromisoformat(answer)
    assert instant.utcoffset() is not None
    return instant
