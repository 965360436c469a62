"""What is said to whoever asks something about a listing: a code, and what came of it. Nothing of health."""

from __future__ import annotations

from django.urls import reverse

from core import clock
from notifications import rendering
from notifications.models import Message
from notifications.registry import Envelope, kind
from practitioners.enums import ListingState
from practitioners.models import ListingRequest

LISTING_CODE = "practitioners.listing_code"
LISTING_ANSWER = "practitioners.listing_answer"


def listing_subject(request_id: int) -> str:
    return f"listing_request:{request_id}"


@kind(LISTING_CODE)
def listing_code(message: Message) -> Envelope | None:
    """To an e-mail of the register: what somebody asks about that listing, and the code without which nothing happens."""
    found = ListingRequest.objects.filter(
        pk=message.subject_id, state=ListingState.PROVING, expires_at__gt=clock.now()
    ).first()
    code, to = message.secrets.get("code"), message.address
    if found is None or not code or not to:
        return None
    return rendering.email(LISTING_CODE, {"code": code, "asked": found.kind}, to=to)


@kind(LISTING_ANSWER)
def listing_answer(message: Message) -> Envelope | None:
    """To whoever asked or reported: what was decided, with the staff's own words."""
    found = ListingRequest.objects.filter(
        pk=message.subject_id, state__in=(ListingState.DONE, ListingState.REFUSED)
    ).first()
    to = message.address
    if found is None or not to:
        return None
    words = {
        "asked": found.kind,
        "done": found.state == ListingState.DONE,
        "answer": found.answer,
        "link": rendering.absolute(reverse("practitioners:listing_request", args=[found.uid])),
    }
    return rendering.email(LISTING_ANSWER, words, to=to)
