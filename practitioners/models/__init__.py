"""Models of the practitioners package."""

from practitioners.models.agenda import Agenda, OnlineBlock
from practitioners.models.claim import Claim, ClaimDocument, ClaimReview
from practitioners.models.listing_request import ListingRequest, ListingWish
from practitioners.models.membership import Membership
from practitioners.models.place import Place
from practitioners.models.practice import Location, Practice
from practitioners.models.practitioner import Practitioner
from practitioners.models.reason_kind import ReasonKind
from practitioners.models.register import (
    RegisterChunk,
    RegisterRejection,
    RegisterSite,
    RegisterSnapshot,
    StrikeOff,
)
from practitioners.models.specialty import Specialty
from practitioners.models.team_invitation import TeamInvitation
from practitioners.models.visit_reason import AgendaReason, VisitQuestion, VisitReason

__all__ = [
    "Agenda",
    "AgendaReason",
    "Claim",
    "ClaimDocument",
    "ClaimReview",
    "ListingRequest",
    "ListingWish",
    "Location",
    "Membership",
    "OnlineBlock",
    "Place",
    "Practice",
    "Practitioner",
    "ReasonKind",
    "RegisterChunk",
    "RegisterRejection",
    "RegisterSite",
    "RegisterSnapshot",
    "Specialty",
    "StrikeOff",
    "TeamInvitation",
    "VisitQuestion",
    "VisitReason",
]
