"""The choice of « pour qui ? », and what guardians see of one another."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import translation

from core import clock
from core.access import ANONYMOUS
from patients.enums import Level, Relation
from patients.models import Guardianship, Patient
from patients.selectors import guardians_of, own_identity, people_of, person, person_page
from tests import factories as make


def test_oneself_comes_first_then_relatives_as_added(alice, leo, father):
    found = people_of(alice.actor)

    assert [(one.uid, one.relation, one.level) for one in found] == [
        (alice.patient.uid, "self", None),
        (leo.uid, Relation.CHILD, Level.DECLARED),
        (father.uid, Relation.PARENT, Level.DECLARED),
    ]
    assert [one.may_read for one in found] == [True, False, False]
    assert [one.may_edit for one in found] == [True, True, True]


def test_oneself_comes_first_even_when_entered_last(db):
    user = make.UserFactory()
    child = make.GuardianshipFactory(user=user).patient
    own = make.PatientFactory(user=user)

    from tests.patients.conftest import acting

    assert [one.uid for one in people_of(acting(user))] == [own.uid, child.uid]


def test_two_rights_over_one_person_are_one_entry_at_the_wider_level(alice, leo):
    make.GuardianshipFactory(user=alice.user, patient=leo, level=Level.GRANTED, relation=Relation.CHILD)

    found = [one for one in people_of(alice.actor) if one.uid == leo.uid]

    assert [one.level for one in found] == [Level.GRANTED]
    assert person(alice.actor, leo.uid).level == Level.GRANTED


def test_right_of_another_guardian_does_not_show_through(alice, bob, leo, bob_granted):
    assert person(alice.actor, leo.uid).level == Level.DECLARED


def test_ended_right_does_not_lend_its_level(alice, leo):
    now = clock.now()
    make.GuardianshipFactory(user=alice.user, patient=leo, level=Level.GRANTED, ends_at=now - timedelta(hours=1))

    assert person(alice.actor, leo.uid).level == Level.DECLARED


def test_the_deceased_are_read_but_not_booked_for(alice, father):
    Patient.objects.filter(pk=father.pk).update(deceased_on=clock.now().date())

    assert [one.uid for one in people_of(alice.actor)] == [alice.patient.uid]
    assert [(one.uid, one.is_deceased) for one in people_of(alice.actor, "read")][1] == (father.uid, True)


def test_visitor_has_nobody(db):
    assert people_of(ANONYMOUS) == []
    assert own_identity(ANONYMOUS) is None


def test_person_of_somebody_else_is_not_found(charlie, leo):
    with pytest.raises(Http404):
        person(charlie.actor, leo.uid)
    with pytest.raises(Http404):
        person_page(charlie.actor, leo.uid)


def test_labels_and_initials(alice, leo):
    me, child = people_of(alice.actor)

    with translation.override("fr"):
        assert (str(me.relation_label), me.level_label, str(me.sex_label)) == ("Moi", "", "Féminin")
        assert str(child.relation_label) == "Mon enfant"
    assert (me.initials, child.display_name) == ("AM", "Léo Moreau")


def test_contact_is_for_the_person_and_granted_guardians(alice, bob, leo, bob_granted):
    """Alice only declared herself: she sees that Bob acts for Léo, not how to reach him."""
    seen = {guardian.is_me: guardian for guardian in guardians_of(alice.actor, leo)}
    assert (seen[False].name, seen[False].email) == ("Bob Moreau", "")
    assert seen[True].email == "alice@prendsoin.example"

    Guardianship.objects.filter(user=alice.user).update(level=Level.GRANTED)
    seen = {guardian.is_me: guardian for guardian in guardians_of(alice.actor, leo)}
    assert seen[False].email == "bob@prendsoin.example"


def test_person_sees_even_hidden_contacts(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, contact_hidden=True)

    assert [guardian.email for guardian in guardians_of(alice.actor, alice.patient)] == ["bob@prendsoin.example"]


def test_unverified_phone_is_not_shown(alice, bob):
    bob.user.phone = "+33612345678"
    bob.user.save()
    make.GuardianshipFactory(user=bob.user, patient=alice.patient)

    assert [guardian.phone for guardian in guardians_of(alice.actor, alice.patient)] == [""]


def test_name_is_never_guessed_from_a_hidden_address(alice, leo, alice_granted):
    nameless = make.UserFactory(email="dora.secrete@prendsoin.example")
    make.GuardianshipFactory(user=nameless, patient=leo, contact_hidden=True)

    with translation.override("fr"):
        names = {str(guardian.name) for guardian in guardians_of(alice.actor, leo)}

    assert names == {"Alice Moreau", "Un autre proche"}


@pytest.mark.parametrize("gone", [{"accepted_at": None}, {"ends_at": clock.now()}])
def test_dead_rights_are_not_listed(alice, bob, gone):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, **gone)

    assert guardians_of(alice.actor, alice.patient) == []


def test_stranger_lists_nobody(charlie, leo):
    assert guardians_of(charlie.actor, leo) == []
