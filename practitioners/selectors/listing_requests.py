"""Requests about listings: as whoever made one sees it, and as the platform's staff work through them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.enums import ListingState
from practitioners.models import ListingRequest, Practitioner
from practitioners.selectors.register_sites import ShownSite, sites_of

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Queue:
    """`waiting` are the oldest first; `decided` the latest ones. `more` wait beyond those shown."""

    waiting: list[ListingRequest]
    decided: list[ListingRequest]
    more: bool = False


def own_request(uid: UUID) -> ListingRequest:
    """The request at an address that only its maker was given. Raises NotForYou."""
    found = ListingRequest.objects.filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found


def queue(actor: Actor) -> Queue:
    """The work of the staff; two statements."""
    rows = scoped(actor, ListingRequest, "handle").select_related("practitioner__specialty", "decided_by")
    waiting = list(rows.filter(state=ListingState.WAITING).order_by("created_at", "pk")[: SHOWN + 1])
    decided = rows.filter(state__in=(ListingState.DONE, ListingState.REFUSED)).order_by("-decided_at", "-pk")
    return Queue(waiting=waiting[:SHOWN], decided=list(decided[:SHOWN]), more=len(waiting) > SHOWN)


def handled_request(actor: Actor, uid: UUID) -> tuple[ListingRequest, list[ShownSite]]:
    """One request, and the sites of the person it is about as they are shown now. Raises NotForYou."""
    rows: QuerySet[ListingRequest] = scoped(actor, ListingRequest, "handle")
    found = rows.select_related("practitioner__specialty", "decided_by", "site").filter(uid=uid).first()
    if found is None:
        raise NotForYou
    person: Practitioner | None = found.practitioner
    return found, sites_of(person) if person is not None else []


def masked(address: str) -> str:
    """An e-mail address that its owner recognises and nobody else learns: « c•••@o•••.fr »."""
    name, _, domain = address.partition("@")
    host, _, ending = domain.rpartition(".")
    return f"{name[:1]}•••@{host[:1]}•••.{ending}" if name and host else "•••"
