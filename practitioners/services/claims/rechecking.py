"""The nightly look at the register: who has joined and is no longer in it takes no bookings; who is back does again.

The import does the same in its own run; this finds what an interrupted one, or a page joined meanwhile, has left.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core import audit, clock
from core.access import Actor
from core.exceptions import NotForYou
from practitioners.claim_states import ClaimState
from practitioners.enums import BlockCause, SnapshotState, VerificationState
from practitioners.models import Agenda, Claim, OnlineBlock, Practitioner, RegisterSnapshot
from practitioners.services.claims.declaring import look_up
from practitioners.signals import offering_changed

CHUNK = 500


def recheck_register(*, actor: Actor) -> tuple[int, int]:
    """Close the agendas of who has left the register and open those of who is back; returns how many people of each.

    Claims that wait for the register are looked up again. Nothing is done before a first import. Raises NotForYou.
    """
    if not actor.is_system:
        raise NotForYou
    if not RegisterSnapshot.objects.filter(state=SnapshotState.CURRENT).exists():
        return 0, 0
    closed, opened = _each(actor, _to_close(), close=True), _each(actor, _to_open(), close=False)
    _look_up_again(actor)
    return closed, opened


def _left() -> Q:
    """Out of the register today: struck off, or joined by a claim and stated no more."""
    joined = Claim.objects.filter(practitioner=OuterRef("pk"), state=ClaimState.PUBLISHED)
    return Q(struck_off_on__isnull=False) | (Q(register_since__isnull=True) & Q(Exists(joined)))


def _blocks() -> QuerySet[OnlineBlock]:
    return OnlineBlock.objects.filter(cause=BlockCause.REGISTER, closed_at__isnull=True)


def _to_close() -> QuerySet[Practitioner]:
    """Published, out of the register, with an agenda that nothing closes for it."""
    free = Agenda.objects.filter(practitioner=OuterRef("pk")).exclude(pk__in=_blocks().values("agenda"))
    return Practitioner.objects.filter(_left(), Exists(free), verification=VerificationState.PUBLISHED)


def _to_open() -> QuerySet[Practitioner]:
    held = _blocks().filter(agenda__practitioner=OuterRef("pk"))
    return Practitioner.objects.filter(~_left(), Exists(held))


def _each(actor: Actor, people: QuerySet[Practitioner], *, close: bool) -> int:
    """In transactions of bounded size; the people found are looked at again under their lock."""
    done = 0
    ids = list(people.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            rows = people.filter(pk__in=ids[start : start + CHUNK]).order_by("pk")
            mine = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
            (_close if close else _open)(mine)
            for pk in mine:
                audit.record(
                    actor, "practitioners.register_closes" if close else "practitioners.register_opens", person=pk
                )
            offering_changed.send(sender=Practitioner, practitioner_ids=mine)
        done += len(mine)
    return done


def _close(people: list[int]) -> None:
    agendas = Agenda.objects.filter(practitioner__in=people).exclude(pk__in=_blocks().values("agenda"))
    OnlineBlock.objects.bulk_create(OnlineBlock(agenda=agenda, cause=BlockCause.REGISTER) for agenda in agendas)


def _open(people: list[int]) -> None:
    _blocks().filter(agenda__practitioner__in=people).update(closed_at=clock.now())


def _look_up_again(actor: Actor) -> None:
    """A number that the register did not know yesterday may be in it today."""
    for pk in Claim.objects.filter(state=ClaimState.ID_VALID).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            claim = Claim.objects.select_for_update().get(pk=pk)
            if claim.state == ClaimState.ID_VALID:
                person = Practitioner.objects.select_related("specialty").filter(rpps=claim.rpps).first()
                look_up(actor, claim, person)
