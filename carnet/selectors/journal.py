"""Who opened what, as what, why and when: the journal of accesses in plain words, read from the sealed audit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.enums import CANCELLED
from booking.models import Appointment
from carnet.crypto import ContentError
from carnet.models import Document
from carnet.record_keys import record_keys
from carnet.words import open_words
from core.access import Actor, Space, get_or_404
from core.models import AuditEvent
from patients.models import Patient
from practitioners.models import Membership, Practice, Practitioner

PAGE = 50
DEEDS: dict[str, str | Promise] = {
    "carnet.open_record": _("A ouvert la liste de vos documents"),
    "carnet.open_profile": _("A lu votre profil de santé"),
    "carnet.open_document": _("A téléchargé un document"),
    "carnet.see_page": _("A lu un document à l’écran"),
    "carnet.add_document": _("A déposé un document, sans en ouvrir d’autre"),
    "carnet.add_version": _("A remplacé le fichier d’un document"),
    "carnet.change_document": _("A modifié le titre, la nature ou la date d’un document"),
    "carnet.hide_document": _("A masqué un document"),
    "carnet.show_document": _("A démasqué un document"),
    "carnet.conceal_document": _("A rendu un document confidentiel"),
    "carnet.unconceal_document": _("A levé la confidentialité d’un document"),
    "carnet.remove_document": _("A mis un document à la corbeille"),
    "carnet.restore_document": _("A sorti un document de la corbeille"),
    "carnet.withdraw_document": _("A repris un document envoyé par erreur"),
    "carnet.purge_document": _("Un document de la corbeille a été effacé"),
    "carnet.inspect_document": _("Un document a été analysé"),
    "carnet.create_grant": _("A ouvert un accès"),
    "carnet.revoke_grant": _("A arrêté un partage"),
    "carnet.block_practitioner": _("A bloqué un professionnel"),
    "carnet.lift_block": _("A levé un blocage"),
    "carnet.alert": _("Cet accès a été signalé comme inhabituel"),
}
READINGS = ("carnet.open_record", "carnet.open_document", "carnet.see_page")


@dataclass(frozen=True, slots=True)
class Access:
    """One line of the journal. `why` says by which right; `unusual`: no visit with that practice."""

    id: int
    at: datetime
    who: str
    as_what: str
    deed: str | Promise
    title: str
    why: str | Promise
    mine: bool
    reading: bool
    unusual: bool


def journal_of(
    actor: Actor, patient: UUID, *, before: int | None = None, size: int = PAGE, by_others: bool = False
) -> tuple[Patient, list[Access]]:
    """The acts on one record, latest first, from before an id. Raises NotForYou for who does not hold the record.

    `by_others` keeps what somebody else read or was warned of.
    """
    person = get_or_404(actor, Patient, "share_record", uid=patient)
    rows = AuditEvent.objects.filter(patient_id=person.pk, action__in=DEEDS).order_by("-at", "-id")
    if by_others:
        rows = rows.filter(action__in=(*READINGS, "carnet.open_profile", "carnet.alert"), user_id__isnull=False)
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
        self._titles = _titles(person, {event.target_id for event in events if event.target_type == "carnet.document"})

    def lines(self) -> list[Access]:
        return [self._line(event) for event in self._events]

    def _line(self, event: AuditEvent) -> Access:
        in_practice = event.space == Space.PRACTICE
        practice = self._practices.get(event.acting_practice_id or 0, "")
        role = self._roles.get((event.user_id or 0, event.acting_practice_id or 0), "") if in_practice else ""
        name = self._carers.get(event.user_id) if in_practice else None
        reading = event.action in READINGS
        strange = in_practice and reading and event.acting_practice_id not in self._visited
        return Access(
            id=event.pk,
            at=event.at,
            who=name or self._names.get(event.user_id or 0, "Prendsoin"),
            as_what=", ".join(part for part in (str(role), practice) if part),
            deed=DEEDS[event.action],
            title=self._titles.get(event.target_id or 0, "") if event.target_type == "carnet.document" else "",
            why=self._why(event, in_practice, reading),
            mine=event.user_id is not None and event.user_id == self._actor.user_id and not in_practice,
            reading=reading,
            unusual=strange,
        )

    def _why(self, event: AuditEvent, in_practice: bool, reading: bool) -> str | Promise:
        if event.system_name:
            return _("Traitement automatique")
        if not in_practice:
            own = event.user_id == self._person.user_id
            return "" if own else _("Au titre du droit de lecture que vous lui avez donné")
        return _("Au titre d’un partage, ou parce qu’il en est l’auteur") if reading else ""


def _names(users: Iterable[User]) -> Iterable[tuple[int, str]]:
    for user in users:
        identity = getattr(user, "patient", None)
        yield user.pk, identity.display_name if identity else str(user.salutation)


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
