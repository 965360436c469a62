"""Who reaches whose identity: owner, relative, stranger, visitor, and every dead relation, at its two ends."""

from datetime import timedelta

import pytest
import time_machine
from django.http import Http404

from core import clock
from core.access import ANONYMOUS, Actor, Space, get_or_404, may, scoped
from patients.enums import Level, Relation
from patients.majority import majority_at
from patients.models import GuardianInvitation, Guardianship, Patient, PatientRecord
from tests import factories as make

ACTIONS = ("read", "book", "edit")


@pytest.mark.parametrize("action", ACTIONS)
def test_owner_reaches_own_identity_and_relatives_only(alice, bob, leo, father, action):
    assert set(scoped(alice.actor, Patient, action)) == {alice.patient, leo, father}


@pytest.mark.parametrize("action", ACTIONS)
def test_stranger_and_visitor_do_not(alice, charlie, leo, action):
    assert set(scoped(charlie.actor, Patient, action)) == {charlie.patient}
    assert not scoped(ANONYMOUS, Patient, action).exists()


@pytest.mark.parametrize("action", [*ACTIONS, "invite"])
def test_other_spaces_do_not(alice, leo, action):
    for space in (Space.PRACTICE, Space.PLATFORM):
        elsewhere = Actor(user_id=alice.user.pk, space=space, practice_id=1)
        assert not scoped(elsewhere, Patient, action).exists()


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("dead", ["pending", "expired", "revoked", "not_yet_started"])
def test_dead_relation_is_not_found(bob, leo, action, dead):
    hour, now = timedelta(hours=1), clock.now()
    times = {
        "pending": {"accepted_at": None},
        "expired": {"ends_at": now - hour},
        "revoked": {"ends_at": now},
        "not_yet_started": {"starts_at": now + hour, "accepted_at": now},
    }[dead]
    make.GuardianshipFactory(user=bob.user, patient=leo, level=Level.GRANTED, **times)

    with pytest.raises(Http404):
        get_or_404(bob.actor, Patient, action, uid=leo.uid)


def test_relation_holds_from_its_first_instant_to_its_last(bob, leo):
    start, end = clock.now() + timedelta(days=2), clock.now() + timedelta(days=4)
    make.GuardianshipFactory(user=bob.user, patient=leo, starts_at=start, ends_at=end)
    tick = timedelta(microseconds=1)

    expected = {start - tick: False, start: True, end - tick: True, end: False}
    for moment, allowed in expected.items():
        with time_machine.travel(moment, tick=False):
            assert may(bob.actor, "read", leo) is allowed


def test_child_detaches_at_midnight_in_paris_of_the_eighteenth_birthday(alice, leo):
    end = majority_at(leo.birth_date)

    with time_machine.travel(end - timedelta(microseconds=1), tick=False):
        assert may(alice.actor, "book", leo)
    with time_machine.travel(end, tick=False):
        assert not may(alice.actor, "book", leo)
        assert not scoped(alice.actor, Guardianship, "read").filter(patient=leo).exists()


def test_person_with_an_account_is_not_edited_by_a_guardian(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.GRANTED)

    assert may(bob.actor, "read", alice.patient)
    assert not may(bob.actor, "edit", alice.patient)


def test_removed_and_deceased_people(alice, leo, father):
    Patient.objects.filter(pk=leo.pk).update(removed_at=clock.now())
    Patient.objects.filter(pk=father.pk).update(deceased_on=clock.now().date())

    assert set(scoped(alice.actor, Patient, "read")) == {alice.patient, father}
    assert set(scoped(alice.actor, Patient, "book")) == {alice.patient}


def test_only_who_grants_a_right_hands_it_on(alice, bob, leo, father, bob_granted):
    assert set(scoped(alice.actor, Patient, "invite")) == {alice.patient}  # leo is only declared by her
    assert set(scoped(bob.actor, Patient, "invite")) == {bob.patient, leo}


def test_nobody_is_invited_for_the_removed_or_deceased(alice):
    for change in ({"removed_at": clock.now()}, {"removed_at": None, "deceased_on": clock.now().date()}):
        Patient.objects.filter(pk=alice.patient.pk).update(**change)
        assert not may(alice.actor, "invite", alice.patient)


def test_granted_guardian_of_an_adult_does_not_hand_it_on(alice, father):
    Guardianship.objects.filter(patient=father).update(level=Level.GRANTED)

    assert not may(alice.actor, "invite", father)


def test_child_with_an_account_grants_alone(bob, charlie, leo, bob_granted):
    """A teenager who has an account hands on the right; a guardian's earlier invitation dies."""
    offer = make.InvitationFactory(patient=leo, invited_by=bob.user, email=charlie.user.email)
    teen = make.UserFactory()

    Patient.objects.filter(pk=leo.pk).update(user=teen)

    assert not may(bob.actor, "invite", leo)
    assert may(Actor(user_id=teen.pk, space=Space.PATIENT), "invite", leo)
    assert not may(charlie.actor, "accept", offer)


def test_granted_guardian_invites_until_the_last_instant_of_childhood(bob, leo, bob_granted):
    Guardianship.objects.filter(pk=bob_granted.pk).update(ends_at=None)
    end = majority_at(leo.birth_date)

    with time_machine.travel(end - timedelta(microseconds=1), tick=False):
        assert may(bob.actor, "invite", leo)
    with time_machine.travel(end, tick=False):
        assert not may(bob.actor, "invite", leo)


def test_rights_are_seen_by_holder_person_and_fellows_but_ended_by_two(alice, bob, charlie, leo, bob_granted):
    over_alice = make.GuardianshipFactory(user=charlie.user, patient=alice.patient, relation=Relation.OTHER)
    mothers = Guardianship.objects.get(user=alice.user, patient=leo)

    assert set(scoped(alice.actor, Guardianship, "read")) == {mothers, bob_granted, over_alice}
    assert set(scoped(alice.actor, Guardianship, "end")) == {mothers, over_alice}
    assert set(scoped(bob.actor, Guardianship, "end")) == {bob_granted}
    assert set(scoped(charlie.actor, Guardianship, "read")) == {over_alice}
    assert set(scoped(charlie.actor, Guardianship, "hide_contact")) == {over_alice}


@pytest.mark.parametrize("action", ["read", "end", "hide_contact"])
@pytest.mark.parametrize("gone", ["ended", "pending", "removed"])
def test_dead_right_is_nobodys_business(alice, leo, action, gone):
    right = Guardianship.objects.get(patient=leo)
    assert may(alice.actor, action, right)

    if gone == "removed":
        Patient.objects.filter(pk=leo.pk).update(removed_at=clock.now())
    else:
        change = {"ends_at": clock.now()} if gone == "ended" else {"accepted_at": None}
        Guardianship.objects.filter(pk=right.pk).update(**change)

    assert not may(alice.actor, action, right)


def test_practice_records_live_rights_over_its_own_files_only(alice, leo, sophie):
    right = Guardianship.objects.get(patient=leo)
    file = make.RecordFactory(practice=None, practice_id=sophie.actor.practice_id, patient=leo)
    assert may(sophie.actor, "record", right)
    assert may(sophie.actor, "work", file)

    Guardianship.objects.filter(pk=right.pk).update(ends_at=clock.now())
    assert not may(sophie.actor, "record", right)

    PatientRecord.objects.filter(pk=file.pk).update(merged_into=make.RecordFactory(practice=file.practice))
    assert not may(sophie.actor, "work", file)


@pytest.mark.parametrize(
    ("change", "acceptable"),
    [
        ({}, True),
        ({"email": "charlie@prendsoin.example"}, False),
        ({"accepted_at": clock.now()}, False),
        ({"expires_at": clock.now() - timedelta(seconds=1)}, False),
    ],
)
def test_invitation_is_for_the_invited_address_alone(alice, bob, change, acceptable):
    offer = make.InvitationFactory(patient=alice.patient, invited_by=alice.user, email="bob@prendsoin.example")
    GuardianInvitation.objects.filter(pk=offer.pk).update(**change)

    assert may(bob.actor, "accept", offer) is acceptable


def test_invitation_to_an_unverified_address_is_not_accepted(alice):
    unproven = make.UserFactory(email="dora@prendsoin.example", verified=False)
    offer = make.InvitationFactory(patient=alice.patient, invited_by=alice.user, email=unproven.email)

    assert not may(Actor(user_id=unproven.pk, space=Space.PATIENT), "accept", offer)


def test_invitation_dies_with_the_right_of_who_made_it(bob, charlie, leo, bob_granted):
    offer = make.InvitationFactory(patient=leo, invited_by=bob.user, email=charlie.user.email)
    assert may(charlie.actor, "accept", offer)

    Guardianship.objects.filter(pk=bob_granted.pk).update(ends_at=clock.now())

    assert not may(charlie.actor, "accept", offer)
