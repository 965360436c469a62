"""What the account's owner takes away, and what is left when the account closes: nothing of health."""

import json

from accounts.services.personal import close_account, export_account
from carnet.models import HealthItem, PreventionConsent, PreventionDigest
from carnet.services import health, vaccinations
from carnet.services.erasure import KEPT
from carnet.services.health_personal import export_health
from carnet.services.prevention import choose_themes, declare_done, refuse_rule
from core import clock
from patients.majority import PARIS


def filled(alice):
    actor, own, today = alice.actor, alice.patient.uid, clock.today(PARIS)
    health.add_item(actor=actor, patient=own, kind="allergy", label="Latex", severity="mild")
    health.answer_conditions(actor=actor, patient=own, answers={"diabetes": True})
    vaccinations.note_doses(actor=actor, patient=own, vaccines=["flu"], given_on=today, lot="L1")
    declare_done(actor=actor, patient=own, code="DEP-SEIN", done_on=today)
    refuse_rule(actor=actor, patient=own, code="DEP-COLON")
    choose_themes(actor=actor, patient=own, themes=["teeth"])
    PreventionDigest.objects.create(user=alice.user, month=today.replace(day=1))


def test_export_holds_everything_in_json(alice, leo, charlie):
    filled(alice)
    health.add_item(actor=charlie.actor, patient=charlie.patient.uid, kind="allergy", label="Secret", severity="mild")

    found = json.loads(json.dumps(export_health(alice.user.pk)))

    mine = next(one for one in found if one["patient"] == str(alice.patient.uid))
    assert (mine["items"][0]["label"], mine["vaccinations"][0]["lot"]) == ("Latex", "L1")
    assert (mine["prevention_refused"], mine["prevention_agreed"][0]["theme"]) == (["DEP-COLON"], "teeth")
    assert "Secret" not in json.dumps(found)
    assert "health" in export_account(actor=alice.actor, user=alice.user)


def test_closing_the_account_leaves_no_health_row(alice, leo, charlie):
    health.add_item(actor=alice.actor, patient=leo.uid, kind="allergy", label="Lait", severity="mild")
    filled(alice)
    filled(charlie)

    close_account(actor=alice.actor, user=alice.user)

    for model in KEPT:
        assert not model.objects.filter(patient=alice.patient).exists(), model
    assert not HealthItem.objects.filter(patient=leo).exists()
    assert not PreventionDigest.objects.filter(user=alice.user).exists()
    assert PreventionConsent.objects.get().patient == charlie.patient
