"""D19: two of everything that should be alone: planners, sealers, beats. Nothing is doubled and the chain stays whole."""

from datetime import timedelta

import pytest
from django.db import transaction

from booking.services.reminders import plan_reminders
from core import audit, clock
from core.access import system_actor
from core.models import AuditEvent
from notifications.models import Message
from tests.concurrency.rivals import race
from tests.drills.extent import sized
from tests.factories import AppointmentFactory, RecordFactory

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

PLANNERS = 4


def test_d19_planners_at_once_write_each_reminder_once(tell):
    visits = [
        AppointmentFactory(
            record=RecordFactory(phone=f"+336399{80_000 + number}", email=""), start_at=clock.now() + timedelta(days=3)
        )
        for number in range(sized(5, 60))
    ]
    alone = AppointmentFactory(
        record=RecordFactory(phone="+33639989999", email=""), start_at=clock.now() + timedelta(days=3)
    )
    plan_reminders(alone)
    by_visit = Message.objects.filter(subject=f"appointment:{alone.pk}").count()

    for visit in visits:
        assert race([lambda visit=visit: plan_reminders(visit)] * PLANNERS) == [None] * PLANNERS

    written = Message.objects.exclude(subject=f"appointment:{alone.pk}").count()
    tell("D19", f"{PLANNERS} planners at once: {written} reminders of {len(visits)} visits")
    assert by_visit > 0
    assert written == by_visit * len(visits)


def test_d19_sealers_at_once_keep_one_chain(tell):
    """They seal while acts are being written."""
    rounds, acts = sized(3, 30), 20

    def write():
        with transaction.atomic():
            for _ in range(acts):
                audit.record(system_actor("drill"), "drill.act")

    for _ in range(rounds):
        results = race([write, write, audit.seal_audit, audit.seal_audit, audit.seal_audit])
        assert not [result for result in results if isinstance(result, Exception)]
    while audit.seal_audit():
        pass

    verified = audit.verify_audit()
    tell("D19", f"three sealers at once: {verified.sealed} acts in one chain, {AuditEvent.objects.count()} written")
    assert (verified.broken_at, verified.sealed) == (None, AuditEvent.objects.count())
