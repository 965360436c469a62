"""A practice with two practitioners, its people, and the catalogue: what the tests of subscriptions begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from billing.models import Payer, Subscription
from billing.services.catalogue import load_catalogue
from billing.services.subscribing import subscribe
from core import clock
from core.access import Actor, Space
from practitioners.enums import Role
from practitioners.models import Agenda, Practice, Practitioner
from tests.factories import BookableAgendaFactory, MembershipFactory, PractitionerFactory, UserFactory

FIELDS = {
    "name": "Maison de santé des Lilas",
    "legal_form": "SCM",
    "siret": "73282932000074",
    "street": "12 rue de Paris",
    "postcode": "93260",
    "city": "Les Lilas",
    "email": "compta@prendsoin.example",
    "method": "transfer",
}


class Clock:
    """A clock that a test turns: `core.clock.now` answers noon in Paris of `day`."""

    def __init__(self, patch: Any, day: date) -> None:
        self.day = day
        patch.setattr(clock, "now", self.now)

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 11, tzinfo=UTC)


@dataclass
class World:
    """`martin` owns, `compta` keeps the accounts, `paul` practises, `sophie` is secretary; `other` owns elsewhere."""

    practice: Practice
    agenda: Agenda
    second: Agenda
    users: dict[str, Any]
    elsewhere: Practice

    @property
    def martin(self) -> Practitioner:
        return self.agenda.practitioner

    @property
    def paul(self) -> Practitioner:
        return self.second.practitioner

    def actor(self, name: str) -> Actor:
        if name == "boris":
            return Actor(user_id=self.users[name].pk, space=Space.BILLING, strong=True)
        practice = self.elsewhere if name == "other" else self.practice
        return Actor(user_id=self.users[name].pk, space=Space.PRACTICE, practice_id=practice.pk, strong=True)

    @property
    def owner(self) -> Actor:
        return self.actor("martin")

    def subscribe(self, *people: Practitioner, **more: Any) -> Subscription:
        given = {"plan": "essentiel", "payer_fields": FIELDS, "terms_accepted": True, "actor": self.owner, **more}
        return subscribe(practice=self.practice.uid, seats=[person.uid for person in people or (self.martin,)], **given)

    @property
    def subscription(self) -> Subscription:
        return Subscription.objects.get(practice=self.practice)

    @property
    def payer(self) -> Payer:
        return Payer.objects.open().get(practice=self.practice, is_default=True)


def make_world() -> World:
    load_catalogue()
    users = {name: UserFactory() for name in ("martin", "compta", "paul", "sophie", "lea", "other", "boris", "alice")}
    users["boris"].is_billing_staff = True
    users["boris"].save()
    agenda = BookableAgendaFactory(practitioner=PractitionerFactory(user=users["martin"], last_name="Martin"))
    practice = agenda.practice
    second = BookableAgendaFactory(
        practice=practice, practitioner=PractitionerFactory(user=users["paul"], last_name="Paul")
    )
    elsewhere = BookableAgendaFactory(practitioner=PractitionerFactory(user=users["other"])).practice
    MembershipFactory(user=users["martin"], practice=practice, role=Role.OWNER)
    MembershipFactory(user=users["compta"], practice=practice, role=Role.ACCOUNTANT)
    MembershipFactory(user=users["paul"], practice=practice, role=Role.PRACTITIONER)
    MembershipFactory(user=users["sophie"], practice=practice, role=Role.SECRETARY, all_agendas=True)
    MembershipFactory(user=users["lea"], practice=practice, role=Role.LOCUM).agendas.set([second])
    MembershipFactory(user=users["other"], practice=elsewhere, role=Role.OWNER)
    return World(practice, agenda, second, users, elsewhere)
