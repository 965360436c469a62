"""Health data of the demo: Alice's profile and choices, the vaccines of her child, told of some themes."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.models import User
from carnet.prevention.ages import after
from carnet.services import health, measures, prevention, vaccinations
from carnet.vaccines import VISITS
from core import clock
from core.access import Actor, Space
from patients.majority import PARIS
from patients.models import Patient


def fill_health() -> None:
    """Written through the services, as Alice would."""
    alice = User.objects.get(email="alice@prendsoin.example")
    actor = Actor(user_id=alice.pk, space=Space.PATIENT, strong=True)
    own = Patient.objects.get(user=alice)
    child = Patient.objects.get(guardianships__user=alice, guardianships__relation="child")
    today = clock.today(PARIS)
    _profile(actor, own, today)
    for slug, visit in VISITS.items():
        on = after(child.birth_date, visit.age)
        # The booster of six years is left to be noted: it is what the calendar then asks for.
        if on <= today and slug != "6-ans":
            vaccinations.note_doses(actor=actor, patient=child.uid, vaccines=list(visit.vaccines), given_on=on)
    health.add_item(
        actor=actor,
        patient=child.uid,
        kind="allergy",
        label="Arachide",
        severity="severe",
        details="Stylo d’adrénaline dans le cartable",
    )
    measures.note_measure(
        actor=actor, patient=child.uid, kind="height", value="118", taken_on=today - timedelta(days=40)
    )
    prevention.choose_themes(actor=actor, patient=child.uid, themes=["vaccines", "child", "teeth"])


def _profile(actor: Actor, own: Patient, today: date) -> None:
    health.change_profile(
        actor=actor,
        patient=own.uid,
        changes={
            "treating_doctor": "Dr Claire Martin, Maison de santé des Lilas",
            "emergency_note": "Porte des lentilles",
        },
    )
    health.add_item(actor=actor, patient=own.uid, kind="allergy", label="Pollens de graminées", severity="mild")
    health.add_item(
        actor=actor,
        patient=own.uid,
        kind="treatment",
        label="Lévothyroxine 75 µg",
        details="Un comprimé le matin, à jeun",
        began_on=today - timedelta(days=900),
    )
    health.add_item(
        actor=actor,
        patient=own.uid,
        kind="history",
        label="Appendicectomie",
        began_on=date(2001, 7, 12),
        ended_on=date(2001, 7, 20),
    )
    measures.add_emergency_contact(
        actor=actor, patient=own.uid, name="Bob Fontaine", phone="06 39 98 12 34", relation="conjoint"
    )
    vaccinations.note_doses(
        actor=actor, patient=own.uid, vaccines=["dtcap"], given_on=date(own.birth_date.year + 25, 6, 2)
    )
    prevention.declare_done(
        actor=actor, patient=own.uid, code="DEP-COL-30", done_on=today - timedelta(days=4 * 365 + 200)
    )
    prevention.choose_themes(actor=actor, patient=own.uid, themes=["vaccines", "cancers"])
