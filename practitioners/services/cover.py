"""Dated cover between colleagues: one sees and acts on the other's agenda for some days, never the private notes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from notifications.services import notify
from practitioners.enums import Role
from practitioners.messages import COVER_LENT, cover_subject
from practitioners.models import Agenda, Membership
from practitioners.services._team import live_or_future, lock_team, scope_of
from practitioners.team_refusals import TeamRefusal

# Who may stand in for a colleague: those who see patients themselves.
COLLEAGUES = (Role.OWNER, Role.PRACTITIONER, Role.LOCUM)


def grant_cover(
    *, actor: Actor, colleague: UUID, agendas: Iterable[UUID], first_day: date | None, last_day: date
) -> Membership:
    """Lend agendas to a member of the same practice between two days, both included. It ends by itself.

    By the practitioner for their own agendas, by an owner for any; never to oneself (`own_cover`). The colleague is told,
    in the bell and by e-mail. Raises NotForYou,
    `not_a_colleague`, and what `scope_of` refuses of the dates.
    """
    wanted = list(agendas)
    lent = list(scoped(actor, Agenda, "entrust").filter(uid__in=wanted).order_by("pk"))
    if not lent or len(lent) != len(set(wanted)):
        raise NotForYou
    practice_id = lent[0].practice_id
    with transaction.atomic():
        lock_team(practice_id)
        person = get_or_404(actor, Membership, "read", uid=colleague)
        if person.user_id == actor.user_id:
            raise TeamRefusal("own_cover")
        live = live_or_future(practice_id).filter(starts_at__lte=clock.now())
        if person.role not in COLLEAGUES or not live.filter(pk=person.pk).exists():
            raise TeamRefusal("not_a_colleague")
        scope = scope_of(
            actor,
            practice_id,
            role=Role.COVER,
            all_agendas=False,
            agendas=wanted,
            first_day=first_day,
            last_day=last_day,
        )
        cover = Membership.objects.create(
            user_id=person.user_id,
            practice_id=practice_id,
            role=Role.COVER,
            notify_bookings=False,
            starts_at=scope.starts_at,
            ends_at=scope.ends_at,
            accepted_at=clock.now(),
        )
        cover.agendas.set(lent)
        audit.record(
            actor,
            "practitioners.grant_cover",
            cover,
            practice_id=practice_id,
            member=person.user_id,
            agendas=[agenda.pk for agenda in lent],
            starts_at=cover.starts_at,
            ends_at=cover.ends_at,
        )
        for channel in ("bell", "email"):
            notify(
                kind=COVER_LENT,
                channel=channel,
                subject=cover_subject(cover.pk),
                user_id=cover.user_id,
                practice_id=practice_id,
                sealed={"lender": actor.user_id},
                expires_at=cover.ends_at,
            )
    return cover
