"""One table of who reads, opens, changes and shares which document, for every role there is."""

from datetime import timedelta

import pytest
from django.urls import reverse

from booking.enums import Status
from carnet.enums import Origin, State
from carnet.models import Document, Grant
from carnet.services import filing, sharing
from carnet.services.reading import open_document
from carnet.services.sending import send_document
from core import clock
from core.access import ANONYMOUS, Actor, Space, may, scoped
from core.exceptions import NotForYou
from patients.enums import Level
from patients.models import Patient
from practitioners.enums import Role, VerificationState
from tests import factories as make
from tests.carnet.documents.conftest import lay, member, put, sealed
from tests.carnet.documents.files import pdf

pytestmark = pytest.mark.django_db

ACTIONS = ("read", "open", "change", "conceal")
# Rows: who. Columns: documents of Alice. A letter for each action allowed: r(ead) o(pen) c(hange) p(rivate to oneself).
DOCUMENTS = ("plain", "hidden", "confidential", "waiting", "refused", "binned", "lone", "sent")
TABLE = """
alice            rocp rocp rocp rocp rcp cp   rocp rocp
alice_weak_space -    -    -    -    -   -    -    -
bob_granted      ro   -    -    r    r   -    ro   ro
bob_declared     -    -    -    -    -   -    -    -
bob_ended        -    -    -    -    -   -    -    -
bob_not_accepted -    -    -    -    -   -    -    -
charlie          -    -    -    -    -   -    -    -
anonymous        -    -    -    -    -   -    -    -
platform         -    -    -    -    -   -    -    -
superuser        -    -    -    -    -   -    -    -
martin_no_share  -    -    -    -    -   -    -    ro
martin_patient   -    -    -    -    -   -    -    -
in_person        ro   -    ro   r    r   -    ro   ro
in_person_add    ro   -    ro   r    r   -    ro   ro
not_verified     -    -    -    -    -   -    -    -
one_document     -    -    -    -    -   -    ro   -
team_carer       ro   -    ro   r    r   -    ro   ro
team_owner       ro   -    ro   r    r   -    ro   ro
owner_no_carer   -    -    -    -    -   -    -    -
secretary        -    -    -    -    -   -    -    -
accountant       -    -    -    -    -   -    -    -
cover            -    -    -    -    -   -    -    -
locum_no_visit   -    -    -    -    -   -    -    -
locum_of_visit   ro   -    ro   r    r   -    ro   ro
member_ended     -    -    -    -    -   -    -    -
member_invited   -    -    -    -    -   -    -    -
other_practice   -    -    -    -    -   -    -    -
blocked          -    -    -    -    -   -    -    -
revoked          -    -    -    -    -   -    -    -
expired          -    -    -    -    -   -    -    -
not_begun        -    -    -    -    -   -    -    -
by_visit         ro   -    ro   r    r   -    ro   ro
visit_cancelled  -    -    -    -    -   -    -    -
"""
LETTERS = {"read": "r", "open": "o", "change": "c", "conceal": "p"}
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.fixture
def papers(alice, martin, visit):
    """Alice's documents, one for each thing that may be said of one."""
    made = {name: lay(alice, number, title=name) for number, name in enumerate(DOCUMENTS[:7])}
    filing.hide_document(actor=alice.actor, document=made["hidden"].uid, hidden=True)
    filing.conceal_document(actor=alice.actor, document=made["confidential"].uid, confidential=True)
    Document.objects.filter(pk=made["waiting"].pk).update(state=State.WAITING)
    Document.objects.filter(pk=made["refused"].pk).update(state=State.REFUSED)
    filing.remove_document(actor=alice.actor, document=made["binned"].uid)
    made["sent"] = send_document(actor=martin.actor, record=visit.record.uid, title="sent", note="Revenez à jeun.")
    return {name: Document.objects.get(pk=made[name].pk) for name in DOCUMENTS}


def patient_actor(user):
    return Actor(user_id=user.pk, space=Space.PATIENT, strong=True)


def relative(alice, **more):
    user = make.UserFactory()
    make.GuardianshipFactory(user=user, patient=alice.patient, **more)
    return patient_actor(user)


def grant(alice, days=30, begun=-1, **more):
    now = clock.now()
    return Grant.objects.create(
        patient=alice.patient, starts_at=now + timedelta(days=begun), ends_at=now + timedelta(days=days), **more
    )


def colleague(alice, martin, role=Role.PRACTITIONER, *, carer=True, **more):
    """Somebody of the Lilas, whose team the record is shared with."""
    grant(alice, practice=martin.practice)
    return member(martin.practice, role, carer=carer, name="Petit", **more).actor


def person(alice, *, practice=None, **share):
    """A carer of another practice with a share in person."""
    one = member(practice or make.PracticeFactory(), Role.PRACTITIONER, name="Durand")
    grant(alice, practitioner=one.practitioner, **share)
    return one


def unverified(carer):
    """Found in the register at first, not proven any more: case 66."""
    carer.practitioner.verification = VerificationState.REGISTER_MATCH
    carer.practitioner.save()
    return carer.actor


def blocked(alice, martin):
    one = member(martin.practice, Role.PRACTITIONER, name="Petit")
    grant(alice, practice=martin.practice)
    grant(alice, practitioner=one.practitioner)
    sharing.block_practitioner(actor=alice.actor, patient=alice.patient.uid, practitioner=one.practitioner.uid)
    return one.actor


def through_visit(alice, lilas, visit, **changes):
    other = make.BookableAgendaFactory(practice=lilas.practice)
    user = other.practitioner.user or make.UserFactory()
    other.practitioner.user = user
    other.practitioner.save()
    make.MembershipFactory(user=user, practice=lilas.practice, role=Role.PRACTITIONER)
    seen = make.AppointmentFactory(agenda=other, record=visit.record, **changes)
    grant(alice, appointment=seen)
    return Actor(user_id=user.pk, space=Space.PRACTICE, practice_id=lilas.practice.pk, strong=True)


@pytest.fixture
def who(alice, bob, charlie, martin, lilas, visit):
    """Makes one role at a time: what one sets up must not serve another."""
    hour = timedelta(hours=1)
    past, now = clock.now() - hour, clock.now()
    stranger = make.PracticeFactory()
    locum = {"starts_at": visit.start_at - hour, "ends_at": visit.end_at + hour}
    return {
        "alice": lambda: alice.actor,
        "alice_weak_space": lambda: Actor(user_id=alice.user.pk, space=Space.PLATFORM),
        "bob_granted": lambda: relative(alice, level=Level.GRANTED),
        "bob_declared": lambda: relative(alice, level=Level.DECLARED),
        "bob_ended": lambda: relative(alice, level=Level.GRANTED, starts_at=past - hour, ends_at=past),
        "bob_not_accepted": lambda: relative(alice, level=Level.GRANTED, accepted_at=None),
        "charlie": lambda: charlie.actor,
        "anonymous": lambda: ANONYMOUS,
        "platform": lambda: Actor(user_id=make.UserFactory(is_platform_staff=True).pk, space=Space.PLATFORM),
        "superuser": lambda: patient_actor(make.UserFactory(is_superuser=True, is_staff=True)),
        "martin_no_share": lambda: martin.actor,
        "martin_patient": lambda: patient_actor(martin.user),
        "in_person": lambda: person(alice).actor,
        "in_person_add": lambda: person(alice, level="add").actor,
        "not_verified": lambda: unverified(person(alice)),
        "one_document": None,
        "team_carer": lambda: colleague(alice, martin),
        "team_owner": lambda: colleague(alice, martin, Role.OWNER),
        "owner_no_carer": lambda: colleague(alice, martin, Role.OWNER, carer=False),
        "secretary": lambda: colleague(alice, martin, Role.SECRETARY, carer=False, all_agendas=True),
        "accountant": lambda: colleague(alice, martin, Role.ACCOUNTANT, carer=False),
        "cover": lambda: colleague(alice, martin, Role.COVER, all_agendas=True),
        "locum_no_visit": lambda: colleague(alice, martin, Role.LOCUM),
        "locum_of_visit": lambda: colleague(
            alice, martin, Role.LOCUM, all_agendas=True, starts_at=now - hour, ends_at=locum["ends_at"]
        ),
        "member_ended": lambda: colleague(alice, martin, starts_at=past - hour, ends_at=past),
        "member_invited": lambda: colleague(alice, martin, accepted_at=None),
        "other_practice": lambda: (
            (grant(alice, practice=martin.practice), member(stranger, Role.PRACTITIONER))[1].actor
        ),
        "blocked": lambda: blocked(alice, martin),
        "revoked": lambda: person(alice, revoked_at=now).actor,
        "expired": lambda: person(alice, begun=-9, days=-1).actor,
        "not_begun": lambda: person(alice, begun=1).actor,
        "by_visit": lambda: through_visit(alice, lilas, visit),
        "visit_cancelled": lambda: through_visit(
            alice, lilas, visit, status=Status.CANCELLED_BY_PATIENT, cancelled_at=now
        ),
    }


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_who_may_do_what_with_each_document(row, who, papers, alice):
    name, *expected = row
    actor = person(alice, document=papers["lone"]).actor if name == "one_document" else who[name]()

    found = [
        "".join(LETTERS[action] for action in ACTIONS if may(actor, action, papers[column])) or "-"
        for column in DOCUMENTS
    ]

    assert dict(zip(DOCUMENTS, found, strict=True)) == dict(zip(DOCUMENTS, expected, strict=True))


MINORS = """
parent_granted   roc  roc  -    reading
parent_declared  -    -    -    helping
other_parent     roc  roc  -    reading
parent_ended     -    -    -    -
carer_shared     ro   -    ro   -
carer_no_share   -    -    -    -
"""


@pytest.mark.parametrize("row", [line.split() for line in MINORS.strip().splitlines()], ids=lambda row: row[0])
def test_who_reads_what_of_a_minor(row, alice, leo, martin):
    """A child without account: plain, hidden, confidential documents, and the health profile."""
    name, *expected, health = row
    papers = [lay(alice, number, patient=leo) for number in range(3)]
    Document.objects.filter(pk=papers[1].pk).update(hidden=True)
    Document.objects.filter(pk=papers[2].pk).update(confidential=True)
    now = clock.now()

    def parent(level, **more):
        user = make.UserFactory()
        make.GuardianshipFactory(user=user, patient=leo, level=level, **more)
        return patient_actor(user)

    actor = {
        "parent_granted": lambda: alice.actor,
        "parent_declared": lambda: parent(Level.DECLARED),
        "other_parent": lambda: parent(Level.GRANTED),
        "parent_ended": lambda: parent(Level.GRANTED, starts_at=now - timedelta(2), ends_at=now - timedelta(1)),
        "carer_shared": lambda: _shared_child(leo, martin),
        "carer_no_share": lambda: martin.actor,
    }[name]()

    found = ["".join(LETTERS[a] for a in ACTIONS if may(actor, a, paper)) or "-" for paper in papers]
    # Only the person says that something is not for their relatives: nobody does it in a child's place.
    assert found == expected
    reads, opens = (scoped(actor, Patient, one).filter(pk=leo.pk).exists() for one in ("read_health", "open_health"))
    in_person = {"reading": (True, True), "helping": (False, True), "-": (name == "carer_shared", False)}
    assert (reads, opens) == in_person[health]


def _shared_child(leo, martin):
    now = clock.now()
    Grant.objects.create(
        patient=leo, practice=martin.practice, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=9)
    )
    return martin.actor


def test_the_parent_of_a_child_keeps_the_record_but_for_what_is_confidential(alice, leo):
    open_paper, hidden, secret = (lay(alice, number, patient=leo) for number in range(3))
    Document.objects.filter(pk=hidden.pk).update(hidden=True)
    Document.objects.filter(pk=secret.pk).update(confidential=True)

    assert set(scoped(alice.actor, Document, "open")) == {open_paper, hidden}
    assert not may(alice.actor, "conceal", open_paper)


def test_somebody_who_only_books_for_a_parent_reads_nothing(alice, henri):
    with pytest.raises(NotForYou):
        put(alice, patient=henri)
    assert not scoped(alice.actor, Patient, "read_documents").filter(pk=henri.pk).exists()


def test_a_share_taken_back_closes_the_next_request(alice, martin, visit):
    document = put(alice)
    share = sharing.create_grant(
        actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid, document=document.uid
    )
    client, url = martin.client, reverse("records:file", args=[document.uid])
    assert client.get(url).status_code == 200

    sharing.revoke_grant(actor=alice.actor, grant=share.uid)

    assert client.get(url).status_code == 404
    assert client.get(reverse("records:page", args=[document.uid, 1])).status_code == 404
    assert client.get(reverse("records:record", args=[alice.patient.uid])).status_code == 404


def test_a_share_ends_three_months_later_to_the_midnight_of_paris(alice, martin, time_machine):
    time_machine.move_to("2026-11-30T12:00:00+01:00", tick=False)
    document = lay(alice, 1)
    share = sharing.create_grant(
        actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid, document=document.uid
    )
    assert str(share.last_on) == "2027-02-28"

    time_machine.move_to("2027-02-28T23:59:59+01:00", tick=False)
    assert may(martin.actor, "open", document)
    time_machine.move_to("2027-03-01T00:00:00+01:00", tick=False)
    assert not may(martin.actor, "open", document)


def test_case_64_a_declined_visit_takes_its_share_away_and_another_practitioner_takes_it_over(
    alice, martin, lilas, visit
):
    """Product case 64: the appointment is cancelled after sharing, the practitioner changes."""
    document = lay(alice, 1)
    sharing.create_grant(actor=alice.actor, patient=alice.patient.uid, appointment=visit.uid)
    assert may(martin.actor, "open", document)

    other = member(lilas.practice, Role.PRACTITIONER, name="Petit")
    visit.performer = other.practitioner
    visit.save()
    assert (may(martin.actor, "open", document), may(other.actor, "open", document)) == (False, True)

    visit.status = Status.CANCELLED_BY_PATIENT
    visit.save()
    assert not may(other.actor, "open", document)


def test_case_65_who_sent_a_document_reads_it_still_when_the_person_throws_it_away(alice, martin, visit):
    """Product case 65: what was handed over follows the rules of the practice's own files."""
    document = send_document(actor=martin.actor, record=visit.record.uid, note="Revenez à jeun.", title="Consigne")
    filing.remove_document(actor=alice.actor, document=document.uid)
    Document.objects.filter(pk=document.pk).update(purge_at=clock.now() - timedelta(days=1))

    filing.purge_bin(actor=alice.actor)

    assert not may(alice.actor, "read", document)
    assert may(martin.actor, "read", document)
    assert document.origin == Origin.PRACTICE


def test_a_secretary_sends_and_cannot_read(alice, martin, visit):
    sophie = member(martin.practice, Role.SECRETARY, carer=False, all_agendas=True)
    document = send_document(actor=sophie.actor, record=visit.record.uid, upload=sealed(pdf()), title="Courrier")
    Document.objects.filter(pk=document.pk).update(state=State.CLEAN)

    with pytest.raises(NotForYou):
        open_document(actor=sophie.actor, document=document.uid)
    assert may(alice.actor, "open", Document.objects.get(pk=document.pk))
