"""A claim from its declaration to the open practice, and everybody who tries another way."""

import base64
from datetime import date, timedelta

import pytest

from core import clock
from core.access import Actor, Space, system_actor
from core.exceptions import DomainError, NotForYou
from core.models import AuditEvent
from notifications.testing import deliver_all
from practitioners.claim_states import ClaimState
from practitioners.enums import BlockCause, Role, VerificationState
from practitioners.models import Claim, ClaimDocument, Location, Membership, OnlineBlock, Practice
from practitioners.selectors.claims import claim_to_judge, waiting_claims
from practitioners.services.claims import (
    open_document,
    open_practice,
    prove_by_identity,
    publish_in_team,
    recheck_register,
    review_claim,
    send_document,
    withdraw_claim,
)
from practitioners.services.claims.opening import PracticeWish
from practitioners.services.claims.personal import export_claims, forget_claims
from tests.factories import AgendaFactory, MembershipFactory, PractitionerFactory, UserFactory
from tests.practitioners.claims.people import (
    OTHER_RPPS,
    PDF,
    RPPS,
    claimant,
    declared,
    identity,
    imported,
    registered,
    sent,
    staff,
)

pytestmark = pytest.mark.django_db

WISH = PracticeWish(name="Cabinet Le Guen", street="14 rue de Paris", postcode="93260", place="93045")


@pytest.fixture
def anne():
    return registered()


def controlled(actor):
    claim = declared(actor)
    prove_by_identity(actor=actor, claim=claim.uid, identity=identity())
    claim.refresh_from_db()
    return claim


def test_each_step_is_written_in_the_journal(anne):
    actor = claimant()
    claim = controlled(actor)
    agenda = open_practice(actor=actor, claim=claim.uid, wish=WISH)

    acts = AuditEvent.objects.filter(target_type="practitioners.claim", target_id=claim.pk).order_by("pk")
    assert list(acts.values_list("action", flat=True)) == [
        f"practitioners.claim_{state}"
        for state in ("declared", "id_valid", "register_match", "controlled", "published")
    ]
    anne.refresh_from_db()
    assert (anne.user_id, anne.verification) == (actor.user_id, VerificationState.PUBLISHED)
    member = Membership.objects.get(user=actor.user_id)
    assert (member.role, member.practice) == (Role.OWNER, agenda.practice)
    location = Location.objects.get(practice=agenda.practice)
    assert (location.street, location.timezone, location.latitude) == ("14 rue de Paris", "Europe/Paris", 48.88)
    assert list(OnlineBlock.objects.filter(agenda=agenda).values_list("cause", flat=True)) == [BlockCause.OWNER]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"rpps": "10002909372"}, "rpps_wrong"),
        ({"rpps": "1000290937"}, "rpps_wrong"),
        ({"rpps": "٠٠٠٠٠٠٠٠٠٠٠"}, "rpps_wrong"),
        ({"rpps": OTHER_RPPS, "page": "anne-le-guen"}, "rpps_other_page"),
        ({"profession": "99"}, "profession_unknown"),
    ],
)
def test_what_cannot_be_declared(anne, given, code):
    with pytest.raises(DomainError) as refused:
        declared(claimant(), **given)

    assert refused.value.code == code
    assert not Claim.objects.exists()


def test_number_is_taken_with_its_national_prefix(anne):
    assert declared(claimant(), rpps="8 100 0290 9371").rpps == RPPS
    assert declared(claimant(), rpps="0 75 91 2415 9").rpps == "759124159"


def test_without_second_factor_or_in_another_space_nothing_is_claimed(anne):
    user = UserFactory()
    weak = Actor(user_id=user.pk, space=Space.PATIENT)
    for actor in (weak, Actor(user_id=user.pk, space=Space.PRACTICE, practice_id=1, strong=True)):
        with pytest.raises(NotForYou):
            declared(actor)


@pytest.mark.parametrize(("changed", "why"), [({"last_name": "Martin"}, "name"), ({"profession": "40"}, "profession")])
def test_who_the_register_does_not_confirm_stays_at_a_valid_number(anne, changed, why):
    actor = claimant()
    claim = declared(actor, **changed)

    assert (claim.state, claim.mismatch, claim.practitioner) == (ClaimState.ID_VALID, why, None)
    with pytest.raises(DomainError, match="claim_state"):
        prove_by_identity(actor=actor, claim=claim.uid, identity=identity())
    with pytest.raises(DomainError, match="claim_state"):
        send_document(actor=actor, claim=claim.uid, name="x", content=PDF)


def test_number_the_register_learns_overnight_goes_on(anne):
    actor = claimant()
    claim = declared(actor, rpps=OTHER_RPPS)
    imported()
    registered(OTHER_RPPS, slug="autre")

    recheck_register(actor=system_actor("tests"))

    claim.refresh_from_db()
    assert claim.state == ClaimState.REGISTER_MATCH


@pytest.mark.parametrize("who", [identity(OTHER_RPPS), identity(professions=("40",))])
def test_identity_of_somebody_else_proves_nothing(anne, who):
    actor = claimant()
    claim = declared(actor)

    with pytest.raises(DomainError, match="identity_differs"):
        prove_by_identity(actor=actor, claim=claim.uid, identity=who)

    claim.refresh_from_db()
    assert (claim.state, claim.proof) == (ClaimState.REGISTER_MATCH, "")
    assert AuditEvent.objects.filter(action="practitioners.claim_identity_differs").count() == 1


def test_nobody_acts_on_the_claim_of_another(anne):
    mine = declared(claimant())
    for stranger in (claimant(), staff()):
        for act in (
            lambda who: prove_by_identity(actor=who, claim=mine.uid, identity=identity()),
            lambda who: send_document(actor=who, claim=mine.uid, name="x", content=PDF),
            lambda who: withdraw_claim(actor=who, claim=mine.uid),
            lambda who: open_practice(actor=who, claim=mine.uid, wish=WISH),
        ):
            with pytest.raises(NotForYou):
                act(stranger)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "document_empty"),
        (b"%PDF-" + b"x" * (2 * 1024 * 1024), "document_size"),
        (b"<html><script>", "document_type"),
        (b"GIF89a", "document_type"),
        (b"PK\x03\x04", "document_type"),
    ],
)
def test_documents_that_are_not_taken(anne, content, code):
    actor = claimant()
    claim = declared(actor)

    with pytest.raises(DomainError, match=code):
        send_document(actor=actor, claim=claim.uid, name="carte.pdf", content=content)


def test_document_is_sealed_opened_by_staff_alone_and_emptied_with_the_decision(anne, django_assert_num_queries):
    actor, first, second = claimant(), staff(), staff()
    claim = declared(actor)
    piece = sent(actor, claim)

    raw = ClaimDocument.objects.extra(select={"raw": "content"}).values_list("raw", flat=True).get()
    assert base64.b64encode(PDF)[:12] not in bytes(raw)
    opened = open_document(actor=first, claim=claim.uid, document=piece.uid)
    assert (opened.content, opened.mimetype) == (PDF, "application/pdf")
    assert AuditEvent.objects.filter(action="practitioners.open_claim_document", user_id=first.user_id).count() == 1
    with pytest.raises(NotForYou):
        open_document(actor=actor, claim=claim.uid, document=piece.uid)
    with django_assert_num_queries(1):
        assert [(one.sent, one.agreed) for one in waiting_claims(first)] == [(1, 0)]

    review_claim(actor=first, claim=claim.uid, approved=True)
    claim.refresh_from_db()
    assert claim.state == ClaimState.REGISTER_MATCH
    # The second reads what the first has read.
    with pytest.raises(DomainError, match="documents_judged"):
        send_document(actor=actor, claim=claim.uid, name="autre.pdf", content=PDF)
    with pytest.raises(DomainError, match="review_twice"):
        review_claim(actor=first, claim=claim.uid, approved=True)
    review_claim(actor=second, claim=claim.uid, approved=True)

    claim.refresh_from_db()
    piece.refresh_from_db()
    assert (claim.state, claim.proof, piece.content, piece.name) == (ClaimState.CONTROLLED, "document", "", "")
    with pytest.raises(NotForYou):
        open_document(actor=first, claim=claim.uid, document=piece.uid)
    assert {"confirmée" in letter.subject for letter in deliver_all()} == {True}


def test_either_may_refuse_with_a_reason_that_the_claimant_reads(anne):
    actor, first, second = claimant(), staff(), staff()
    claim = declared(actor)
    sent(actor, claim)
    review_claim(actor=first, claim=claim.uid, approved=True)

    with pytest.raises(DomainError, match="review_reason"):
        review_claim(actor=second, claim=claim.uid, approved=False, reason=" ")
    review_claim(actor=second, claim=claim.uid, approved=False, reason="La pièce est illisible.")

    claim.refresh_from_db()
    anne.refresh_from_db()
    assert (claim.state, anne.user_id) == (ClaimState.REFUSED, None)
    assert any("La pièce est illisible." in letter.text for letter in deliver_all())
    assert declared(actor).state == ClaimState.REGISTER_MATCH


def test_staff_never_judges_its_own_claim_nor_without_a_document(anne):
    judge = staff()
    own = declared(Actor(user_id=judge.user_id, space=Space.PATIENT, strong=True))
    with pytest.raises(NotForYou):
        review_claim(actor=judge, claim=own.uid, approved=True)
    with pytest.raises(DomainError, match="review_nothing"):
        review_claim(actor=staff(), claim=own.uid, approved=True)


def test_second_claimant_is_told_neutrally_and_staff_sees_both(anne):
    first, second = claimant(), claimant()
    one, other = declared(first), declared(second)

    one.refresh_from_db()
    assert one.contested
    assert other.contested
    assert {claim.pk for claim in waiting_claims(staff())} == {one.pk, other.pk}
    assert [rival.pk for rival in claim_to_judge(staff(), other.uid).rivals] == [one.pk]
    prove_by_identity(actor=first, claim=one.uid, identity=identity())
    with pytest.raises(DomainError, match="claim_contested"):
        prove_by_identity(actor=second, claim=other.uid, identity=identity())
    other.refresh_from_db()
    assert (other.state, other.proof) == (ClaimState.REGISTER_MATCH, "identity")
    with pytest.raises(DomainError, match="page_taken"):
        review_claim(actor=staff(), claim=other.uid, approved=True)
    assert claim_to_judge(staff(), other.uid).is_taken


def test_an_account_has_one_claim_at_a_time_and_one_page(anne):
    actor = claimant()
    declared(actor)
    with pytest.raises(DomainError, match="claim_open"):
        declared(actor)
    joined = claimant(PractitionerFactory(user=UserFactory()).user)
    with pytest.raises(DomainError, match="already_joined"):
        declared(joined)


def test_a_proven_page_that_is_given_up_is_free_again(anne):
    actor = claimant()
    claim = controlled(actor)

    withdraw_claim(actor=actor, claim=claim.uid)

    anne.refresh_from_db()
    assert anne.user_id is None
    assert controlled(claimant()).state == ClaimState.CONTROLLED
    with pytest.raises(DomainError, match="claim_state"):
        withdraw_claim(actor=actor, claim=claim.uid)


def test_practice_needs_a_proof_and_a_place(anne):
    actor = claimant()
    claim = declared(actor)
    with pytest.raises(DomainError, match="claim_state"):
        open_practice(actor=actor, claim=claim.uid, wish=WISH)
    prove_by_identity(actor=actor, claim=claim.uid, identity=identity())
    with pytest.raises(DomainError, match="place_unknown"):
        open_practice(
            actor=actor, claim=claim.uid, wish=PracticeWish(name="X", street="Y", postcode="75001", place="00000")
        )
    assert not Practice.objects.exists()


def test_who_left_the_register_meanwhile_neither_takes_nor_opens_the_page(anne):
    actor, people = claimant(), type(anne).objects.filter(pk=anne.pk)
    claim = declared(actor)
    people.update(struck_off_on=date(2026, 11, 1))
    with pytest.raises(DomainError, match="claim_left"):
        prove_by_identity(actor=actor, claim=claim.uid, identity=identity())
    people.update(struck_off_on=None)
    prove_by_identity(actor=actor, claim=claim.uid, identity=identity())
    people.update(struck_off_on=date(2026, 11, 1))

    with pytest.raises(DomainError, match="claim_left"):
        open_practice(actor=actor, claim=claim.uid, wish=WISH)

    assert not Practice.objects.exists()


def test_who_is_in_a_team_publishes_with_it(anne):
    user = UserFactory()
    actor = claimant(user)
    claim = controlled(actor)
    with pytest.raises(DomainError, match="no_team"):
        publish_in_team(actor=actor, claim=claim.uid)
    MembershipFactory(user=user, role=Role.PRACTITIONER)

    publish_in_team(actor=actor, claim=claim.uid)

    anne.refresh_from_db()
    assert anne.verification == VerificationState.PUBLISHED


def open_blocks():
    return OnlineBlock.objects.filter(cause=BlockCause.REGISTER, closed_at=None)


def test_who_left_the_register_takes_no_bookings_until_they_are_back(anne):
    system = system_actor("tests")
    agenda = AgendaFactory(practitioner=PractitionerFactory(struck_off_on=date(2026, 5, 1)))
    spared = AgendaFactory()
    assert recheck_register(actor=system) == (0, 0)
    imported()

    assert recheck_register(actor=system) == (1, 0)
    assert recheck_register(actor=system) == (0, 0)
    assert [block.agenda_id for block in open_blocks()] == [agenda.pk]
    type(agenda.practitioner).objects.filter(pk=agenda.practitioner_id).update(struck_off_on=None)
    assert recheck_register(actor=system) == (0, 1)
    assert not open_blocks().exists()
    assert not OnlineBlock.objects.filter(agenda=spared).exists()
    with pytest.raises(NotForYou):
        recheck_register(actor=staff())


def test_a_page_joined_by_a_claim_that_the_register_states_no_more_is_closed(anne):
    actor = claimant()
    agenda = open_practice(actor=actor, claim=controlled(actor).uid, wish=WISH)
    imported()
    assert recheck_register(actor=system_actor("tests")) == (0, 0)
    type(anne).objects.filter(pk=anne.pk).update(register_since=None)

    assert recheck_register(actor=system_actor("tests")) == (1, 0)
    assert [block.agenda_id for block in open_blocks()] == [agenda.pk]


def test_tries_are_counted(anne):
    actor = claimant()
    for _ in range(10):
        withdraw_claim(actor=actor, claim=declared(actor, last_name="Faux").uid)
    with pytest.raises(DomainError, match="too_many_requests"):
        declared(actor)
    assert clock.now() - Claim.objects.latest("declared_at").declared_at < timedelta(minutes=5)


def test_an_account_that_closes_takes_its_claims_along(anne):
    actor = claimant()
    claim = controlled(actor)
    assert export_claims(actor.user_id)[0]["register_number"] == RPPS

    forget_claims(actor, actor.user_id)

    anne.refresh_from_db()
    assert anne.user_id is None
    assert not Claim.objects.filter(pk=claim.pk).exists()
    second = claimant()
    open_practice(actor=second, claim=controlled(second).uid, wish=WISH)
    forget_claims(second, second.user_id)
    assert Claim.objects.values_list("state", "last_name").get() == ("published", "")
