"""Inviting somebody to act for a person: one address, seven days, and nothing to learn for anybody else."""

from datetime import date, timedelta

import pytest
import time_machine
from django.http import Http404

from core import clock
from core.exceptions import DomainError
from core.models import AuditEvent
from notifications import registry
from notifications.models import Message
from patients.enums import Level, Relation
from patients.majority import majority_at
from patients.models import GuardianInvitation, Guardianship, Patient
from patients.selectors import invitation_for, people_of
from patients.services.guardians import revoke_guardianship
from patients.services.invitations import accept_invitation, invite_guardian, withdraw_invitation
from tests import factories as make


def invite(actor, patient, email="bob@prendsoin.example", **kwargs):
    return invite_guardian(actor=actor, patient=patient.uid, email=email, relation=Relation.SPOUSE, **kwargs)


def letter():
    message = Message.objects.order_by("-pk").first()
    return registry.composer(message.kind)(message)


def refused(call, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value


def test_invitation_is_written_to_the_address_without_a_word_of_health(alice, bob):
    sent = invite(alice.actor, alice.patient, email=" Bob@Prendsoin.example")

    envelope = letter()
    assert envelope.to == "bob@prendsoin.example"
    assert envelope.subject == "Alice vous invite à agir pour un proche sur Prendsoin"
    assert f"/proches/invitation/{sent.uid}/" in envelope.text
    assert f"/proches/invitation/{sent.uid}/" in envelope.html
    said = (envelope.subject + envelope.text + envelope.html).lower()
    for word in ("moreau", "alice@", "santé", "médecin", "rendez-vous", "carnet", "conjoint"):
        assert word not in said.replace("par discrétion, le motif n’est jamais écrit dans nos e-mails ni nos sms", "")


def test_accepting_gives_the_right_at_the_invited_level(alice, bob):
    sent = invite(alice.actor, alice.patient)

    right = accept_invitation(actor=bob.actor, invitation=sent.uid)

    assert (right.user, right.patient, right.level) == (bob.user, alice.patient, Level.GRANTED)
    assert right.ends_at is None
    assert people_of(bob.actor)[1].relation == Relation.SPOUSE
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "patients.invite_guardian",
        "patients.accept_invitation",
    ]


def test_lower_level_may_be_offered(alice, bob):
    sent = invite(alice.actor, alice.patient, level=Level.DECLARED)

    assert accept_invitation(actor=bob.actor, invitation=sent.uid).level == Level.DECLARED


def test_accepting_for_a_minor_ends_at_eighteen(alice, bob, charlie, leo, bob_granted):
    sent = invite_guardian(actor=bob.actor, patient=leo.uid, email=charlie.user.email, relation=Relation.CHILD)

    assert accept_invitation(actor=charlie.actor, invitation=sent.uid).ends_at == majority_at(leo.birth_date)


def test_minor_with_an_account_invites_until_eighteen(charlie):
    born = clock.now().date() - timedelta(days=16 * 365)
    teen = make.UserFactory()
    person = make.PatientFactory(user=teen, birth_date=born)
    sent = make.InvitationFactory(patient=person, invited_by=teen, email=charlie.user.email)

    assert accept_invitation(actor=charlie.actor, invitation=sent.uid).ends_at == majority_at(born)


def test_accepting_twice_is_not_found(alice, bob):
    sent = invite(alice.actor, alice.patient)
    accept_invitation(actor=bob.actor, invitation=sent.uid)

    with pytest.raises(Http404):
        accept_invitation(actor=bob.actor, invitation=sent.uid)
    assert Guardianship.objects.count() == 1


def test_accepting_after_seven_days_is_not_found(alice, bob):
    sent = invite(alice.actor, alice.patient)

    with time_machine.travel(sent.expires_at, tick=False), pytest.raises(Http404):
        accept_invitation(actor=bob.actor, invitation=sent.uid)
    with time_machine.travel(sent.expires_at - timedelta(microseconds=1), tick=False):
        assert accept_invitation(actor=bob.actor, invitation=sent.uid)


def test_other_people_do_not_see_nor_accept(alice, charlie, bob):
    sent = invite(alice.actor, alice.patient)

    for actor in (charlie.actor, alice.actor):
        with pytest.raises(Http404):
            invitation_for(actor, sent.uid)
        with pytest.raises(Http404):
            accept_invitation(actor=actor, invitation=sent.uid)


def test_declared_right_is_raised(alice, bob):
    held = make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.DECLARED)
    sent = invite(alice.actor, alice.patient)

    assert accept_invitation(actor=bob.actor, invitation=sent.uid) == held
    held.refresh_from_db()
    assert held.level == Level.GRANTED


def test_granted_right_is_not_lowered(alice, bob):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, level=Level.GRANTED)
    sent = invite(alice.actor, alice.patient, level=Level.DECLARED)

    assert refused(accept_invitation, actor=bob.actor, invitation=sent.uid).code == "already_guardian"
    assert Guardianship.objects.get().level == Level.GRANTED


def test_revoked_guardian_may_be_invited_again(alice, bob):
    right = accept_invitation(actor=bob.actor, invitation=invite(alice.actor, alice.patient).uid)
    revoke_guardianship(actor=alice.actor, guardianship=right.uid)

    again = accept_invitation(actor=bob.actor, invitation=invite(alice.actor, alice.patient).uid)

    assert again != right


def test_withdrawn_invitation_is_over_and_its_letter_called_back(alice, bob):
    sent = invite(alice.actor, alice.patient)

    withdraw_invitation(actor=alice.actor, invitation=sent.uid)

    assert Message.objects.get().state == "cancelled"
    with pytest.raises(Http404):
        accept_invitation(actor=bob.actor, invitation=sent.uid)
    with pytest.raises(Http404):
        withdraw_invitation(actor=alice.actor, invitation=sent.uid)


def test_letter_of_an_invitation_that_is_over_is_not_written(alice, bob):
    sent = invite(alice.actor, alice.patient)
    GuardianInvitation.objects.filter(pk=sent.pk).update(expires_at=clock.now())

    assert letter() is None


def test_stranger_withdraws_nothing(alice, charlie):
    sent = invite(alice.actor, alice.patient)

    with pytest.raises(Http404):
        withdraw_invitation(actor=charlie.actor, invitation=sent.uid)


def test_new_invitation_to_an_address_replaces_the_former(alice, bob):
    first, second = invite(alice.actor, alice.patient), invite(alice.actor, alice.patient)

    with pytest.raises(Http404):
        accept_invitation(actor=bob.actor, invitation=first.uid)
    assert accept_invitation(actor=bob.actor, invitation=second.uid)


def test_own_address_is_refused(alice):
    with pytest.raises(DomainError) as caught:
        invite(alice.actor, alice.patient, email="ALICE@prendsoin.example")

    assert caught.value.code == "own_address"


def test_waiting_invitations_are_bounded(alice):
    for number in range(5):
        invite(alice.actor, alice.patient, email=f"ami{number}@prendsoin.example")

    with pytest.raises(DomainError) as caught:
        invite(alice.actor, alice.patient, email="ami6@prendsoin.example")
    assert caught.value.code == "too_many_invitations"


def test_declared_guardian_invites_nobody(alice, leo):
    with pytest.raises(Http404):
        invite(alice.actor, leo)


def test_answer_does_not_depend_on_the_address_having_an_account(alice, bob):
    known = invite(alice.actor, alice.patient, email="bob@prendsoin.example")
    unknown = invite(alice.actor, alice.patient, email="nobody@prendsoin.example")

    assert (known.level, known.accepted_at, known.relation) == (unknown.level, unknown.accepted_at, unknown.relation)
    assert {message.user_id for message in Message.objects.all()} == {None}


def test_invitation_over_a_removed_person_is_not_found(alice, charlie, bob, leo, bob_granted):
    sent = make.InvitationFactory(patient=leo, invited_by=bob.user, email=charlie.user.email)
    Patient.objects.filter(pk=leo.pk).update(removed_at=clock.now())

    with pytest.raises(Http404):
        accept_invitation(actor=charlie.actor, invitation=sent.uid)


def test_invitation_over_a_child_who_came_of_age_is_not_found(charlie, bob, leo, bob_granted):
    sent = make.InvitationFactory(patient=leo, invited_by=bob.user, email=charlie.user.email)
    Patient.objects.filter(pk=leo.pk).update(birth_date=date(1990, 1, 1))

    with pytest.raises(Http404):
        accept_invitation(actor=charlie.actor, invitation=sent.uid)
