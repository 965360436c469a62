"""The rules of writing, each at the moment of writing and with its stable code."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.http import Http404
from django.utils import timezone

from booking.enums import Status
from booking.models import Appointment
from booking.selectors.offers import find_offers
from booking.services.appointments import cancel_appointment
from core import clock
from patients.enums import Level
from patients.models import PatientRecord
from practitioners.enums import Audience, BlockCause, Mode, VerificationState
from practitioners.models import OnlineBlock, VisitQuestion
from tests.booking.conftest import actor_of, another_offer, book, free_starts, refusal_code
from tests.factories import (
    AppointmentFactory,
    BookableAgendaFactory,
    GuardianshipFactory,
    PatientFactory,
    RecordFactory,
    UserFactory,
    VisitReasonFactory,
)

pytestmark = pytest.mark.django_db


def test_case_32_new_patients_are_refused_where_only_known_ones_are_taken(offer, alice):
    offer.audience = Audience.KNOWN
    offer.save()
    assert refusal_code(lambda: book(alice, offer, free_starts(offer)[0])) == "new_patients_refused"


def test_case_32_closing_to_new_patients_refuses_them_for_every_reason(offer, alice):
    offer.agenda.accepts_new_patients = False
    offer.agenda.save()
    assert refusal_code(lambda: book(alice, offer, free_starts(offer)[0])) == "new_patients_refused"


def test_case_32_a_first_booking_cancelled_leaves_one_new(offer, alice):
    visit = book(alice, offer, free_starts(offer)[0])
    cancel_appointment(actor=actor_of(alice), appointment=visit.uid)
    known = another_offer(offer, audience=Audience.KNOWN)
    assert refusal_code(lambda: book(alice, known, free_starts(known)[1])) == "new_patients_refused"


def test_case_32_a_visit_that_took_place_makes_one_known(offer, alice):
    start = clock.now() - timedelta(days=40)
    AppointmentFactory(
        agenda=offer.agenda, patient=alice.patient, start_at=start, end_at=start + timedelta(minutes=20),
        status=Status.SEEN,
    )  # fmt: skip
    known = another_offer(offer, audience=Audience.KNOWN)
    first_visit = another_offer(offer, audience=Audience.NEW)
    assert refusal_code(lambda: book(alice, first_visit, free_starts(first_visit)[5])) == "known_patients_refused"
    assert book(alice, known, free_starts(known)[1]).status == Status.BOOKED


def test_known_patients_only_answers_the_same_to_a_stranger_and_to_an_unlinked_file(offer, alice, charlie):
    """Whoever is not linked learns nothing about the files of the practice."""
    offer.audience = Audience.KNOWN
    offer.save()
    RecordFactory(
        practice=offer.agenda.practice, first_name="Alice", birth_name="Fontaine",
        birth_date=alice.patient.birth_date, known_since=clock.now(),
    )  # fmt: skip
    start = free_starts(offer)[0]
    answers = []
    for user in (alice, charlie):
        from booking.exceptions import Refusal

        with pytest.raises(Refusal) as refused:
            book(user, offer, start)
        answers.append((refused.value.code, str(refused.value.message), refused.value.details))
    assert answers[0] == answers[1]


def test_case_33_a_page_open_for_an_hour_is_refused_with_new_choices(offer, alice):
    from booking.exceptions import Refusal

    start = free_starts(offer)[0]
    with time_machine.travel(start - timedelta(minutes=30), tick=False), pytest.raises(Refusal) as refused:
        book(alice, offer, start)
    assert refused.value.code == "notice_too_short"
    assert len(refused.value.alternatives) == 3


def test_case_33_a_reason_closed_meanwhile_is_not_offered(offer, alice):
    start = free_starts(offer)[0]
    offer.online = False
    offer.save()
    assert refusal_code(lambda: book(alice, offer, start)) == "not_offered"


def test_case_66_an_agenda_blocked_online_is_not_bookable_and_says_the_phone(offer, alice):
    from booking.exceptions import Refusal

    start = free_starts(offer)[0]
    OnlineBlock.objects.create(agenda=offer.agenda, cause=BlockCause.VERIFICATION)
    with pytest.raises(Refusal) as refused:
        book(alice, offer, start)
    assert refused.value.code == "not_bookable"
    assert refused.value.details["phone"] == str(offer.agenda.practice.phone)


def test_case_66_a_suspended_practitioner_is_not_there(offer, alice):
    start = free_starts(offer)[0]
    offer.agenda.practitioner.verification = VerificationState.REGISTER_MATCH
    offer.agenda.practitioner.save()
    with pytest.raises(Http404):
        book(alice, offer, start)


def test_case_34_daily_quota_holds_and_a_moved_visit_does_not_count_twice(offer, alice, charlie):
    from booking.services.appointments import reschedule_appointment

    offer.daily_quota = 1
    offer.save()
    starts = free_starts(offer)
    visit = book(alice, offer, starts[0])
    assert refusal_code(lambda: book(charlie, offer, starts[1])) == "slot_taken"
    moved = reschedule_appointment(actor=actor_of(alice), appointment=visit.uid, start=starts[1])
    assert moved.start_at == starts[1]


def test_case_37_a_forged_pair_of_agenda_and_reason_is_refused(offer, alice):
    other = BookableAgendaFactory()
    forged = other.reasons.get().visit_reason
    from booking.services.appointments import Wish, book_appointment

    assert (
        refusal_code(
            lambda: book_appointment(
                actor=actor_of(alice),
                agenda=offer.agenda.uid,
                visit_reason=forged.uid,
                start=free_starts(offer)[0],
                wish=Wish(),
            )
        )
        == "not_offered"
    )


def test_a_misaligned_start_is_not_offered(offer, alice):
    start = free_starts(offer)[0] + timedelta(minutes=7)
    assert refusal_code(lambda: book(alice, offer, start)) == "not_offered"


def test_a_past_start_is_refused(offer, alice):
    start = free_starts(offer)[0] - timedelta(days=30)
    assert refusal_code(lambda: book(alice, offer, start)) == "notice_too_short"


def test_a_start_beyond_the_horizon_is_refused(offer, alice):
    start = free_starts(offer)[0] + timedelta(days=120)
    assert refusal_code(lambda: book(alice, offer, start)) == "beyond_horizon"


def test_limit_counts_per_patient_and_offers_to_keep_or_replace(offer, alice):
    from booking.exceptions import Refusal

    child = PatientFactory()
    GuardianshipFactory(user=alice, patient=child, level=Level.GRANTED)
    starts = free_starts(offer)
    mine = book(alice, offer, starts[0])
    assert book(alice, offer, starts[1], patient=child.uid).status == Status.BOOKED
    with pytest.raises(Refusal) as refused:
        book(alice, offer, starts[2])
    assert refused.value.code == "limit_reached"
    assert [visit.pk for visit in refused.value.existing] == [mine.pk]


def test_replacing_cancels_the_old_visit_and_books_the_new_one_in_one_act(offer, alice):
    starts = free_starts(offer)
    old = book(alice, offer, starts[0])
    new = book(alice, offer, starts[2], replaces=old.uid)
    old.refresh_from_db()
    assert (old.status, new.status) == (Status.CANCELLED_BY_PATIENT, Status.BOOKED)
    assert starts[0] in free_starts(offer)


def test_replacing_keeps_the_old_visit_when_the_new_one_is_refused(offer, alice, charlie):
    starts = free_starts(offer)
    old = book(alice, offer, starts[0])
    book(charlie, offer, starts[2])
    assert refusal_code(lambda: book(alice, offer, starts[2], replaces=old.uid)) == "slot_taken"
    old.refresh_from_db()
    assert old.status == Status.BOOKED


def test_a_stranger_cannot_replace_somebody_elses_visit(offer, alice, charlie):
    starts = free_starts(offer)
    hers = book(alice, offer, starts[0])
    with pytest.raises(Http404):
        book(charlie, offer, starts[2], replaces=hers.uid)
    hers.refresh_from_db()
    assert hers.status == Status.BOOKED


def test_a_blocked_patient_is_told_with_the_phone_at_this_practice_only(offer, alice):
    RecordFactory(practice=offer.agenda.practice, patient=alice.patient, blocked_at=clock.now())
    assert refusal_code(lambda: book(alice, offer, free_starts(offer)[0])) == "blocked"
    elsewhere = BookableAgendaFactory()
    other = find_offers(elsewhere.reasons.get().visit_reason.uid, [elsewhere.uid])[0]
    assert book(alice, other, free_starts(other)[0]).status == Status.BOOKED


def test_an_unverified_contact_cannot_book(offer):
    user = UserFactory(verified=False)
    PatientFactory(user=user)
    assert refusal_code(lambda: book(user, offer, free_starts(offer)[0])) == "contact_not_verified"


def test_an_account_without_identity_is_asked_for_it(offer):
    assert refusal_code(lambda: book(UserFactory(), offer, free_starts(offer)[0])) == "identity_missing"


@pytest.mark.parametrize("who", ["unknown", "foreign", "ended"])
def test_booking_for_somebody_one_may_not_act_for_is_not_found(offer, alice, charlie, who):
    patients = {"unknown": uuid4, "foreign": lambda: charlie.patient.uid, "ended": lambda: _ended(alice)}
    start = free_starts(offer)[0]
    with pytest.raises(Http404):
        book(alice, offer, start, patient=patients[who]())
    assert not Appointment.objects.exists()
    assert not PatientRecord.objects.exists()


def _ended(user):
    patient = PatientFactory()
    GuardianshipFactory(user=user, patient=patient, ends_at=timezone.now() - timedelta(seconds=1))
    return patient.uid


def test_questions_must_all_be_answered_and_one_answer_can_redirect(offer, alice):
    from booking.exceptions import Refusal

    other = VisitReasonFactory(practice=offer.agenda.practice, specialty=offer.visit_reason.specialty, name="Suivi")
    question = VisitQuestion.objects.create(
        visit_reason=offer.visit_reason, position=1, text="Première visite ?", refuse_on=True, refusal="Autre motif",
        redirect_to=other,
    )  # fmt: skip
    start = free_starts(offer)[0]
    assert refusal_code(lambda: book(alice, offer, start)) == "answers_required"
    assert refusal_code(lambda: book(alice, offer, start, answers={str(question.uid): "yes"})) == "answers_required"
    with pytest.raises(Refusal) as refused:
        book(alice, offer, start, answers={str(question.uid): True})
    assert refused.value.code == "refused_by_answers"
    assert refused.value.details["redirect_to"] == {"id": str(other.uid), "name": "Suivi"}
    visit = book(alice, offer, start, answers={str(question.uid): False})
    assert "Première visite" in visit.answers


def test_note_and_answers_are_not_readable_in_the_database(offer, alice):
    from django.db import connection

    book(alice, offer, free_starts(offer)[0], note="SECRET-DE-TEST")
    with connection.cursor() as cursor:
        cursor.execute("SELECT booking_appointment::text FROM booking_appointment")
        assert "SECRET-DE-TEST" not in cursor.fetchone()[0]


def test_a_video_visit_needs_the_link_of_the_agenda(offer, alice):
    offer.modes = [Mode.OFFICE, Mode.VIDEO]
    offer.save()
    start = free_starts(offer)[0]
    assert refusal_code(lambda: book(alice, offer, start, mode=Mode.VIDEO)) == "mode_not_offered"
    offer.agenda.video_link = "https://visio.example/x"
    offer.agenda.save()
    assert book(alice, offer, start, mode=Mode.VIDEO).mode == Mode.VIDEO
