"""The pages of the profile, of vaccines and of prevention: what they show, what they write, who they are for."""

from datetime import date

import pytest
from django.urls import reverse

from carnet.models import HealthItem, HealthProfile, PreventionAct, PreventionConsent, PreventionRefusal, Vaccination
from core import clock
from tests import factories as make

PAGES = [
    "health:profile",
    "health:doctor",
    "health:add_measure",
    "health:add_contact",
    "health:vaccines",
    "health:sheet",
]
PREVENTION = ["health:prevention", "health:questions", "health:themes", "health:agenda_file"]


def at(name, *args):
    return reverse(name, args=args)


@pytest.mark.parametrize("name", [*PAGES, *PREVENTION])
def test_page_opens_for_the_person_and_for_nobody_else(alice, charlie, client, name):
    path = at(name, alice.patient.uid)

    assert alice.client.get(path).status_code == 200
    assert charlie.client.get(path).status_code == 404
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("name", [*PAGES, *PREVENTION])
def test_page_asks_for_the_second_factor(alice, client, name):
    client.force_login(alice.user)

    answer = client.get(at(name, alice.patient.uid))

    assert answer.status_code == 302
    assert "/carnet/" not in answer["Location"].split("?")[0]


def test_allergy_is_added_changed_ended_and_erased(alice):
    browser = alice.client
    add = at("health:add_item", alice.patient.uid, "allergie")
    token = browser.get(add).context["form"]["form_token"].value()
    body = {"label": "Pénicilline", "severity": "severe", "began_on": "03/05/2001", "form_token": token}

    assert browser.post(add, body).status_code == 302
    assert browser.post(add, body).status_code == 302
    item = HealthItem.objects.get()
    assert (item.label, item.severity, item.began_on) == ("Pénicilline", "severe", date(2001, 5, 3))
    page = browser.get(at("health:profile", alice.patient.uid)).content.decode()
    assert "Pénicilline" in page
    assert "Réaction grave" in page

    change = at("health:item", item.uid)
    token = browser.get(change).context["form"]["form_token"].value()
    changed = {"label": "Amoxicilline", "severity": "mild", "revision": item.revision, "form_token": token}
    assert browser.post(change, changed).status_code == 302
    stale = browser.post(change, {**changed, "label": "Autre"})
    assert stale.status_code == 422
    assert "entre-temps" in stale.content.decode()
    assert browser.post(at("health:end_item", item.uid)).status_code == 302
    item.refresh_from_db()
    assert (item.label, item.ended_on is not None) == ("Amoxicilline", True)
    assert browser.post(at("health:remove_item", item.uid)).status_code == 302
    assert not HealthItem.objects.exists()


def test_allergy_without_severity_is_asked_for_it(alice):
    answer = alice.client.post(
        at("health:add_item", alice.patient.uid, "allergie"), {"label": "Pollen", "form_token": "a" * 20}
    )

    assert answer.status_code == 422
    assert "à quel point" in answer.content.decode()


def test_doses_of_a_visit_take_four_taps(alice, leo):
    """Vaccination book, the visit, the day, save: the vaccines of the visit are ticked already."""
    browser = alice.client
    book = browser.get(at("health:vaccines", leo.uid)).content.decode()
    visit = at("health:add_doses", leo.uid, "2-mois")
    assert visit in book

    page = browser.get(visit)
    form = page.context["form"]
    ticked = form["vaccines"].value()
    assert ticked == ["hexa", "pnc", "rota"]
    answer = browser.post(visit, {"vaccines": ticked, "when": "age", "form_token": form["form_token"].value()})

    assert answer.status_code == 302
    assert set(Vaccination.objects.values_list("vaccine", "proof")) == {
        ("hexa", "declared"),
        ("pnc", "declared"),
        ("rota", "declared"),
    }
    assert "Déclaré" in browser.get(at("health:vaccines", leo.uid)).content.decode()


def test_dose_before_birth_or_tomorrow_is_refused(alice, leo):
    browser = alice.client
    path = at("health:add_doses", leo.uid, "autre")

    for day in ("01/01/1990", "01/01/2999", "31/02/2025"):
        body = {"vaccines": ["ror"], "when": "other", "given_on": day, "form_token": "t" * 20 + day[:2]}
        assert browser.post(path, body).status_code == 422
    assert not Vaccination.objects.exists()


def test_advice_is_declared_done_then_taken_back(alice):
    browser = alice.client
    page = at("health:prevention", alice.patient.uid)
    assert "DEP-SEIN" in [one.code for one in browser.get(page).context["calendar"].due]

    done = at("health:done", alice.patient.uid, "DEP-SEIN")
    assert browser.post(done, {"done_on": f"{clock.now():%d/%m/%Y}"}).status_code == 302
    calendar = browser.get(page).context["calendar"]
    assert "DEP-SEIN" not in [one.code for one in calendar.due]
    assert "DEP-SEIN" in [one.code for one in calendar.done]

    act = PreventionAct.objects.get()
    assert browser.post(at("health:undo", alice.patient.uid, act.uid)).status_code == 302
    assert "DEP-SEIN" in [one.code for one in browser.get(page).context["calendar"].due]


def test_advice_is_refused_then_taken_back(alice):
    browser = alice.client
    path = at("health:refuse", alice.patient.uid, "DEP-COLON")

    assert browser.post(path).status_code == 302
    assert [
        one.code for one in browser.get(at("health:prevention", alice.patient.uid)).context["calendar"].declined
    ] == ["DEP-COLON"]
    assert browser.post(path, {"reprendre": "1"}).status_code == 302
    assert not PreventionRefusal.objects.exists()


def test_advice_says_why_from_where_and_that_nobody_paid(alice):
    page = alice.client.get(at("health:advice", alice.patient.uid, "DEP-SEIN")).content.decode()

    assert "Pourquoi vous" in page
    assert "Institut national du cancer" in page
    assert "Personne n’a payé pour ce message" in page


def test_unknown_advice_is_not_there(alice):
    browser = alice.client

    assert browser.get(at("health:advice", alice.patient.uid, "DEP-LUNE")).status_code == 404
    assert browser.post(at("health:done", alice.patient.uid, "DEP-LUNE"), {"done_on": "01/01/2026"}).status_code == 404
    assert browser.post(at("health:refuse", alice.patient.uid, "DEP-LUNE")).status_code == 404


def test_questions_are_kept_and_change_the_calendar(alice):
    browser = alice.client
    path = at("health:questions", alice.patient.uid)

    assert browser.post(path, {"diabetes": "yes", "obesity": "no"}).status_code == 302
    assert HealthProfile.objects.get().conditions == {"diabetes": True, "obesity": False}
    codes = [one.code for one in browser.get(at("health:prevention", alice.patient.uid)).context["calendar"].due]
    assert "VAC-PNEUMO-R" in codes
    assert browser.post(path, {"diabetes": ""}).status_code == 302
    assert HealthProfile.objects.get().conditions == {}


def test_no_theme_is_ticked_at_first_and_choices_are_kept(alice):
    browser = alice.client
    path = at("health:themes", alice.patient.uid)
    assert "checked" not in browser.get(path).content.decode()

    assert browser.post(path, {"themes": ["vaccines", "cancers"]}).status_code == 302
    assert browser.get(path).content.decode().count("checked") == 2
    assert browser.post(path, {"themes": []}).status_code == 302
    assert not PreventionConsent.objects.filter(withdrawn_at__isnull=True).exists()
    assert PreventionConsent.objects.count() == 2


def test_free_tests_of_sexual_health_are_shown_to_the_person_alone(alice):
    teen = alice.patient
    teen.birth_date = date(clock.now().year - 17, 1, 1)
    teen.save()
    codes = [one.code for one in alice.client.get(at("health:prevention", teen.uid)).context["calendar"].offered]
    assert {"DEP-IST", "DEP-VIH"} <= set(codes)

    other = make.ChildFactory(birth_date=date(clock.now().year - 17, 1, 1))
    make.GuardianshipFactory(user=alice.user, patient=other, level="granted")
    seen = [one.code for one in alice.client.get(at("health:prevention", other.uid)).context["calendar"].everything]
    assert not {"DEP-IST", "DEP-VIH"} & set(seen)
    assert alice.client.get(at("health:advice", other.uid, "DEP-VIH")).status_code == 404
