"""Who opened what, as what, why and when: the journal of accesses in plain words, read from the sealed audit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.enums import CANCELLED
from booking.models import Appointment
from carnet.crypto import ContentError
from carnet.deeds import DEEDS, READINGS
from carnet.enums import AlertKind
from carnet.models import AccessAlert, Document, Grant
from carnet.record_keys import record_keys
from carnet.selectors.sharing import RECIPIENTS, recipient_name
from carnet.words import open_words
from core.access import Actor, Space, get_or_404
from core.models import AuditEvent
from patients.models import Patient
from practitioners.models import Membership, Practice, Practitioner

PAGE = 50
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Access:
    """One line of the journal. `why` says by which right; `oddity` what stands out about it, if anything."""

    id: int
    at: datetime
    who: str
    as_what: str
    deed: str | Promise
    title: str
    why: str | Promise
    mine: bool
    reading: bool
    oddity: str | Promise = ""

    @property
    def unusual(self) -> bool:
        return bool(self.oddity)


def journal_of(
    actor: Actor, patient: UUID, *, before: int | None = None, size: int = PAGE, by_others: bool = False
) -> tuple[Patient, list[Access]]:
    """The acts on one record, latest first, from before an id. Raises NotForYou for who does not hold the record.

    `by_others` keeps what somebody else read or was warned of.
    """
    person = get_or_404(actor, Patient, "share_record", uid=patient)
    rows = AuditEvent.objects.filter(patient_id=person.pk, action__in=DEEDS).order_by("-at", "-id")
    if by_others:
        rows = rows.filter(action__in=(*READINGS, "carnet.alert"), user_id__isnull=False)
        rows = rows.exclude(user_id=actor.user_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    events = list(rows[:size])
    return person, _Reader(actor, person, events).lines()


class _Reader:
    """Names of everybody and everything the events speak of, fetched once."""

    def __init__(self, actor: Actor, person: Patient, events: list[AuditEvent]) -> None:
        self._actor, self._person, self._events = actor, person, events
        users = {event.user_id for event in events if event.user_id}
        practices = {event.acting_practice_id for event in events if event.acting_practice_id}
        self._carers = {one.user_id: one.display_name for one in Practitioner.objects.filter(user_id__in=users)}
        self._names = dict(_names(User.objects.filter(pk__in=users).select_related("patient")))
        self._practices = dict(Practice.objects.filter(pk__in=practices).values_list("pk", "name"))
        members = Membership.objects.filter(user_id__in=users, practice_id__in=practices).order_by("pk")
        self._roles = {(one.user_id, one.practice_id): one.get_role_display() for one in members}
        visits = Appointment.objects.filter(record__patient=person, practice_id__in=practices)
        self._visited = set(visits.exclude(status__in=CANCELLED).values_list("practice_id", flat=True))
        many = AccessAlert.objects.filter(kind=AlertKind.MANY, user_id__in=users).values_list("user_id", "created_at")
        self._crowded = list(many)
        self._recipients = _recipients({event.target_id for event in events if event.target_type == "carnet.grant"})
        self._titles = _titles(person, {event.target_id for event in events if event.target_type == "carnet.document"})

    def lines(self) -> list[Access]:
        return [self._line(event) for event in self._events]

    def _line(self, event: AuditEvent) -> Access:
        in_practice = event.space == Space.PRACTICE
        practice = self._practices.get(event.acting_practice_id or 0, "")
        role = self._roles.get((event.user_id or 0, event.acting_practice_id or 0), "") if in_practice else ""
        name = self._carers.get(event.user_id) if in_practice else None
        reading = event.action in READINGS
        return Access(
            id=event.pk,
            at=event.at,
            who=name or self._names.get(event.user_id or 0, "Prendsoin"),
            as_what=", ".join(part for part in (str(role), practice) if part),
            deed=DEEDS[event.action],
            title=self._title(event),
            why=self._why(event, in_practice, reading),
            mine=event.user_id is not None and event.user_id == self._actor.user_id and not in_practice,
            reading=reading,
            oddity=self._oddity(event) if in_practice and reading else "",
        )

    def _title(self, event: AuditEvent) -> str:
        """What the act was about: a document by its title, a share by whom it is with."""
        named = {"carnet.document": self._titles, "carnet.grant": self._recipients}.get(event.target_type, {})
        return named.get(event.target_id or 0, "")

    def _oddity(self, event: AuditEvent) -> str | Promise:
        """An hour of many people comes first: from the hour before it was noticed to the end of the hour that told of it."""
        for user, seen_at in self._crowded:
            end = seen_at.replace(minute=0, second=0, microsecond=0) + HOUR
            if user == event.user_id and seen_at - HOUR <= event.at < end:
                return _("Cette personne a ouvert plus de 60 carnets en une heure")
        return "" if event.acting_practice_id in self._visited else _("Sans rendez-vous avec ce cabinet")

    def _why(self, event: AuditEvent, in_practice: bool, reading: bool) -> str | Promise:
        if event.system_name:
            return _("Traitement automatique")
        if not in_practice:
            if event.user_id in (self._person.user_id, self._actor.user_id):
                return ""
            if self._person.user_id is None:
                return _("Au titre de son droit d’agir pour cette personne")
            return _("Au titre du droit de lecture que vous lui avez donné")
        return _("Au titre d’un partage, ou parce qu’il en est l’auteur") if reading else ""


def _names(users: Iterable[User]) -> Iterable[tuple[int, str]]:
    for user in users:
        identity = getattr(user, "patient", None)
        yield user.pk, identity.display_name if identity else str(user.salutation)


def _recipients(ids: set[int | None]) -> dict[int, str]:
    rows = Grant.objects.filter(pk__in=[pk for pk in ids if pk])
    return {one.pk: recipient_name(one) for one in rows.select_related(*RECIPIENTS)}


def _titles(person: Patient, ids: set[int | None]) -> dict[int, str]:
    key = record_keys({person.pk}).get(person.pk)
    found: dict[int, str] = {}
    if key is None:
        return found
    for document in Document.objects.filter(patient=person, pk__in=[pk for pk in ids if pk]):
        try:
            found[document.pk] = open_words(key, document.uid, bytes(document.words)).title
        except ContentError:
            continue
    return found
