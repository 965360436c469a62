"""Reading claims: one's own with the way it has gone, the listing it is about, and those that wait for the staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from core import clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from practitioners.claim_states import ENDED, HOLDING, OPEN, ROAD, ClaimState, Scan
from practitioners.enums import Role
from practitioners.models import Claim, ClaimDocument, ClaimReview, Membership, Practitioner, RegisterSite

DECIDED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, for the page: done, current or still to come."""

    state: ClaimState
    done: bool
    current: bool


@dataclass(frozen=True, slots=True)
class OwnClaim:
    """A claim as its claimant sees it. `refused`: their last document held malware."""

    claim: Claim
    documents: Sequence[ClaimDocument]
    refused: bool
    approvals: int
    teams: Sequence[str]

    @property
    def is_over(self) -> bool:
        return self.claim.state in ENDED

    @property
    def road(self) -> list[Step]:
        reached = ROAD.index(ClaimState(self.claim.state)) if self.claim.state in ROAD else -1
        return [Step(state, at <= reached, at == reached) for at, state in enumerate(ROAD)]


@dataclass(frozen=True, slots=True)
class WaitingClaim:
    """A claim as the staff sees it. `rivals` are the other claims to the same person; `taken_by`: who holds the page."""

    claim: Claim
    documents: Sequence[ClaimDocument]
    reviews: Sequence[ClaimReview]
    rivals: Sequence[Claim]
    is_taken: bool
    may_judge: bool

    @property
    def approvals(self) -> int:
        return sum(review.approved for review in self.reviews)


def listed_person(slug: str) -> Practitioner:
    """The person of a listing that may be claimed: of the register, still in it, and shown. Raises NotForYou.

    Whoever is not shown claims by their number, without their name being told to others.
    """
    rows = Practitioner.objects.select_related("specialty").filter(
        slug=slug, register_since__isnull=False, struck_off_on__isnull=True, unlisted=False
    )
    found = rows.first()
    if found is None:
        raise NotForYou
    return found


def open_claim(actor: Actor) -> Claim | None:
    """The claim that the account has not finished; else the one that gave it its page."""
    rows = scoped(actor, Claim, "own").filter(state__in=(*OPEN, *HOLDING)).order_by("-declared_at")
    return rows.first()


def own_claim(actor: Actor, uid: UUID) -> OwnClaim:
    """Raises NotForYou."""
    claim = get_or_404(actor, Claim, "own", uid=uid)
    teams = Membership.objects.active(clock.now()).filter(
        user_id=claim.user_id, role__in=(Role.OWNER, Role.PRACTITIONER)
    )
    documents = list(claim.documents.order_by("sent_at", "pk"))
    return OwnClaim(
        claim=Claim.objects.select_related("practitioner__specialty", "practice").get(pk=claim.pk),
        documents=[one for one in documents if one.emptied_at is None],
        refused=bool(documents) and documents[-1].scan == Scan.REFUSED,
        approvals=claim.reviews.filter(approved=True).count(),
        teams=list(teams.order_by("practice__name").values_list("practice__name", flat=True).distinct()),
    )


def sites_of(claim: Claim) -> list[RegisterSite]:
    """Where the register says that the person practises, for the address of the practice."""
    if claim.practitioner_id is None:
        return []
    rows = RegisterSite.objects.filter(practitioner=claim.practitioner_id, gone=False, place__isnull=False)
    return list(rows.select_related("place").order_by("name", "pk"))


def waiting_claims(actor: Actor) -> list[Claim]:
    """Those the staff must look at, the oldest first: with a document, or contested. One statement."""
    rows = scoped(actor, Claim, "review").filter(state=ClaimState.REGISTER_MATCH)
    rows = rows.annotate(
        sent=Count("documents", distinct=True),
        agreed=Count("reviews", filter=Q(reviews__approved=True), distinct=True),
    )
    wanted = rows.filter(Q(contested=True) | Q(sent__gt=0))
    return list(wanted.select_related("practitioner__specialty").order_by("moved_at", "pk"))


def decided_claims(actor: Actor) -> list[Claim]:
    """The last ones that ended or went on. One statement."""
    rows = scoped(actor, Claim, "review").filter(state__in=(*HOLDING, ClaimState.REFUSED))
    return list(rows.select_related("practitioner__specialty").order_by("-moved_at", "-pk")[:DECIDED_SHOWN])


def claim_to_judge(actor: Actor, uid: UUID) -> WaitingClaim:
    """Raises NotForYou, also for one's own."""
    found = get_or_404(actor, Claim, "review", uid=uid)
    claim = Claim.objects.select_related("practitioner__specialty", "user").get(pk=found.pk)
    reviews = list(claim.reviews.order_by("at"))
    rivals = Claim.objects.filter(practitioner=claim.practitioner_id, state__in=(*OPEN, *HOLDING))
    person = claim.practitioner
    return WaitingClaim(
        claim=claim,
        documents=list(claim.documents.order_by("sent_at")),
        reviews=reviews,
        rivals=list(rivals.exclude(pk=claim.pk).order_by("declared_at")) if person else [],
        is_taken=person is not None and person.user_id not in (None, claim.user_id),
        may_judge=claim.state == ClaimState.REGISTER_MATCH
        and all(review.reviewer_id != actor.user_id for review in reviews),
    )
