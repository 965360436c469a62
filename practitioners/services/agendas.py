"""Opening agendas and setting how each receives online. Every act tells the packages above that the offer changed."""

from __future__ import annotations

from typing import Any, TypedDict
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.db.models import Q

from core import audit, clock, idempotency
from core.access import Actor, get_or_404
from core.db import constraint_name
from practitioners import bounds
from practitioners.changes import assign, differences, facts_of
from practitioners.enums import BlockCause
from practitioners.exceptions import Refusal, check_version
from practitioners.models import Agenda, Location, OnlineBlock, Practitioner
from practitioners.signals import offering_changed


class AgendaSettings(TypedDict, total=False):
    """What may be set. `online` False closes the agenda to online booking, for the practice's own cause only."""

    accepts_new_patients: bool
    video_link: str
    repeat_limit_days: int
    upcoming_limit: int
    online: bool


def create_agenda(
    *, actor: Actor, practitioner: str, location: UUID, settings: AgendaSettings, claim: idempotency.Claim | None = None
) -> Agenda:
    """Open the agenda of a practitioner of the practice (a slug) at one of its locations. Owners only.

    What closes the practitioner's other agendas, or the practice, closes this one too. Raises NotForYou,
    `agenda_exists`, `value_out_of_range`, `video_link_invalid`.
    """
    person = get_or_404(actor, Practitioner, "engage", slug=practitioner)
    place = get_or_404(actor, Location, "manage", uid=location)
    wanted = _checked(settings)
    online = wanted.pop("online", True)
    try:
        with transaction.atomic(durable=True):
            done = idempotency.begin(actor, claim)
            if isinstance(done, Agenda):
                return done
            agenda = Agenda.objects.create(practitioner=person, location=place, practice_id=place.practice_id, **wanted)
            _inherit_blocks(agenda)
            if not online:
                OnlineBlock.objects.create(agenda=agenda, cause=BlockCause.OWNER)
            audit.record(
                actor,
                "practitioners.create_agenda",
                agenda,
                practice_id=agenda.practice_id,
                practitioner=person.pk,
                location=place.pk,
                online=online,
            )
            _tell(agenda)
            idempotency.complete(actor, claim, agenda)
            return agenda
    except IntegrityError as error:
        if constraint_name(error) == "agenda_once_per_location":
            raise Refusal("agenda_exists") from error
        raise


def change_agenda(*, actor: Actor, agenda: UUID, changes: AgendaSettings, expected: str | None = None) -> Agenda:
    """Change how an agenda receives; what is booked stays as it is. Nothing is written when nothing differs.

    `expected` is the version (`version_of`) one has read. Raises NotForYou, `value_out_of_range`,
    `video_link_invalid`, `changed_meanwhile`.
    """
    found = get_or_404(actor, Agenda, "arrange", uid=agenda)
    wanted = _checked(changes)
    online = wanted.pop("online", None)
    with transaction.atomic(durable=True):
        row = Agenda.objects.select_for_update().get(pk=found.pk)
        check_version(row, expected)
        changed = differences(row, wanted)
        facts = facts_of(row, changed, texts={"video_link"})
        if online is not None and _switch(row, online=online):
            facts["changed"].append("online")
            facts["online"] = [not online, online]
        if facts["changed"]:
            if changed:
                assign(row, changed)
            audit.record(actor, "practitioners.change_agenda", row, practice_id=row.practice_id, **facts)
            _tell(row)
    return row


def _checked(settings: AgendaSettings) -> dict[str, Any]:
    wanted = dict(settings)
    bounds.check_bounds(wanted, bounds.AGENDA)
    link = wanted.get("video_link")
    if link and not _is_safe_link(str(link)):
        raise Refusal("video_link_invalid")
    return wanted


def _is_safe_link(link: str) -> bool:
    """HTTPS, and no name before an @ that would pass for the site one is sent to."""
    try:
        URLValidator(schemes=["https"])(link)
        parts = urlsplit(link)
    except (ValidationError, ValueError):
        return False
    return parts.username is None and parts.password is None


def _switch(agenda: Agenda, *, online: bool) -> bool:
    """Open or close the practice's own block; True when that changed something. Other causes are not touched."""
    blocks = OnlineBlock.objects.filter(agenda=agenda, cause=BlockCause.OWNER, closed_at__isnull=True)
    if online:
        return blocks.update(closed_at=clock.now()) > 0
    if blocks.exists():
        return False
    OnlineBlock.objects.create(agenda=agenda, cause=BlockCause.OWNER)
    return True


def _inherit_blocks(agenda: Agenda) -> None:
    """A block is about a person or a practice: a new agenda is no way around it."""
    of_person = Q(agenda__practitioner=agenda.practitioner_id, cause__in=(BlockCause.VERIFICATION, BlockCause.REGISTER))
    of_practice = Q(agenda__practice=agenda.practice_id, cause=BlockCause.BILLING)
    causes = set(
        OnlineBlock.objects.filter(of_person | of_practice, closed_at__isnull=True).values_list("cause", flat=True)
    )
    # Whoever had no agenda when they left the register has no block to inherit.
    if agenda.practitioner.struck_off_on is not None:
        causes.add(BlockCause.REGISTER)
    OnlineBlock.objects.bulk_create(OnlineBlock(agenda=agenda, cause=cause) for cause in sorted(causes))


def _tell(agenda: Agenda) -> None:
    offering_changed.send(sender=Agenda, practitioner_ids=[agenda.practitioner_id])
