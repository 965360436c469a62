"""What every step of a claim does: lock it, move it along a declared way, journal it, tell the claimant, forget the proofs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from core import audit, clock
from core.access import Actor, get_or_404
from core.exceptions import NotForYou
from notifications.services import notify
from practitioners.claim_refusals import ClaimRefusal
from practitioners.claim_states import HOLDING, ClaimProof, ClaimState, Scan, may_go
from practitioners.messages_claims import CLAIM_ANSWERED, UNSAFE, claim_subject
from practitioners.models import Claim, ClaimDocument, Practitioner


def locked(actor: Actor, claim: UUID, action: str) -> Claim:
    """The claim of that rule, held until the end of the transaction. Raises NotForYou."""
    found = get_or_404(actor, Claim, action, uid=claim)
    return Claim.objects.select_for_update().get(pk=found.pk)


def move(actor: Actor, claim: Claim, there: ClaimState, **facts: Any) -> None:
    """One step, with its line in the journal. Raises `claim_state` when no way leads there."""
    if not may_go(claim.state, there):
        raise ClaimRefusal("claim_state")
    before, claim.state, claim.moved_at = claim.state, there, clock.now()
    claim.save()
    audit.record(
        actor, f"practitioners.claim_{there}", claim, before=before, practitioner=claim.practitioner_id, **facts
    )


def control(actor: Actor, claim: Claim, proof: ClaimProof) -> bool:
    """The identity is proven: the page is the claimant's, unless somebody holds it. Tells whether it is.

    The practitioner's row is locked first, so that of two who prove themselves at once one holds the page.
    """
    if claim.practitioner_id is None:
        raise ClaimRefusal("claim_state")
    if Practitioner.objects.filter(user_id=claim.user_id).exclude(pk=claim.practitioner_id).exists():
        raise ClaimRefusal("already_joined")
    person = Practitioner.objects.select_for_update(no_key=True).get(pk=claim.practitioner_id)
    check_stated(person)
    claim.proof = proof
    if is_taken(person, claim):
        claim.contested = True
        claim.save(update_fields=["contested", "proof"])
        audit.record(actor, "practitioners.claim_contested", claim, practitioner=person.pk, proof=str(proof))
        return False
    move(actor, claim, ClaimState.CONTROLLED, proof=str(proof))
    person.user_id = claim.user_id
    person.save(update_fields=["user"])
    empty_documents(claim)
    mark_contested(Claim.objects.filter(practitioner=person))
    return True


def check_stated(person: Practitioner) -> None:
    """A page is taken and opened by who is in the register now, whatever it said when the claim began. Raises `claim_left`."""
    if person.struck_off_on is not None or person.register_since is None:
        raise ClaimRefusal("claim_left")


def mark_contested(claims: QuerySet[Claim]) -> None:
    """Those of them that wait are for the staff to see together.

    One that is being judged at this moment is passed over, rather than waited for: it will find the page taken.
    """
    waiting = claims.filter(state=ClaimState.REGISTER_MATCH).select_for_update(skip_locked=True)
    Claim.objects.filter(pk__in=[claim.pk for claim in waiting]).update(contested=True)


def is_taken(person: Practitioner, claim: Claim) -> bool:
    """Whether another account holds this page."""
    if person.user_id is not None and person.user_id != claim.user_id:
        return True
    return Claim.objects.filter(practitioner=person, state__in=HOLDING).exclude(pk=claim.pk).exists()


def answer(claim: Claim) -> None:
    """Tell the claimant by e-mail and in the bell how it went, or that a document was refused by the scan."""
    # One message for each decision, and for each refused document: what it says is read again at sending.
    revision = list(ClaimState).index(ClaimState(claim.state))
    if claim.state == ClaimState.REGISTER_MATCH:
        revision = UNSAFE + claim.documents.filter(scan=Scan.REFUSED).count()
    for channel in ("email", "bell"):
        notify(
            kind=CLAIM_ANSWERED,
            channel=channel,
            subject=claim_subject(claim.pk),
            revision=revision,
            user_id=claim.user_id,
        )


def empty_documents(claim: Claim) -> None:
    """What was sent has served: nothing of it is kept but that it was there."""
    ClaimDocument.objects.filter(claim=claim, emptied_at=None).update(content="", name="", emptied_at=clock.now())


def user_of(actor: Actor) -> int:
    """The account that acts. Raises NotForYou when there is none."""
    if actor.user_id is None:
        raise NotForYou
    return actor.user_id
