"""Adding and removing the people one acts for."""

from datetime import date, timedelta

import pytest
import time_machine
from django.http import Http404

from core import clock
from core.exceptions import DomainError
from core.idempotency import Claim
from core.models import AuditEvent
from patients.enums import Level, Relation
from patients.majority import majority_at
from patients.models import Guardianship, Patient
from patients.selectors import people_of
from patients.services.relatives import MOST_RELATIVES, add_relative, remove_relative
from tests import factories as make

INES = {"first_name": "Inès", "birth_name": "Moreau", "birth_date": date(2020, 2, 29), "sex": "F"}


def refused(call, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value


def test_child_is_declared_at_once_until_eighteen(alice):
    child = add_relative(actor=alice.actor, relation=Relation.CHILD, attested=True, **INES)

    right = Guardianship.objects.get()
    assert (right.user, right.patient, right.level) == (alice.user, child, Level.DECLARED)
    assert right.attested_at == right.accepted_at == right.starts_at
    assert right.ends_at == majority_at(date(2020, 2, 29))
    assert right.ends_at.isoformat() == "2038-02-28T23:00:00+00:00"  # 1 March 2038 in Paris
    event = AuditEvent.objects.get()
    assert (event.action, event.patient_id) == ("patients.add_relative", child.pk)
    assert event.facts == {"relation": "child", "minor": True}


def test_adult_relative_has_no_end(alice):
    values = {**INES, "birth_date": date(1951, 6, 1)}

    add_relative(actor=alice.actor, relation=Relation.PARENT, attested=True, **values)

    assert Guardianship.objects.get().ends_at is None


@pytest.mark.parametrize("attested", [False, None, "", "true"])
def test_relative_without_attestation_is_refused(alice, attested):
    error = refused(add_relative, actor=alice.actor, relation=Relation.CHILD, attested=attested, **INES)

    assert error.code == "attestation_required"
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(("moment", "code"), [("2038-02-28T22:59:59Z", None), ("2038-02-28T23:00:00Z", "adult_child")])
def test_child_of_eighteen_is_not_a_child(alice, moment, code):
    with time_machine.travel(moment, tick=False):
        if code is None:
            assert add_relative(actor=alice.actor, relation=Relation.CHILD, attested=True, **INES)
        else:
            assert refused(add_relative, actor=alice.actor, relation="child", attested=True, **INES).code == code


def test_relatives_are_bounded_and_the_ended_do_not_count(alice):
    rights = [make.GuardianshipFactory(user=alice.user) for _ in range(MOST_RELATIVES)]

    error = refused(add_relative, actor=alice.actor, relation=Relation.CHILD, attested=True, **INES)
    assert (error.code, error.details["most"]) == ("too_many_relatives", MOST_RELATIVES)

    Guardianship.objects.filter(pk=rights[0].pk).update(ends_at=clock.now())
    assert add_relative(actor=alice.actor, relation=Relation.CHILD, attested=True, **INES)


def test_same_person_is_not_added_twice(alice):
    add_relative(actor=alice.actor, relation=Relation.CHILD, attested=True, **INES)

    again = {**INES, "first_name": "INES"}
    assert refused(add_relative, actor=alice.actor, relation="child", attested=True, **again).code == "relative_exists"
    twin = {**INES, "first_name": "Lina"}
    assert add_relative(actor=alice.actor, relation=Relation.CHILD, attested=True, **twin)


def test_same_person_added_by_two_accounts_is_two_identities(alice, bob):
    first = add_relative(actor=alice.actor, relation=Relation.CHILD, attested=True, **INES)
    second = add_relative(actor=bob.actor, relation=Relation.CHILD, attested=True, **INES)

    assert first != second


def test_replay_with_the_same_claim_adds_once(alice):
    claim = Claim(key="k", operation="POST", body_hash="h")
    added = [
        add_relative(actor=alice.actor, relation=Relation.CHILD, attested=True, claim=claim, **INES) for _ in range(2)
    ]

    assert added[0] == added[1]
    assert Guardianship.objects.count() == 1


def test_adding_is_limited_in_rate(alice):
    for number in range(30):
        person = add_relative(
            actor=alice.actor, relation=Relation.CHILD, attested=True, **{**INES, "first_name": f"Enfant {number}"}
        )
        remove_relative(actor=alice.actor, patient=person.uid)

    error = refused(add_relative, actor=alice.actor, relation=Relation.CHILD, attested=True, **INES)
    assert (error.code, error.status) == ("too_many_requests", 429)
    assert error.retry_after


def test_removed_relative_is_gone_and_so_is_the_identity(alice, leo):
    remove_relative(actor=alice.actor, patient=leo.uid)

    leo.refresh_from_db()
    assert leo.removed_at is not None
    assert [person.uid for person in people_of(alice.actor)] == [alice.patient.uid]
    event = AuditEvent.objects.get()
    assert (event.action, event.facts) == ("patients.remove_relative", {"removed": True})


def test_identity_stays_while_somebody_else_acts_for_it(alice, bob, leo, bob_granted):
    remove_relative(actor=alice.actor, patient=leo.uid)

    leo.refresh_from_db()
    assert leo.removed_at is None
    assert [person.uid for person in people_of(bob.actor)] == [bob.patient.uid, leo.uid]


def test_identity_stays_when_it_has_an_account(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient)

    remove_relative(actor=bob.actor, patient=alice.patient.uid)

    alice.patient.refresh_from_db()
    assert alice.patient.removed_at is None


def test_identity_stays_for_a_right_still_to_begin(alice, bob, leo):
    later = clock.now() + timedelta(days=1)
    make.GuardianshipFactory(user=bob.user, patient=leo, starts_at=later)

    remove_relative(actor=alice.actor, patient=leo.uid)

    leo.refresh_from_db()
    assert leo.removed_at is None


def test_oneself_is_not_removed(alice):
    assert refused(remove_relative, actor=alice.actor, patient=alice.patient.uid).code == "own_identity_kept"


def test_stranger_removes_nobody(charlie, leo):
    with pytest.raises(Http404):
        remove_relative(actor=charlie.actor, patient=leo.uid)


def test_visit_to_come_keeps_the_relative(alice, leo):
    make.AppointmentFactory(patient=leo, booked_by=alice.user)

    assert refused(remove_relative, actor=alice.actor, patient=leo.uid).code == "has_upcoming_visits"
    assert Guardianship.objects.active(clock.now()).filter(patient=leo).exists()


@pytest.mark.parametrize("status", ["seen", "cancelled_by_patient", "cancelled_by_practice"])
def test_visit_that_is_over_does_not(alice, leo, status):
    make.AppointmentFactory(patient=leo, booked_by=alice.user, status=status)

    remove_relative(actor=alice.actor, patient=leo.uid)


def test_visit_that_another_guardian_sees_does_not_hold_one_back(alice, bob, leo, bob_granted):
    make.AppointmentFactory(patient=leo, booked_by=alice.user)

    remove_relative(actor=alice.actor, patient=leo.uid)

    assert not Guardianship.objects.active(clock.now()).filter(user=alice.user, patient=leo).exists()


def test_hidden_visit_of_another_guardian_is_not_told_by_a_refusal(alice, bob, leo, alice_granted, bob_granted):
    make.AppointmentFactory(patient=leo, booked_by=bob.user, concealed=True)

    remove_relative(actor=alice.actor, patient=leo.uid)


def test_visit_nobody_sees_any_more_keeps_the_identity(alice, bob, leo, alice_granted, bob_granted):
    make.AppointmentFactory(patient=leo, booked_by=bob.user, concealed=True)
    Guardianship.objects.filter(pk=bob_granted.pk).update(ends_at=clock.now())

    remove_relative(actor=alice.actor, patient=leo.uid)

    leo.refresh_from_db()
    assert leo.removed_at is None
