"""What a visitor chose, kept in the session beside the hold: when the hold is over, the form comes back filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from booking.invitations import invites_to

KEY = "chosen_slots"
BECAME = "booked_slots"
INVITATIONS = "invitations"
AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """One choice: which agenda, which reason, when, and the mode if one was chosen."""

    agenda: UUID
    visit_reason: UUID
    start: datetime
    mode: str = ""


def keep(request: HttpRequest, hold: UUID, choice: Kept) -> None:
    """Remember the choice behind a hold; the oldest ones are forgotten."""
    choices = dict(request.session.get(KEY, {}))
    choices[str(hold)] = [str(choice.agenda), str(choice.visit_reason), choice.start.isoformat(), choice.mode]
    request.session[KEY] = dict(list(choices.items())[-AT_MOST:])


def kept(request: HttpRequest, hold: UUID) -> Kept | None:
    """The choice behind a hold of this session, or None."""
    row = request.session.get(KEY, {}).get(str(hold))
    if row is None:
        return None
    agenda, reason, start, mode = row
    return Kept(UUID(agenda), UUID(reason), datetime.fromisoformat(start), mode)


def forget(request: HttpRequest, hold: UUID) -> None:
    choices = dict(request.session.get(KEY, {}))
    if choices.pop(str(hold), None) is not None:
        request.session[KEY] = choices


def note_invitation(request: HttpRequest) -> None:
    """Keep the invitation of the address, for the steps that follow; one that is worth nothing is left alone."""
    token = request.GET.get("invitation", "")
    invited = invites_to(token) if token else None
    if invited is None:
        return
    tokens = {**request.session.get(INVITATIONS, {}), _pair(*invited): token}
    request.session[INVITATIONS] = dict(list(tokens.items())[-AT_MOST:])


def invitation_for(request: HttpRequest, agenda: UUID, visit_reason: UUID) -> str:
    """The invitation that this session holds to a reason of an agenda; empty without one."""
    found: str = request.session.get(INVITATIONS, {}).get(_pair(agenda, visit_reason), "")
    return found


def invited_to(request: HttpRequest) -> list[tuple[UUID, UUID]]:
    """The agendas and reasons to which this session holds an invitation that is still good."""
    found = (invites_to(token) for token in request.session.get(INVITATIONS, {}).values())
    return [invited for invited in found if invited is not None]


def _pair(agenda: UUID, visit_reason: UUID) -> str:
    return f"{agenda.hex}.{visit_reason.hex}"


def booked_as(request: HttpRequest, hold: UUID, visit: UUID) -> None:
    """Remember what a hold became: the same form sent twice, or the way back, leads to the visit and not to a loss."""
    forget(request, hold)
    found = {**request.session.get(BECAME, {}), str(hold): str(visit)}
    request.session[BECAME] = dict(list(found.items())[-AT_MOST:])


def became(request: HttpRequest, hold: UUID) -> UUID | None:
    """The visit that a hold of this session became, or None."""
    found = request.session.get(BECAME, {}).get(str(hold))
    return UUID(found) if found else None
