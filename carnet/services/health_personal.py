"""What the health profile hands over when a person asks for their data, and what goes when they close their account."""

from __future__ import annotations

from typing import Any

from accounts.registry import erases, exports
from carnet.models import (
    CheckupForm,
    EmergencyContact,
    HealthItem,
    HealthProfile,
    Measure,
    PreventionAct,
    PreventionConsent,
    PreventionDigest,
    PreventionRefusal,
    Vaccination,
)
from carnet.selectors.checkups import answers_of
from core.access import Actor, Space, scoped
from patients.models import Patient


@exports("health", proven=True)
def export_health(user_id: int) -> list[dict[str, Any]]:
    """The profile, vaccines, prevention choices and questionnaires of each person, as far as the account may read them."""
    reader = Actor(user_id=user_id, space=Space.PATIENT, strong=True)
    return [_exported(reader, person) for person in scoped(reader, Patient, "open_health").order_by("pk")]


@erases("health")
def erase_health(actor: Actor, user_id: int) -> None:
    """Erase what the account itself agreed to and was told; the people's own rows went with their records."""
    PreventionConsent.objects.filter(user_id=user_id).delete()
    PreventionDigest.objects.filter(user_id=user_id).delete()


def _exported(reader: Actor, person: Patient) -> dict[str, Any]:
    def rows(model: Any, *order: str) -> Any:
        return scoped(reader, model, "read").filter(patient=person).order_by(*order)

    profile = rows(HealthProfile, "pk").first()
    consents = rows(PreventionConsent, "pk")
    return {
        "patient": str(person.uid),
        "treating_doctor": profile.treating_doctor if profile else "",
        "emergency_note": profile.emergency_note if profile else "",
        "conditions": profile.conditions if profile else {},
        "items": [
            {
                "kind": item.kind,
                "label": item.label,
                "details": item.details,
                "severity": item.severity,
                "began_on": _text(item.began_on),
                "ended_on": _text(item.ended_on),
                "confidential": item.confidential,
            }
            for item in rows(HealthItem, "pk")
        ],
        "vaccinations": [
            {"vaccine": one.vaccine, "given_on": _text(one.given_on), "proof": one.proof, "lot": one.lot}
            for one in rows(Vaccination, "given_on", "pk")
        ],
        "measures": [
            {"kind": one.kind, "value": one.value, "taken_on": _text(one.taken_on)} for one in rows(Measure, "pk")
        ],
        "emergency_contacts": [
            {"name": one.name, "phone": one.phone, "relation": one.relation} for one in rows(EmergencyContact, "pk")
        ],
        "prevention_done": [
            {"code": one.code, "done_on": _text(one.done_on), "proof": one.proof} for one in rows(PreventionAct, "pk")
        ],
        "prevention_refused": list(rows(PreventionRefusal, "pk").values_list("code", flat=True)),
        "prevention_agreed": [
            {"theme": one.theme, "text": one.text_version, "from": _text(one.given_at), "to": _text(one.withdrawn_at)}
            for one in consents
        ],
        "checkups": [
            {"questionnaire": one.questionnaire, "version": one.version, "answers": answers_of(one)}
            for one in rows(CheckupForm, "pk")
        ],
    }


def _text(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
