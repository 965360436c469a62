"""The factories that every test builds upon give rows that the database accepts and that belong together."""

import pytest

from patients.models import PatientRecord
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_appointment_factory_keeps_one_practice_throughout():
    visit = make.AppointmentFactory()

    assert {visit.practice, visit.record.practice, visit.visit_reason.practice, visit.agenda.location.practice} == {
        visit.agenda.practice
    }
    assert visit.performer == visit.agenda.practitioner


def test_appointment_factory_reuses_the_file_of_a_patient():
    patient = make.PatientFactory()
    first = make.AppointmentFactory(patient=patient)
    second = make.AppointmentFactory(patient=patient, agenda=first.agenda, start_at=first.end_at)

    assert first.record == second.record
    assert PatientRecord.objects.count() == 1


def test_hold_factory_has_no_file():
    assert make.HoldFactory().record is None


def test_bookable_agenda_factory_offers_one_reason():
    agenda = make.BookableAgendaFactory()

    assert agenda.reasons.get().visit_reason.practice == agenda.practice
    assert agenda.opening_hours.get().weekdays == [1, 2, 3, 4, 5, 6, 7]


def test_remaining_factories_are_valid():
    for factory in (make.GuardianshipFactory, make.InvitationFactory, make.MembershipFactory, make.AbsenceFactory):
        assert factory().pk


def test_child_factory_is_a_minor():
    assert make.ChildFactory().birth_date > make.PatientFactory().birth_date
