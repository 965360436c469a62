"""What a patient answers to a message without signing in: comes, or does not. By the link of the message, or by SMS.

The later act wins: who confirmed on Monday may cancel on Tuesday. A cancelled visit stays cancelled, as its time is
somebody else's by now. After the cut-off cancelling still works, is recorded as late, and frees the time all the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from booking.answer_links import birth_date_of, digest_of
from booking.enums import AnsweredBy, ChangeKind, Status
from booking.exceptions import Refusal
from booking.models import AnswerLink, Appointment
from booking.selectors.answers import WRONG_DATES_AT_MOST, is_entitled, live_link, visits_behind
from booking.services import _news, _write
from booking.services._history import note, state_of
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from core import audit, clock, ratelimit
from core.access import Actor, Space
from core.exceptions import DomainError, NotForYou

CONFIRM, CANCEL = "confirmer", "annuler"


class LinkClosed(DomainError):
    """The date is not the patient's, or the link is over: one answer for both."""

    def __init__(self) -> None:
        super().__init__(
            "link_closed", _("Ce lien ne s’ouvre pas avec cette date de naissance, ou il n’est plus valable.")
        )


def open_link(*, actor: Actor, token: str, birth_date: date) -> AnswerLink:
    """The link, for who gives the patient's birth date.

    Raises `link_closed` for another date and for a link that is over, alike; `too_many_requests` (429) after six tries
    in twelve hours at one link, thirty in an hour from one address. After twenty wrong dates no date opens the link.
    """
    digest = digest_of(token)
    ratelimit.spend("booking.answer_link", f"link:{digest}", limit=6, per=timedelta(hours=12))
    ratelimit.spend("booking.answer_link", f"ip:{actor.ip}", limit=30, per=timedelta(hours=1))
    link = live_link(token)
    if link is None or link.wrong_dates >= WRONG_DATES_AT_MOST:
        raise LinkClosed
    if birth_date_of(link.appointment) != birth_date:
        AnswerLink.objects.filter(pk=link.pk).update(wrong_dates=F("wrong_dates") + 1)
        raise LinkClosed
    return link


def answer_by_link(*, actor: Actor, token: str, visit: str, act: str, proven: bool) -> Appointment:
    """Confirm or cancel one of the visits behind a link. Done again, it changes nothing.

    `proven`: the birth date was given in this session. Raises NotForYou without it, unless the actor may change the
    visit anyway, for a link that is over, another visit or another act; `already_cancelled`, `already_past`.
    """
    link = live_link(token)
    if link is None or not (proven or is_entitled(actor, link)):
        raise NotForYou
    found = next((one for one in visits_behind(link) if str(one.uid) == visit), None)
    if found is None or act not in (CONFIRM, CANCEL):
        raise NotForYou
    patient_side = replace(actor, space=Space.PATIENT, practice_id=None)
    return answer_visit(patient_side, found, act, via=AnsweredBy.LINK)


def answer_visit(actor: Actor, visit: Appointment, act: str, *, via: AnsweredBy) -> Appointment:
    """The same for a visit whose reader was recognised otherwise. Its own transaction; raises as `answer_by_link`."""
    return run_verb(lambda: answer_under_lock(actor, visit, act, via=via))


def answer_under_lock(actor: Actor, visit: Appointment, act: str, *, via: AnsweredBy) -> Appointment:
    """The same inside the caller's transaction."""
    lock_performers(visit.performer_id)
    current = Appointment.objects.select_related("record__patient", "visit_reason", "agenda__location").get(pk=visit.pk)
    if current.performer_id != visit.performer_id:
        raise Refusal("agenda_busy")
    now = clock.now()
    if act == CANCEL:
        return _cancel(actor, current, via)
    if current.is_cancelled:
        raise Refusal("already_cancelled")
    if not current.is_open or current.start_at <= now:
        raise Refusal("already_past")
    if current.confirmed_at is None:
        current.confirmed_at = now
        current.save(update_fields=["confirmed_at", "updated_at"])
        note(actor, current, ChangeKind.CONFIRMED, before=state_of(current), via=via)
        _record(actor, "booking.confirm_visit", current, via=via.value)
    return current


def _cancel(actor: Actor, current: Appointment, via: AnsweredBy) -> Appointment:
    now = clock.now()
    if current.status == Status.CANCELLED_BY_PATIENT:
        return current
    if current.is_cancelled:
        raise Refusal("already_cancelled")
    if not current.is_open or current.start_at <= now:
        raise Refusal("already_past")
    before, late = state_of(current), now > current.may_cancel_until
    current = _write.release(current, Status.CANCELLED_BY_PATIENT, at=now, late=late, reason="")
    note(actor, current, ChangeKind.CANCELLED, before=before, via=via)
    _record(actor, "booking.cancel", current, late=late, via=via.value)
    _news.tell(actor, current, to_patient=_news.CANCELLED, to_practice=_news.CANCELLED_AT_PRACTICE)
    _news.refresh_listings(current.performer_id)
    return current


def _record(actor: Actor, action: str, visit: Appointment, **facts: object) -> None:
    audit.record(actor, action, visit, patient_id=visit.patient_id, practice_id=visit.practice_id, **facts)
