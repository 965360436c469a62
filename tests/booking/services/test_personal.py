"""What a person takes away, and what is forgotten after the visit."""

from datetime import timedelta

import pytest
import time_machine

from booking.services.personal import export_appointments, forget_answers
from core import clock
from practitioners.models import VisitQuestion
from tests.booking.conftest import book, free_starts

pytestmark = pytest.mark.django_db


def test_export_holds_own_visits_and_nobody_elses(offer, alice, charlie):
    starts = free_starts(offer)
    mine = book(alice, offer, starts[0], note="À moi")
    book(charlie, offer, starts[1])
    exported = export_appointments(alice.pk)
    assert [(row["id"], row["note"]) for row in exported] == [(str(mine.uid), "À moi")]


def test_answers_are_forgotten_once_the_visit_is_over_and_the_note_is_kept(offer, alice):
    question = VisitQuestion.objects.create(visit_reason=offer.visit_reason, position=1, text="Première visite ?")
    visit = book(alice, offer, free_starts(offer)[0], answers={str(question.uid): True}, note="Bonjour")
    forget_answers()
    visit.refresh_from_db()
    assert visit.answers
    with time_machine.travel(visit.end_at + timedelta(minutes=1), tick=False):
        forget_answers()
        assert clock.now() > visit.end_at
    visit.refresh_from_db()
    assert (visit.answers, visit.note) == ("", "Bonjour")
