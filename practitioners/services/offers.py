"""How an agenda offers a reason. A visit copies its terms when it is booked: a change here touches none of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction

from core import audit
from core.access import Actor, get_or_404
from practitioners import bounds
from practitioners.changes import assign, differences, facts_of
from practitioners.enums import Mode
from practitioners.exceptions import Refusal, check_version
from practitioners.models import Agenda, AgendaReason, VisitReason
from practitioners.signals import offering_changed


class OfferTerms(TypedDict, total=False):
    """The terms of an offer, named and measured as in `AgendaReason`; None lifts the quota or hides the price."""

    duration_minutes: int
    step_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    notice_minutes: int
    horizon_days: int
    change_until_minutes: int
    daily_quota: int | None
    price_cents: int | None
    modes: Sequence[str]
    audience: str
    online: bool
    referrals: bool


def set_offer(
    *, actor: Actor, visit_reason: UUID, agenda: UUID, terms: OfferTerms, expected: str | None = None
) -> AgendaReason:
    """Have the agenda offer the reason on exactly these terms; those left out take their usual value.

    Starts are spaced by the duration unless `step_minutes` is given. Raises NotForYou, `reason_archived`,
    `specialty_mismatch`, `value_out_of_range`, `modes_empty`, `video_link_required`; `changed_meanwhile` when the offer
    is not at the version `expected` (empty: not offered yet).
    """
    reason = get_or_404(actor, VisitReason, "manage", uid=visit_reason)
    found = get_or_404(actor, Agenda, "arrange", uid=agenda)
    with transaction.atomic(durable=True):
        # The lock on the agenda makes two first offers of one reason follow one another.
        row = Agenda.objects.select_for_update(of=("self",)).select_related("practitioner").get(pk=found.pk)
        if reason.archived_at is not None:
            raise Refusal("reason_archived")
        if row.practitioner.specialty_id != reason.specialty_id:
            raise Refusal("specialty_mismatch")
        offer = AgendaReason.objects.filter(agenda=row, visit_reason=reason).first()
        if expected is not None and (offer is None) != (expected == ""):
            raise Refusal("changed_meanwhile")
        if offer is not None:
            check_version(offer, expected)
        wanted = _checked({**_usual(terms), **terms}, row)
        if offer is None:
            offer = AgendaReason.objects.create(agenda=row, visit_reason=reason, **wanted)
            audit.record(actor, "practitioners.add_offer", offer, practice_id=row.practice_id, agenda=row.pk, **wanted)
            _tell(row)
        else:
            _change(actor, offer, wanted, row)
    return offer


def change_offer(*, actor: Actor, visit_reason: UUID, agenda: UUID, changes: OfferTerms) -> AgendaReason:
    """Change some terms of an offer.

    Raises NotForYou, `value_out_of_range`, `online_or_referrals`, `modes_empty`, `video_link_required`.
    """
    found = get_or_404(actor, AgendaReason, "manage", visit_reason__uid=visit_reason, agenda__uid=agenda)
    with transaction.atomic(durable=True):
        row = Agenda.objects.select_for_update().get(pk=found.agenda_id)
        offer = get_or_404(actor, AgendaReason, "manage", pk=found.pk)
        _change(actor, offer, _checked(changes, row), row)
    return offer


def remove_offer(*, actor: Actor, visit_reason: UUID, agenda: UUID) -> None:
    """Stop offering the reason in this agenda. What is booked stays. Raises NotForYou."""
    found = get_or_404(actor, AgendaReason, "manage", visit_reason__uid=visit_reason, agenda__uid=agenda)
    with transaction.atomic(durable=True):
        row = Agenda.objects.select_for_update().get(pk=found.agenda_id)
        # Whoever names this offer in its opening hours holds it: the deletion then waits, and takes their mention too.
        offer = AgendaReason.objects.select_for_update().filter(pk=found.pk).first()
        if offer is None:
            return
        audit.record(
            actor,
            "practitioners.remove_offer",
            offer,
            practice_id=row.practice_id,
            agenda=row.pk,
            visit_reason=offer.visit_reason_id,
        )
        offer.delete()
        _tell(row)


def _change(actor: Actor, offer: AgendaReason, wanted: Mapping[str, Any], agenda: Agenda) -> None:
    changed = differences(offer, wanted)
    if not changed:
        return
    facts = facts_of(offer, changed)
    assign(offer, changed)
    audit.record(actor, "practitioners.change_offer", offer, practice_id=agenda.practice_id, agenda=agenda.pk, **facts)
    _tell(agenda)


def _usual(terms: OfferTerms) -> dict[str, Any]:
    """The value of every term that is left out of a whole offer."""
    names = OfferTerms.__annotations__
    blank = AgendaReason()
    usual = {name: getattr(blank, name) for name in names}
    usual["online"] = not terms.get("referrals", False)
    return usual | {"step_minutes": terms.get("duration_minutes", usual["step_minutes"])}


def _checked(terms: Mapping[str, Any], agenda: Agenda) -> dict[str, Any]:
    wanted = dict(terms)
    bounds.check_bounds(wanted, bounds.OFFER)
    if wanted.get("online") and wanted.get("referrals"):
        raise Refusal("online_or_referrals")
    # Each of the two closes the other.
    if wanted.get("online"):
        wanted["referrals"] = False
    elif wanted.get("referrals"):
        wanted["online"] = False
    if "modes" in wanted:
        wanted["modes"] = list(dict.fromkeys(wanted["modes"]))
        if not wanted["modes"]:
            raise Refusal("modes_empty")
        if Mode.VIDEO in wanted["modes"] and not agenda.video_link:
            raise Refusal("video_link_required")
    return wanted


def _tell(agenda: Agenda) -> None:
    offering_changed.send(sender=AgendaReason, practitioner_ids=[agenda.practitioner_id])
