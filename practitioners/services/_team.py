"""What every act on the team shares: its lock, its dates, its agendas, and the owner who must remain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from stdnum import luhn

from core import clock
from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.enums import Role
from practitioners.models import Agenda, Membership, Practice
from practitioners.selectors.team import zone_of_team
from practitioners.team_refusals import TeamRefusal

# Roles that end by themselves: a replacement is for known days.
DATED = (Role.LOCUM, Role.COVER)
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a role reaches and when; half-open instants, at the practice's clock."""

    role: Role
    all_agendas: bool
    agendas: Sequence[Agenda]
    starts_at: datetime
    ends_at: datetime | None


def lock_team(practice_id: int) -> Practice:
    """One change of a team at a time: otherwise the last two owners could leave together."""
    return Practice.objects.select_for_update(no_key=True).get(pk=practice_id)


def scope_of(
    actor: Actor,
    practice_id: int,
    *,
    role: str,
    all_agendas: bool,
    agendas: Iterable[UUID],
    first_day: date | None,
    last_day: date | None,
    since: datetime | None = None,
) -> Scope:
    """The wished scope, checked. Both days are included; `since` keeps the beginning of who is already there.

    Raises NotForYou for an agenda that is not the practice's, `role_unknown`, `dates_required`, `dates_reversed`,
    `dates_past`, `dates_too_long`, `agendas_required`.
    """
    if role not in Role.values:
        raise TeamRefusal("role_unknown")
    kind, now, zone = Role(role), clock.now(), zone_of_team(practice_id)
    if kind in DATED and last_day is None:
        raise TeamRefusal("dates_required")
    today = clock.local_date(now, zone)
    if kind in DATED and since is None:
        # A replacement has the whole of its first day: what was noted for this morning too.
        first_day = max(first_day or today, today)
    if since is not None and (first_day is None or clock.local_date(since, zone) == first_day):
        starts_at = since
    else:
        later = first_day is not None and (first_day > today or kind in DATED)
        starts_at = clock.combine(first_day, time.min, zone) if first_day is not None and later else now
    ends_at = None
    if last_day is not None:
        if last_day < (first_day or today):
            raise TeamRefusal("dates_reversed")
        if last_day < today:
            raise TeamRefusal("dates_past")
        if kind in DATED and last_day - (first_day or today) > LONGEST:
            raise TeamRefusal("dates_too_long", most=LONGEST.days)
        ends_at = clock.combine(last_day + timedelta(days=1), time.min, zone)
    return Scope(kind, *_reach(actor, practice_id, kind, all_agendas, list(agendas)), starts_at, ends_at)


def _reach(
    actor: Actor, practice_id: int, role: Role, all_agendas: bool, uids: Sequence[UUID]
) -> tuple[bool, list[Agenda]]:
    """An owner reaches everything and an accountant nothing, whatever was ticked; a replacement says what it replaces."""
    if role in (Role.OWNER, Role.ACCOUNTANT):
        return False, []
    if role in DATED:
        all_agendas = False
    found = list(scoped(actor, Agenda, "manage").filter(practice_id=practice_id, uid__in=uids).order_by("pk"))
    if len(found) != len(set(uids)):
        raise NotForYou
    if role in (Role.SECRETARY, *DATED) and not all_agendas and not found:
        raise TeamRefusal("agendas_required")
    return all_agendas, [] if all_agendas else found


def check_register_number(number: str) -> str:
    """The number without blanks: eleven digits with a right key (Luhn), or empty. Raises `register_number_wrong`."""
    digits = "".join(number.split())
    if digits and not (len(digits) == 11 and digits.isascii() and digits.isdigit() and luhn.is_valid(digits)):
        raise TeamRefusal("register_number_wrong")
    return digits


def require_an_owner(practice_id: int) -> None:
    """Raises `last_owner` when nobody owns the practice today without an end."""
    now = clock.now()
    owners = Membership.objects.active(now).filter(practice=practice_id, role=Role.OWNER, ends_at__isnull=True)
    if not owners.filter(user__is_active=True).exists():
        raise TeamRefusal("last_owner")


def live_or_future(practice_id: int) -> Any:
    """Members who have not left: those of today, those who begin later."""
    ongoing = Q(ends_at__isnull=True) | Q(ends_at__gt=clock.now())
    return Membership.objects.filter(ongoing, practice=practice_id, accepted_at__isnull=False)
