"""One bookable agenda, Alice with an account, and short ways to book for the tests of services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.models import Appointment
from booking.selectors.availability import availability
from booking.selectors.offers import find_offers
from booking.services.appointments import Wish, book_appointment
from core import clock
from core.access import Actor, Space
from practitioners.models import AgendaReason
from tests.factories import AgendaReasonFactory, BookableAgendaFactory, PatientFactory, UserFactory

Book = Callable[..., Appointment]


@pytest.fixture
def offer(db: None) -> AgendaReason:
    agenda = BookableAgendaFactory()
    return find_offers(agenda.reasons.get().visit_reason.uid, [agenda.uid])[0]


@pytest.fixture
def alice(db: None) -> Any:
    user = UserFactory(email="alice@prendsoin.example")
    PatientFactory(user=user, first_name="Alice", birth_name="Fontaine")
    return user


@pytest.fixture
def charlie(db: None) -> Any:
    user = UserFactory(email="charlie@prendsoin.example")
    PatientFactory(user=user, first_name="Charlie", birth_name="Vasseur")
    return user


def actor_of(user: Any, session: str = "a" * 64) -> Actor:
    return Actor(user_id=user.pk, space=Space.PATIENT, session=session, ip="127.0.0.1")


def visitor(session: str = "b" * 64, ip: str = "127.0.0.1") -> Actor:
    return Actor(user_id=None, space=None, session=session, ip=ip)


def free_starts(offer: AgendaReason, days: int = 7) -> list[datetime]:
    """The free starts from tomorrow on, as the public sees them."""
    tomorrow = clock.today(ZoneInfo(offer.agenda.location.timezone)) + timedelta(days=1)
    found = availability([offer], first_day=tomorrow, days=days)
    return [slot.start for _day, slots in found.days for slot in slots]


def another_offer(offer: AgendaReason, **more: Any) -> AgendaReason:
    """One more reason of the same agenda."""
    reason = AgendaReasonFactory(agenda=offer.agenda, **more).visit_reason
    return find_offers(reason.uid, [offer.agenda.uid])[0]


def book(user: Any, offer: AgendaReason, start: datetime, **wish: Any) -> Appointment:
    """Book for oneself, or for `patient`."""
    call = {name: wish.pop(name) for name in ("hold", "claim") if name in wish}
    return book_appointment(
        actor=actor_of(user),
        agenda=offer.agenda.uid,
        visit_reason=offer.visit_reason.uid,
        start=start,
        wish=Wish(**wish),
        **call,
    )


def refusal_code(act: Callable[[], Any]) -> str:
    """The code with which an act is refused; fails when it is not."""
    from booking.exceptions import Refusal

    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code
