"""Writing to many patients of a practice: checked, sent little by little, stopped at any moment; each act in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking import broadcasts as words
from booking.broadcasts import Audience, audience_of, due_time
from booking.messages_broadcast import broadcast_subject
from booking.models import Broadcast
from booking.reminders import next_quiet
from booking.selectors.broadcasts import KIND, files_of, preview, readers_of
from core import audit, clock, idempotency
from core.access import Actor, get_or_404, scoped
from core.exceptions import DomainError
from core.jobs import enqueue
from notifications.services import cancel_pending, notify_many
from practitioners.models import Agenda, Practice

JOB = "booking.list_broadcast"
CHUNK = 200

MESSAGES = {
    "broadcast_text": gettext_lazy("Écrivez le message, en 1 200 caractères au plus."),
    "broadcast_sms": gettext_lazy("Un SMS tient en 140 caractères."),
    "broadcast_link": gettext_lazy("Un message du cabinet ne mène pas à un autre site : écrivez plutôt d’appeler."),
    "broadcast_advert": gettext_lazy("Ces mots sont de la publicité, interdite ici :"),
    "broadcast_health": gettext_lazy("Ces mots parlent de santé. Un SMS ne les dit pas ; par e-mail, confirmez-le :"),
    "broadcast_agendas": gettext_lazy("Choisissez au moins un agenda."),
    "broadcast_dates": gettext_lazy("Ces dates ne conviennent pas."),
    "broadcast_nobody": gettext_lazy("Ce choix n’atteint personne."),
    "broadcast_too_many": gettext_lazy("Ce choix désigne plus de 40 000 patients : réduisez-le."),
    "broadcast_unconfirmed": gettext_lazy("Confirmez que ce message n’est pas de la publicité."),
    "broadcast_today": gettext_lazy(
        "Votre cabinet a déjà écrit à ses patients aujourd’hui : un seul message par jour."
    ),
}


class BroadcastRefused(DomainError):
    """A message to many that cannot go; the codes are those of `MESSAGES`, `found` holds the words that are the matter."""

    def __init__(self, code: str, found: Sequence[str] = ()) -> None:
        told = MESSAGES[code]
        message = f"{told} {get_text_list(list(found), _('et'))}." if found else told
        super().__init__(code, message, found=list(found))


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said: by e-mail, and by SMS to whom has no e-mail (nothing: not written to). English is optional.

    `is_no_advert` and `may_speak_of_health` are what the sender ticked.
    """

    text: str
    text_en: str = ""
    sms: str = ""
    sms_en: str = ""
    is_no_advert: bool = False
    may_speak_of_health: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """To whom, as the page names it: agendas by uid, then one of the two spans of days."""

    agendas: tuple[UUID, ...]
    seen_since: date | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A broadcast that was looked at and not sent: where, to whom, on whose clock."""

    practice: Practice
    audience: Audience
    zone: ZoneInfo


def plan_broadcast(actor: Actor, choice: Choice, wording: Wording) -> Plan:
    """Look at a broadcast without sending it. Raises NotForYou for an agenda one does not set up, `BroadcastRefused`."""
    practice = get_or_404(actor, Practice, "shape", pk=actor.practice_id)
    wanted = set(choice.agendas)
    agendas = list(scoped(actor, Agenda, "arrange").filter(uid__in=wanted).select_related("location").order_by("pk"))
    if not agendas or len(agendas) != len(wanted):
        raise BroadcastRefused("broadcast_agendas")
    zone = ZoneInfo(agendas[0].location.timezone)
    audience = Audience(tuple(one.pk for one in agendas), choice.seen_since, choice.first_day, choice.last_day)
    if fault := audience.fault(clock.today(zone)):
        raise BroadcastRefused(f"broadcast_{fault}")
    _check_words(wording)
    return Plan(practice, audience, zone)


def send_broadcast(
    *, actor: Actor, choice: Choice, wording: Wording, claim: idempotency.Claim | None = None
) -> Broadcast:
    """Have a message written to everybody of the audience, from five minutes ahead on.

    Raises NotForYou, `BroadcastRefused`. One a day for a practice.
    """
    plan = plan_broadcast(actor, choice, wording)
    if not wording.is_no_advert:
        raise BroadcastRefused("broadcast_unconfirmed")
    with transaction.atomic(durable=True):
        done = idempotency.begin(actor, claim)
        if isinstance(done, Broadcast):
            return done
        reached = preview(plan.practice.pk, plan.audience, plan.zone, by_sms=bool(wording.sms))
        if reached.too_many or not reached.total:
            raise BroadcastRefused("broadcast_too_many" if reached.too_many else "broadcast_nobody")
        row = _create(actor, plan, wording)
        audit.record(
            actor,
            "booking.send_broadcast",
            row,
            practice_id=plan.practice.pk,
            **plan.audience.stored(),
            by_email=reached.by_email,
            by_sms=reached.by_sms,
        )
        enqueue(JOB, unique=f"broadcast:{row.pk}:0", broadcast_id=row.pk)
        idempotency.complete(actor, claim, row)
    return row


def stop_broadcast(*, actor: Actor, broadcast: UUID) -> Broadcast:
    """Call back what was not sent yet; again, it changes nothing. Within its first five minutes it does not count for the day."""
    found = get_or_404(actor, Broadcast, "manage", uid=broadcast)
    with transaction.atomic(durable=True):
        row = Broadcast.objects.select_for_update().get(pk=found.pk)
        if row.stopped_at is None:
            now = clock.now()
            row.stopped_at, row.stopped_by_id, row.void = now, actor.user_id, now < row.starts_at
            row.save(update_fields=["stopped_at", "stopped_by", "void"])
            called_back = cancel_pending(broadcast_subject(row.pk))
            audit.record(
                actor,
                "booking.stop_broadcast",
                row,
                practice_id=row.practice_id,
                called_back=called_back,
                void=row.void,
            )
    return row


def list_chunk(*, broadcast_id: int) -> None:
    """Write the messages of the next files, and the job of those that follow. Runs inside a job's transaction.

    The files already looked at are on the row, which is locked: a chunk done twice goes on from there.
    """
    row = Broadcast.objects.select_for_update().filter(pk=broadcast_id).first()
    if row is None or row.stopped_at is not None or row.listed_at is not None:
        return
    audience, zone = audience_of(row.audience), ZoneInfo(row.timezone)
    files = list(files_of(row.practice_id, audience, zone).filter(pk__gt=row.last_record).order_by("pk")[:CHUNK])
    readers = readers_of(files, by_sms=bool(row.sms))
    seen = dict.fromkeys(reader for one in files for reader in readers[one.pk])
    news = [_message(row, number, reader) for number, reader in enumerate(seen, start=row.listed)]
    notify_many(news)
    row.listed += len(news)
    row.unreachable += sum(1 for one in files if not readers[one.pk])
    if len(files) < CHUNK:
        row.listed_at = clock.now()
    else:
        row.last_record = files[-1].pk
        enqueue(JOB, unique=f"broadcast:{row.pk}:{row.last_record}", broadcast_id=row.pk)
    row.save(update_fields=["listed", "unreachable", "last_record", "listed_at"])


def _message(row: Broadcast, number: int, reader: Any) -> dict[str, Any]:
    """One message: its key is the broadcast and its reader, so that a family's common address has it once."""
    zone = ZoneInfo(reader.timezone or row.timezone)
    due_at = due_time(number, row.starts_at, zone)
    whose = {"user_id": reader.user_id} if reader.user_id is not None else {"address": reader.address}
    return {
        "kind": KIND,
        "channel": reader.channel,
        "subject": broadcast_subject(row.pk),
        "due_at": due_at,
        "expires_at": next_quiet(due_at, zone),
        **whose,
    }


def _create(actor: Actor, plan: Plan, wording: Wording) -> Broadcast:
    try:
        with transaction.atomic():
            return Broadcast.objects.create(
                practice=plan.practice,
                audience=plan.audience.stored(),
                text=wording.text,
                text_en=wording.text_en,
                sms=wording.sms,
                sms_en=wording.sms_en if wording.sms else "",
                timezone=plan.zone.key,
                day=clock.today(plan.zone),
                starts_at=clock.now() + words.BEFORE_START,
                created_by_id=actor.user_id,
            )
    except IntegrityError as error:
        raise BroadcastRefused("broadcast_today") from error


def _check_words(wording: Wording) -> None:
    every = (wording.text, wording.text_en, wording.sms, wording.sms_en)
    if not wording.text.strip() or max(len(wording.text), len(wording.text_en)) > words.TEXT_AT_MOST:
        raise BroadcastRefused("broadcast_text")
    if max(len(wording.sms), len(wording.sms_en)) > words.SMS_AT_MOST:
        raise BroadcastRefused("broadcast_sms")
    if found := words.foreign_links(settings.SITE_URL, *every):
        raise BroadcastRefused("broadcast_link", found)
    if found := words.adverts_in(*every):
        raise BroadcastRefused("broadcast_advert", found)
    if found := words.health_in(wording.sms, wording.sms_en):
        raise BroadcastRefused("broadcast_health", found)
    if (found := words.health_in(wording.text, wording.text_en)) and not wording.may_speak_of_health:
        raise BroadcastRefused("broadcast_health", found)
