"""People and an agenda for the races, committed for every thread to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.selectors.availability import availability
from booking.selectors.offers import find_offers
from booking.services.appointments import Wish, book_appointment
from core import clock
from core.access import Actor, Space
from practitioners.models import AgendaReason
from tests.factories import AgendaReasonFactory, BookableAgendaFactory, PatientFactory, UserFactory


@pytest.fixture
def offer(transactional_db: None) -> AgendaReason:
    """An agenda open every day from 9 to 17, visits of twenty minutes."""
    agenda = BookableAgendaFactory(repeat_limit_days=0, upcoming_limit=1000)
    return find_offers(agenda.reasons.get().visit_reason.uid, [agenda.uid])[0]


@pytest.fixture
def long_offer(offer: AgendaReason) -> AgendaReason:
    """The same agenda, a reason of forty-five minutes at the same starts."""
    reason = AgendaReasonFactory(agenda=offer.agenda, duration_minutes=45, step_minutes=20).visit_reason
    return find_offers(reason.uid, [offer.agenda.uid])[0]


@pytest.fixture
def people(transactional_db: None) -> Callable[[int], list[Actor]]:
    """So many people with an account and an identity, as actors of the patient space."""

    def make(count: int) -> list[Actor]:
        actors = []
        for number in range(count):
            user = UserFactory()
            PatientFactory(user=user)
            session = f"{number:064x}"
            actors.append(Actor(user_id=user.pk, space=Space.PATIENT, session=session, ip=f"127.0.1.{number % 250}"))
        return actors

    return make


def free_starts(offer: AgendaReason, days: int = 7) -> list[datetime]:
    """The free starts from tomorrow on, as the public sees them."""
    tomorrow = clock.today(ZoneInfo(offer.agenda.location.timezone)) + timedelta(days=1)
    found = availability([offer], first_day=tomorrow, days=days)
    return [slot.start for _day, slots in found.days for slot in slots]


def book(actor: Actor, offer: AgendaReason, start: datetime, **more: Any) -> Any:
    """Book for oneself."""
    return book_appointment(
        actor=actor,
        agenda=offer.agenda.uid,
        visit_reason=offer.visit_reason.uid,
        start=start,
        wish=Wish(replaces=more.pop("replaces", None)),
        **more,
    )
