"""To whom a record is open, and to whom it may be opened."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from booking.models import Appointment
from carnet.models import AccessBlock, Grant
from carnet.record_keys import record_keys
from carnet.words import Words, open_words
from core import clock
from core.access import Actor, get_or_404, scoped
from core.text import fold
from patients.models import Patient
from practitioners.enums import VerificationState
from practitioners.models import Practice, Practitioner

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Share:
    """One live share in plain words: to whom and what (`title` is empty for the whole record)."""

    grant: Grant
    who: str
    detail: str
    title: str


@dataclass(frozen=True, slots=True)
class Shares:
    person: Patient
    shares: list[Share]
    blocks: list[AccessBlock]


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom one may choose: those of one's visits first, then those a name finds."""

    visits: list[Appointment]
    practitioners: list[Practitioner]
    practices: list[Practice]


def shares_of(actor: Actor, patient: UUID) -> Shares:
    """Raises NotForYou for who does not share this record."""
    person = get_or_404(actor, Patient, "share_record", uid=patient)
    rows = scoped(actor, Grant, "read").filter(patient=person)
    live = rows.live(clock.now()).select_related(  # type: ignore[attr-defined]
        "document", "practitioner__specialty", "practice", "appointment__performer__specialty", "appointment__practice"
    )
    key = record_keys({person.pk}).get(person.pk)
    blocks = scoped(actor, AccessBlock, "read").filter(patient=person).select_related("practitioner")
    return Shares(person, [_share(row, key) for row in live.order_by("-pk")], list(blocks.order_by("pk")))


def recipients_for(actor: Actor, patient: UUID, query: str = "") -> Recipients:
    """Visits to come, and the carers and practices of the person's visits; a name looks among all joined ones."""
    person = get_or_404(actor, Patient, "share_record", uid=patient)
    visits = scoped(actor, Appointment, "read").filter(record__patient=person)
    coming = visits.upcoming(clock.now()).select_related("performer__specialty", "practice", "agenda__location")  # type: ignore[attr-defined]
    joined = Practitioner.objects.filter(user__isnull=False, verification=VerificationState.PUBLISHED)
    if words := fold(query).split():
        for word in words:
            joined = joined.filter(name_key__contains=word)
        practices = Practice.objects.none()
    else:
        joined = joined.filter(pk__in=visits.values("performer_id"))
        practices = Practice.objects.filter(pk__in=visits.values("practice_id")).order_by("name", "pk")
    carers = joined.select_related("specialty").order_by("name_key", "pk")[:SHOWN]
    return Recipients(list(coming[:SHOWN]), list(carers), list(practices[:SHOWN]))


def _share(grant: Grant, key: bytes | None) -> Share:
    visit = grant.appointment
    carer = grant.practitioner or (visit.performer if visit else None)
    who = carer.display_name if carer else (grant.practice.name if grant.practice else "")
    detail = carer.specialty.name if carer else ""
    words = Words(title="")
    if grant.document is not None and key is not None:
        words = open_words(key, grant.document.uid, bytes(grant.document.words))
    return Share(grant, who, detail, words.title)
