"""The hard cases of the product about records: 61 to 63, 65 and 66. The others bear their number elsewhere."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from carnet.exceptions import CarnetRefusal
from carnet.models import Document
from carnet.prevention.facts import State
from carnet.selectors.prevention import advice_of
from carnet.services import filing, sharing
from carnet.services.sending import send_document
from core import clock
from core.access import Actor, Space, may, scoped
from patients.enums import Level
from patients.majority import majority_at
from patients.models import Patient
from practitioners.enums import Role, VerificationState
from practitioners.models import Membership
from tests import factories as make
from tests.carnet.documents.conftest import lay, member

pytestmark = pytest.mark.django_db


def told(someone, code):
    return advice_of(someone.actor, someone.patient, code).state


def born(someone, day):
    someone.patient.birth_date = day
    someone.patient.save()


def test_case_61_an_age_turns_at_the_midnight_of_paris_not_of_greenwich(alice, time_machine):
    born(alice, date(1976, 11, 21))
    time_machine.move_to("2026-11-20T22:59:59+00:00", tick=False)
    assert told(alice, "DEP-SEIN") == State.TOO_EARLY
    time_machine.move_to("2026-11-20T23:00:00+00:00", tick=False)
    assert told(alice, "DEP-SEIN") == State.DUE


def test_case_61_born_on_29_february_is_fifty_on_1_march(alice, time_machine):
    born(alice, date(1976, 2, 29))
    time_machine.move_to("2026-02-28T12:00:00+01:00", tick=False)
    assert told(alice, "DEP-SEIN") == State.TOO_EARLY
    time_machine.move_to("2026-03-01T00:00:00+01:00", tick=False)
    assert told(alice, "DEP-SEIN") == State.DUE


def test_case_62_two_parents_read_the_same_and_neither_what_the_child_keeps(alice, bob, leo):
    make.GuardianshipFactory(user=bob.user, patient=leo, level=Level.GRANTED)
    plain, secret = lay(alice, 1, patient=leo), lay(alice, 2, patient=leo)
    Document.objects.filter(pk=secret.pk).update(confidential=True)
    for parent in (alice, bob):
        assert list(scoped(parent.actor, Document, "read").filter(patient=leo)) == [plain]


def test_case_62_a_teenager_with_an_account_keeps_what_they_hide_and_conceal(alice, charlie, time_machine):
    """Fifteen, with an account: the parent who may read reads the rest, and files, shares or hides nothing."""
    today = clock.now().date()
    born(charlie, today.replace(year=today.year - 15, day=1))
    make.GuardianshipFactory(user=alice.user, patient=charlie.patient, level=Level.GRANTED)
    plain, hidden, secret = (lay(charlie, number) for number in range(3))
    filing.hide_document(actor=charlie.actor, document=hidden.uid, hidden=True)
    filing.conceal_document(actor=charlie.actor, document=secret.uid, confidential=True)

    assert list(scoped(alice.actor, Document, "read").filter(patient=charlie.patient)) == [plain]
    assert not may(alice.actor, "change", plain)
    assert not may(alice.actor, "share_record", charlie.patient)
    assert alice.client.get(reverse("carnet:shares", args=[charlie.patient.uid])).status_code == 404


def test_case_62_a_parent_reads_until_the_midnight_of_the_majority(alice, leo, time_machine):
    end = majority_at(leo.birth_date)
    leo.guardianships.update(ends_at=end)
    paper = lay(alice, 1, patient=leo)
    time_machine.move_to(end - timedelta(seconds=1), tick=False)
    assert may(alice.actor, "open", paper)
    time_machine.move_to(end, tick=False)
    assert not may(alice.actor, "read", paper)
    assert not scoped(alice.actor, Patient, "read_documents").filter(pk=leo.pk).exists()


def test_case_63_who_left_the_practice_sends_nothing_from_the_page_still_open(alice, martin, visit):
    sophie = member(martin.practice, Role.SECRETARY, carer=False, all_agendas=True)
    client, page = sophie.client, reverse("records:send", args=[visit.record.uid])
    assert client.get(page).status_code == 200

    Membership.objects.filter(user=sophie.user).update(ends_at=clock.now())

    form = {"title": "Lettre", "kind": "other", "note": "À jeun.", "form_token": "a-token-of-this-form"}
    assert client.post(page, form).status_code in {302, 404}
    assert not Document.objects.exists()


def test_case_63_a_guessed_document_answers_as_one_that_is_not_there(alice, charlie, martin):
    paper = lay(alice, 1)
    absent = "00000000-0000-0000-0000-000000000000"
    for client, names in ((charlie.client, "carnet"), (martin.client, "records")):
        for name in ("document", "file"):
            foreign = client.get(reverse(f"{names}:{name}", args=[paper.uid]))
            missing = client.get(reverse(f"{names}:{name}", args=[absent]))
            assert foreign.status_code == missing.status_code == 404
            assert len(foreign.content) == len(missing.content)


def test_case_65_what_was_only_stored_goes_and_what_was_handed_over_stays_with_who_wrote_it(alice, martin, visit):
    stored = lay(alice, 1)
    sharing.create_grant(
        actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid, document=stored.uid
    )
    sent = send_document(actor=martin.actor, record=visit.record.uid, title="Lettre", note="À jeun.")
    for one in (stored, sent):
        filing.remove_document(actor=alice.actor, document=one.uid)
    Document.objects.update(purge_at=clock.now() - timedelta(days=1))

    filing.purge_bin(actor=alice.actor)

    assert list(Document.objects.all()) == [sent]
    assert may(martin.actor, "read", sent)
    assert not may(alice.actor, "read", sent)


def test_case_66_nobody_shares_with_somebody_whose_identity_is_not_proven(alice, martin):
    martin.practitioner.verification = VerificationState.REGISTER_MATCH
    martin.practitioner.save()
    with pytest.raises(CarnetRefusal) as refused:
        sharing.create_grant(actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid)
    assert refused.value.code == "no_recipient"


def test_case_66_a_suspended_practitioner_reads_no_more_but_what_they_sent(alice, martin, visit):
    paper = lay(alice, 1)
    sharing.create_grant(
        actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid, document=paper.uid
    )
    sharing.create_grant(actor=alice.actor, patient=alice.patient.uid, practice=martin.practice.uid)
    sent = send_document(actor=martin.actor, record=visit.record.uid, title="Lettre", note="À jeun.")
    assert may(martin.actor, "open", paper)

    martin.practitioner.verification = VerificationState.DECLARED
    martin.practitioner.save()

    assert not may(martin.actor, "read", paper)
    assert may(martin.actor, "read", sent)
    platform = Actor(user_id=martin.user.pk, space=Space.PLATFORM)
    assert not may(platform, "read", paper)
