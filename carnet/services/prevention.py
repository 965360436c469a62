"""What a person says of a piece of advice: done, not wanted, undone; and which themes they agree to be told of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from carnet.enums_health import Proof, Theme
from carnet.models.prevention import PreventionAct, PreventionConsent, PreventionRefusal
from carnet.prevention.rules_fr import rule_on
from carnet.refusals_health import HealthRefusal
from carnet.services._health import checked_day, person_of
from core import audit, clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from patients.majority import PARIS
from patients.models import Patient

# Moves when the sentence of agreement on the page changes.
CONSENT_TEXT = "2026-11-22"


def declare_done(*, actor: Actor, patient: UUID, code: str, done_on: date) -> PreventionAct:
    """Note that an act took place on a day, on the person's word. Raises NotForYou, `unknown_rule`, `date_impossible`.

    Saying it twice is saying it once. It also takes back a refusal of the same rule.
    """
    with transaction.atomic():
        person = person_of(actor, patient)
        _check_rule(code)
        act, fresh = PreventionAct.objects.get_or_create(
            patient=person,
            code=code,
            done_on=checked_day(person, done_on),
            defaults={"author_id": actor.user_id},
        )
        PreventionRefusal.objects.filter(patient=person, code=code).delete()
        if fresh:
            audit.record(actor, "carnet.declare_done", act, patient_id=person.pk)
    return act


def undo_done(*, actor: Actor, act: UUID) -> None:
    """Take back what was declared. Raises NotForYou, `proven`."""
    with transaction.atomic():
        found = get_or_404(actor, PreventionAct, "change", uid=act)
        if found.proof != Proof.DECLARED:
            raise HealthRefusal("proven")
        audit.record(actor, "carnet.undo_done", found, patient_id=found.patient_id)
        found.delete()


def refuse_rule(*, actor: Actor, patient: UUID, code: str) -> PreventionRefusal:
    """Hear of a rule no more, until taken back. Raises NotForYou, `unknown_rule`."""
    with transaction.atomic():
        person = person_of(actor, patient)
        _check_rule(code)
        refusal, fresh = PreventionRefusal.objects.get_or_create(
            patient=person, code=code, defaults={"since": clock.today(PARIS), "author_id": actor.user_id}
        )
        if fresh:
            audit.record(actor, "carnet.refuse_rule", refusal, patient_id=person.pk)
    return refusal


def take_back_refusal(*, actor: Actor, patient: UUID, code: str) -> None:
    """Hear of a rule again. Raises NotForYou."""
    with transaction.atomic():
        person = person_of(actor, patient)
        gone, _count = scoped(actor, PreventionRefusal, "change").filter(patient=person, code=code).delete()
        if gone:
            audit.record(actor, "carnet.take_back_refusal", None, patient_id=person.pk)


def choose_themes(*, actor: Actor, patient: UUID, themes: Iterable[str]) -> set[str]:
    """Agree to exactly these themes for this person; those left out are withdrawn at once. Returns what is agreed.

    Raises NotForYou, `unknown_theme`.
    """
    wanted, user_id = set(themes), actor.user_id
    if not wanted <= set(Theme.values):
        raise HealthRefusal("unknown_theme")
    if user_id is None:
        raise NotForYou
    now = clock.now()
    with transaction.atomic():
        person = get_or_404(actor, Patient, "agree_prevention", uid=patient)
        Patient.objects.select_for_update().get(pk=person.pk)
        mine = PreventionConsent.objects.filter(patient=person, user=user_id, withdrawn_at__isnull=True)
        there = set(mine.values_list("theme", flat=True))
        given, taken = sorted(wanted - there), sorted(there - wanted)
        mine.filter(theme__in=taken).update(withdrawn_at=now)
        PreventionConsent.objects.bulk_create(
            PreventionConsent(patient=person, user_id=user_id, theme=theme, text_version=CONSENT_TEXT, given_at=now)
            for theme in given
        )
        if given or taken:
            audit.record(actor, "carnet.choose_themes", person, patient_id=person.pk, given=given, withdrawn=taken)
    return wanted


def stop_messages(*, actor: Actor, user_id: int) -> int:
    """Withdraw every agreement of an account, for everybody it speaks of; returns how many. The caller read a signed link."""
    with transaction.atomic():
        open_rows = PreventionConsent.objects.filter(user=user_id, withdrawn_at__isnull=True)
        count = open_rows.update(withdrawn_at=clock.now())
        audit.record(actor, "carnet.stop_prevention", None, user=user_id, count=count)
    return count


def _check_rule(code: str) -> None:
    if rule_on(code, clock.today(PARIS)) is None:
        raise HealthRefusal("unknown_rule")
