"""What a message of prevention holds when it is sent or opened: only what still calls, for people one still acts for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from carnet.models.campaign import PreventionDigest, PreventionNotice
from carnet.models.prevention import PreventionConsent
from carnet.prevention.ages import Age, before
from carnet.prevention.engine import Answer, calling
from carnet.prevention.facts import Facts
from carnet.prevention.reach import reaches_on
from carnet.selectors.facts import booked_for, booked_reasons, facts_of_many
from carnet.selectors.prevention import Advice, advice_of
from core import clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from patients.majority import PARIS
from patients.models import Guardianship, Patient


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a message: the person, the advice as it stands now, and whether it still calls."""

    person: Patient
    advice: Advice

    @property
    def still_calls(self) -> bool:
        return self.advice.answer.calls and self.advice.booked_at is None


def open_consents(on: date) -> QuerySet[PreventionConsent]:
    """The agreements that may be acted upon: not withdrawn, the person alive and kept, and the right to act still there.

    A guardian's agreement counts while the person is under fifteen and has no account.
    """
    now = clock.now()
    guarding = Guardianship.objects.active(now).filter(user_id=OuterRef("user_id"), patient_id=OuterRef("patient_id"))
    own = Q(patient__user_id__isnull=False, patient__user_id=F("user_id"))
    young = Q(patient__user_id__isnull=True, patient__birth_date__gt=before(on, Age(15))) & Q(Exists(guarding))
    return PreventionConsent.objects.filter(
        own | young,
        withdrawn_at__isnull=True,
        user__is_active=True,
        patient__deceased_on__isnull=True,
        patient__removed_at__isnull=True,
    )


def calls_of(
    facts: Facts, themes: Iterable[str], visits: Iterable[tuple[str, str, datetime]], on: date
) -> list[Answer]:
    """What may be told to somebody who agreed to these themes: what calls, is not booked, and has a window."""
    agreed, booked, birth = set(themes), list(visits), facts.birth
    open_rules = [one.rule for one in reaches_on(on) if one.first <= birth <= one.last and one.rule.theme in agreed]
    return [
        found
        for found in calling(open_rules, facts, on)
        if found.window is not None and booked_for(found.rule, booked) is None
    ]


def is_worth_sending(digest: PreventionDigest) -> bool:
    """Whether something of a message still holds now: read again just before each sending."""
    today = clock.today(PARIS)
    notices = list(PreventionNotice.objects.filter(digest=digest).values_list("patient_id", "code"))
    ids = {patient for patient, _code in notices}
    consents = open_consents(today).filter(user=digest.user_id, patient__in=ids)
    themes: dict[int, set[str]] = {}
    for patient, theme in consents.values_list("patient_id", "theme"):
        themes.setdefault(patient, set()).add(theme)
    people = list(Patient.objects.filter(pk__in=themes))
    facts, visits = facts_of_many(people), booked_reasons(themes)
    wanted = set(notices)
    return any(
        (person.pk, found.rule.code) in wanted
        for person in people
        for found in calls_of(facts[person.pk], themes[person.pk], visits.get(person.pk, ()), today)
    )


def digest_of(actor: Actor, uid: UUID) -> tuple[PreventionDigest, list[Told]]:
    """One message and its lines as they stand today. Raises NotForYou."""
    digest = get_or_404(actor, PreventionDigest, "read", uid=uid)
    notices = PreventionNotice.objects.filter(digest=digest).order_by("patient_id", "pk")
    people = {
        person.pk: person
        for person in scoped(actor, Patient, "open_health").filter(pk__in=[one.patient_id for one in notices])
    }
    told = []
    for notice in notices:
        person = people.get(notice.patient_id)
        if person is None:
            continue
        try:
            told.append(Told(person, advice_of(actor, person, notice.code)))
        except NotForYou:
            # The rule was repealed since: there is nothing left to say of it.
            continue
    return digest, told
