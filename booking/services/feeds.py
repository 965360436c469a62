"""Handing out and taking back the private address of an agenda's calendar."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.enums import FeedDetail
from booking.models import AgendaFeed
from booking.selectors.feeds import digest_of
from core import audit, clock, idempotency, locks
from core.access import Actor, get_or_404
from core.exceptions import DomainError
from practitioners.models import Agenda

FEEDS_AT_MOST = 10
# How often a reading is noted: programs come back every few minutes.
NOTED_EVERY = timedelta(hours=1)

MESSAGES = {
    "feed_detail": _("Choisissez ce que l’abonnement montre."),
    "too_many_feeds": _("Cet agenda a déjà dix abonnements. Révoquez-en un."),
}


class FeedRefused(DomainError):
    """An address that is not handed out: `feed_detail`, `too_many_feeds`."""

    def __init__(self, code: str) -> None:
        super().__init__(code, MESSAGES[code])


def create_feed(
    *, actor: Actor, agenda: UUID, detail: str, claim: idempotency.Claim | None = None
) -> tuple[AgendaFeed, str]:
    """A new address for the agenda and its token of 256 bits, which is shown once: only its digest is kept.

    A request repeated gives the same feed and an empty token. Raises NotForYou, `feed_detail`, `too_many_feeds`.
    """
    found = get_or_404(actor, Agenda, "arrange", uid=agenda)
    if detail not in FeedDetail.values:
        raise FeedRefused("feed_detail")
    with transaction.atomic(durable=True):
        done = idempotency.begin(actor, claim)
        if done is not None:
            return cast(AgendaFeed, done), ""
        locks.take((locks.PERFORMER, [found.practitioner_id]))
        if AgendaFeed.objects.filter(agenda=found, revoked_at__isnull=True).count() >= FEEDS_AT_MOST:
            raise FeedRefused("too_many_feeds")
        token = secrets.token_urlsafe(32)
        row = AgendaFeed.objects.create(
            agenda=found, digest=digest_of(token), detail=detail, created_by_id=actor.user_id, created_at=clock.now()
        )
        audit.record(
            actor, "booking.create_feed", row, practice_id=found.practice_id, agenda=found.pk, detail=str(detail)
        )
        idempotency.complete(actor, claim, row)
    return row, token


def revoke_feed(*, actor: Actor, feed: UUID) -> None:
    """Close an address: its next reading finds nothing. Revoking twice changes nothing. Raises NotForYou."""
    found = get_or_404(actor, AgendaFeed, "manage", uid=feed)
    with transaction.atomic(durable=True):
        row = AgendaFeed.objects.select_for_update(of=("self",)).select_related("agenda").get(pk=found.pk)
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            row.save(update_fields=["revoked_at"])
            audit.record(actor, "booking.revoke_feed", row, practice_id=row.agenda.practice_id, agenda=row.agenda_id)


def note_reading(feed: AgendaFeed) -> None:
    """Note that a program read the address, once an hour at most."""
    now = clock.now()
    if feed.last_read_at is None or now - feed.last_read_at >= NOTED_EVERY:
        AgendaFeed.objects.filter(pk=feed.pk).update(last_read_at=now)
