"""To whom a record is open, and to whom it may be opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Exists, Func, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Lower

from booking.models import Appointment
from carnet.models import AccessBlock, Grant
from carnet.record_keys import record_keys
from carnet.words import Words, open_words
from core import clock
from core.access import Actor, get_or_404, scoped
from core.text import fold
from patients.models import Patient
from practitioners.enums import VerificationState
from practitioners.models import Agenda, Location, Practice, Practitioner

SHOWN = 8
RECIPIENTS = ("practitioner", "practice", "appointment__performer")
# Practices have no folded name of their own: PostgreSQL's `translate` takes the French accents away.
_ACCENTED, _BARE = "àâäéèêëîïôöùûüÿç", "aaaeeeeiioouuuyc"


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
class Carer:
    """A practitioner one may choose, with the towns where they receive."""

    practitioner: Practitioner
    towns: str


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom one may choose: those of one's visits, or once something is `asked` those that a name and a town find."""

    visits: list[Appointment]
    practitioners: list[Carer]
    practices: list[Practice]
    asked: bool = False


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


def recipients_for(actor: Actor, patient: UUID, query: str = "", town: str = "") -> Recipients:
    """Visits to come, and the carers and practices of the person's visits; a name or a town looks among all joined ones.

    Somebody kept out of the record is not offered.
    """
    person = get_or_404(actor, Patient, "share_record", uid=patient)
    visits = scoped(actor, Appointment, "read").filter(record__patient=person)
    coming = visits.upcoming(clock.now()).select_related("performer__specialty", "practice", "agenda__location")  # type: ignore[attr-defined]
    blocked = AccessBlock.objects.filter(patient=person).values("practitioner_id")
    joined = Practitioner.objects.filter(user__isnull=False, verification=VerificationState.PUBLISHED)
    joined = joined.exclude(pk__in=blocked)
    asked = bool(fold(query) or fold(town))
    if asked:
        carers, practices = _found(joined, query, town)
    else:
        carers = joined.filter(pk__in=visits.values("performer_id"))
        practices = Practice.objects.filter(pk__in=visits.values("practice_id"))
    return Recipients(
        visits=[] if asked else list(coming.exclude(performer_id__in=blocked)[:SHOWN]),
        practitioners=[
            Carer(one, _towns(one))
            for one in carers.select_related("specialty").prefetch_related(_PLACES).order_by("name_key", "pk")[:SHOWN]
        ],
        practices=list(practices.order_by("name", "pk")[:SHOWN]),
        asked=asked,
    )


def recipient_named(actor: Actor, patient: UUID, chosen: str) -> Recipients:
    """Who a link to this page names (« kind:id »), whatever the lists show; empty when it is nobody one may choose."""
    kind, _colon, text = chosen.partition(":")
    nobody = Recipients([], [], [])
    try:
        uid = UUID(text)
    except ValueError:
        return nobody
    person = get_or_404(actor, Patient, "share_record", uid=patient)
    if kind == "appointment":
        mine = scoped(actor, Appointment, "read").filter(record__patient=person, uid=uid)
        coming = mine.upcoming(clock.now()).select_related("performer__specialty", "practice", "agenda__location")  # type: ignore[attr-defined]
        return replace(nobody, visits=list(coming))
    if kind == "practitioner":
        joined = Practitioner.objects.filter(user__isnull=False, verification=VerificationState.PUBLISHED, uid=uid)
        found = joined.select_related("specialty").prefetch_related(_PLACES)
        return replace(nobody, practitioners=[Carer(one, _towns(one)) for one in found])
    return replace(nobody, practices=list(Practice.objects.filter(uid=uid))) if kind == "practice" else nobody


def merged(first: Recipients, then: Recipients) -> Recipients:
    """The ones of both, each once, those of `first` before."""
    visits = {one.pk: one for one in (*first.visits, *then.visits)}
    carers = {one.practitioner.pk: one for one in (*first.practitioners, *then.practitioners)}
    teams = {one.pk: one for one in (*first.practices, *then.practices)}
    return Recipients([*visits.values()], [*carers.values()], [*teams.values()], then.asked)


def _found(joined: QuerySet[Practitioner], query: str, town: str) -> tuple[QuerySet[Practitioner], QuerySet[Practice]]:
    """Those whose names hold every word, at a place that begins as typed or has the postcode."""
    practices = Practice.objects.filter(Exists(_carers_of(OuterRef("pk"))))
    for word in fold(query).split():
        joined = joined.filter(name_key__contains=word)
    words = fold(query).split()
    plain = Func(Lower("name"), Value(_ACCENTED), Value(_BARE), function="translate")
    practices = practices.annotate(plain=plain)
    for word in words:
        practices = practices.filter(plain__contains=word)
    if where := fold(town):
        named = Location.objects.filter(
            Q(place__sort_key__startswith=where) | Q(place__short_key__startswith=where) | Q(postcode__startswith=where)
        )
        joined = joined.filter(Exists(Agenda.objects.filter(practitioner=OuterRef("pk"), location__in=named)))
        practices = practices.filter(Exists(named.filter(practice=OuterRef("pk"))))
    return joined, practices if words else practices.none()


def _carers_of(practice: OuterRef) -> QuerySet[Agenda]:
    """That somebody of the practice has an account: without one, a share with its team opens to nobody."""
    return Agenda.objects.filter(practice=practice, practitioner__user__isnull=False)


_PLACES = Prefetch("agendas", Agenda.objects.select_related("location__place").order_by("pk"))


def _towns(carer: Practitioner) -> str:
    """« Les Lilas, Pantin »: what tells two people of one name apart."""
    return ", ".join(dict.fromkeys(agenda.location.place.name for agenda in carer.agendas.all()))


def recipient_name(grant: Grant) -> str:
    """Whom a share is with, from rows fetched with RECIPIENTS."""
    visit = grant.appointment
    carer = grant.practitioner or (visit.performer if visit else None)
    if carer is not None:
        return carer.display_name
    return grant.practice.name if grant.practice else ""


def _share(grant: Grant, key: bytes | None) -> Share:
    visit = grant.appointment
    carer = grant.practitioner or (visit.performer if visit else None)
    detail = carer.specialty.name if carer else ""
    words = Words(title="")
    if grant.document is not None and key is not None:
        words = open_words(key, grant.document.uid, bytes(grant.document.words))
    return Share(grant, recipient_name(grant), detail, words.title)
