"""People in line for one agenda, and short ways to free a time, run what waits and answer."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.models import Appointment, WaitlistEntry, WaitlistOffer
from booking.selectors.offers import find_offers
from booking.services.waitlist import When, join_waitlist
from core import clock
from core.jobs import run
from core.models import Job, JobState
from practitioners.models import AgendaReason
from tests.booking.conftest import actor_of, alice, book, charlie
from tests.desk import desk
from tests.factories import BookableAgendaFactory, PatientFactory, UserFactory

__all__ = ["alice", "charlie", "desk"]

PARIS = ZoneInfo("Europe/Paris")
# A Tuesday: the days after it are working days.
NOON = datetime(2027, 1, 12, 12, 0, tzinfo=PARIS)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stops the clock at noon of a Tuesday; called with an instant, it sets it there."""

    def stop(at: datetime) -> datetime:
        monkeypatch.setattr(clock, "now", lambda: at.astimezone(ZoneInfo("UTC")))
        return at

    stop(NOON)
    return stop


@pytest.fixture
def offer(noon: Any, db: None) -> AgendaReason:
    """An agenda open every day from 9 to 17, visits of twenty minutes, an hour of notice."""
    agenda = BookableAgendaFactory(repeat_limit_days=0)
    return find_offers(agenda.reasons.get().visit_reason.uid, [agenda.uid])[0]


def person(name: str, **more: Any) -> Any:
    """Somebody with an account, a verified e-mail and an identity."""
    user = UserFactory(email=f"{name}@prendsoin.example", **more)
    PatientFactory(user=user, first_name=name.title())
    return user


def at(days: int, hour: int, minute: int = 0) -> datetime:
    """An hour of the wall in Paris, so many days after the Tuesday."""
    return clock.combine(NOON.date() + timedelta(days=days), time(hour, minute), PARIS)


def join(user: Any, *offers: AgendaReason, **more: Any) -> WaitlistEntry:
    when = {name: more.pop(name) for name in ("windows", "earliest_on", "latest_on") if name in more}
    return join_waitlist(
        actor=actor_of(user),
        visit_reason=offers[0].visit_reason.uid,
        agendas=[offer.agenda.uid for offer in offers],
        when=When(**when),
        **more,
    )


def work(rounds: int = 20) -> None:
    """Do the jobs of the waitlist that are due, those they ask for included."""
    for _ in range(rounds):
        kinds = ("booking.offer_freed", "booking.end_waitlist_offer", "booking.end_waitlist_entry")
        due = Job.objects.filter(
            kind__in=(*kinds, "booking.check_waitlist_offers"), state=JobState.PENDING, due_at__lte=clock.now()
        )
        rows = list(due.order_by("pk"))
        if not rows:
            return
        for job in rows:
            outcome = run(job.pk)
            assert outcome is None or outcome.error is None, outcome.error
    raise AssertionError("The jobs of the waitlist do not come to an end")


def live() -> list[WaitlistOffer]:
    return list(WaitlistOffer.objects.filter(answer="waiting").order_by("pk"))


def held() -> list[Appointment]:
    return list(Appointment.objects.filter(status="held").order_by("start_at"))


__all__ += ["NOON", "PARIS", "at", "book", "held", "join", "live", "person", "work"]
