"""The health profile as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from carnet.enums import State
from carnet.enums_health import ItemKind
from carnet.models import Document
from carnet.models.health import EmergencyContact, HealthItem, HealthProfile, Measure, Vaccination
from carnet.prevention.ages import after
from carnet.selectors.documents import Line, lines_of
from carnet.selectors.prevention import person_of_health
from carnet.vaccines import VISITS, Visit, label_of
from core import clock
from core.access import Actor, get_or_404, scoped
from patients.majority import PARIS
from patients.models import Patient

MEASURES_SHOWN = 20
# The kind of documents that show a dose.
VACCINES = "vaccination"


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """A whole profile. `items` by kind, those that are over last; `doses` newest first; `partial` says that only one's
    own words are shown."""

    person: Patient
    profile: HealthProfile
    history: list[HealthItem]
    treatments: list[HealthItem]
    allergies: list[HealthItem]
    doses: list[Vaccination]
    measures: list[Measure]
    contacts: list[EmergencyContact]
    partial: bool
    may_write: bool

    @property
    def is_empty(self) -> bool:
        return not (self.history or self.treatments or self.allergies or self.doses or self.measures or self.contacts)


@dataclass(frozen=True, slots=True)
class VisitChoice:
    """A moment of the child's calendar, the day it falls on, and whether its vaccines are all noted."""

    visit: Visit
    on: date
    is_noted: bool
    is_past: bool


def profile_page(actor: Actor, patient: UUID) -> ProfilePage:
    """Everything the actor may see of a profile. Raises NotForYou. Eight statements, whatever the number of lines."""
    return _page(actor, person_of_health(actor, patient))


def shared_page(actor: Actor, patient: UUID) -> ProfilePage:
    """The profile of a person whose record is shared with a professional, to read. Raises NotForYou."""
    person = get_or_404(actor, Patient, "read_health", uid=patient)
    return replace(_page(actor, person), may_write=False)


def _page(actor: Actor, person: Patient) -> ProfilePage:
    items = sorted(
        scoped(actor, HealthItem, "read").filter(patient=person),
        key=lambda item: (
            item.ended_on is not None,
            item.began_on is None,
            -(item.began_on or date.min).toordinal(),
            item.pk,
        ),
    )
    profile = scoped(actor, HealthProfile, "read").filter(patient=person).first()
    return ProfilePage(
        person=person,
        profile=profile or HealthProfile(patient=person),
        history=[item for item in items if item.kind == ItemKind.HISTORY],
        treatments=[item for item in items if item.kind == ItemKind.TREATMENT],
        allergies=[item for item in items if item.kind == ItemKind.ALLERGY],
        doses=list(doses_of(actor, person)),
        measures=list(
            scoped(actor, Measure, "read").filter(patient=person).order_by("-taken_on", "-pk")[:MEASURES_SHOWN]
        ),
        contacts=list(scoped(actor, EmergencyContact, "read").filter(patient=person).order_by("pk")),
        partial=not scoped(actor, Patient, "read_health").filter(pk=person.pk).exists(),
        may_write=person.deceased_on is None,
    )


def doses_of(actor: Actor, person: Patient) -> list[Vaccination]:
    """The doses the actor may see, newest first."""
    return list(
        scoped(actor, Vaccination, "read")
        .filter(patient=person)
        .select_related("confirmed_by")
        .order_by("-given_on", "-pk")
    )


def dose_label(dose: Vaccination) -> str:
    return str(label_of(dose.vaccine))


def visit_choices(actor: Actor, person: Patient) -> list[VisitChoice]:
    """The moments of the child's calendar that have begun or begin within a month, then those to come, for a child."""
    today = clock.today(PARIS)
    noted: dict[str, int] = {}
    for dose in doses_of(actor, person):
        noted[dose.vaccine] = noted.get(dose.vaccine, 0) + 1
    needed: dict[str, int] = {}
    choices = []
    for visit in VISITS.values():
        for code in visit.vaccines:
            needed[code] = needed.get(code, 0) + 1
        on = after(person.birth_date, visit.age)
        full = all(noted.get(code, 0) >= needed[code] for code in visit.vaccines)
        choices.append(VisitChoice(visit, on, full, on <= today))
    return choices


def item_of(actor: Actor, uid: UUID) -> HealthItem:
    """One line that the actor may change. Raises NotForYou."""
    return get_or_404(actor, HealthItem, "change", uid=uid)


def dose_of(actor: Actor, uid: UUID) -> Vaccination:
    """One dose that the actor may change. Raises NotForYou."""
    found = get_or_404(actor, Vaccination, "change", uid=uid)
    return Vaccination.objects.select_related("patient", "confirmed_by").get(pk=found.pk)


def proofs_for(actor: Actor, dose: Vaccination) -> list[tuple[str, str]]:
    """The documents that may show a dose, (id, title): those about vaccines first, then the others, latest first."""
    rows = scoped(actor, Document, "read").filter(patient=dose.patient, removed_at__isnull=True, state=State.CLEAN)
    lines = lines_of(actor, rows.order_by("-dated_on", "-pk"))
    lines.sort(key=lambda line: line.document.kind != VACCINES)
    return [(str(line.document.uid), line.words.title) for line in lines]


def proof_of(actor: Actor, dose: Vaccination) -> Line | None:
    """The document tied to a dose, when it is there and the actor may read it."""
    if dose.document is None:
        return None
    rows = scoped(actor, Document, "read").filter(patient=dose.patient_id, uid=dose.document, removed_at__isnull=True)
    return next(iter(lines_of(actor, rows)), None)
