"""The calls about health and prevention: owner, relative, stranger, without second factor; same services as the pages."""

from uuid import uuid4

import pytest

from carnet.models import HealthItem, PreventionConsent, Vaccination
from core import clock
from patients.majority import PARIS

ROOT = "/api/v1/carnet"
READS = ["profile", "vaccinations", "prevention", "prevention/themes"]


def send(client, method, path, body=None, key=""):
    headers = {"Idempotency-Key": key or uuid4().hex} if method == "post" else {}
    options = {"data": body, "content_type": "application/json"} if body is not None else {}
    return getattr(client, method)(f"{ROOT}/{path}", headers=headers, **options)


@pytest.mark.parametrize("what", READS)
def test_reading_is_for_the_person_with_a_second_factor(alice, charlie, client, what):
    path = f"patients/{alice.patient.uid}/{what}"

    assert send(alice.client, "get", path).status_code == 200
    assert send(charlie.client, "get", path).status_code == 404
    assert send(client, "get", path).status_code == 401
    client.force_login(alice.user)
    assert send(client, "get", path).status_code == 403


def test_item_is_added_once_for_one_key_and_erased(alice, charlie):
    path, body = (
        f"patients/{alice.patient.uid}/items",
        {"kind": "allergy", "label": "Pénicilline", "severity": "severe"},
    )
    browser = alice.client
    first = send(browser, "post", path, body, key="k1")
    again = send(browser, "post", path, body, key="k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    profile = send(browser, "get", f"patients/{alice.patient.uid}/profile").json()
    assert [one["label"] for one in profile["allergies"]] == ["Pénicilline"]
    item = first.json()["id"]
    assert send(charlie.client, "delete", f"items/{item}").status_code == 404
    assert send(browser, "delete", f"items/{item}").status_code == 204
    assert not HealthItem.objects.exists()


def test_refusals_bear_their_codes(alice):
    path = f"patients/{alice.patient.uid}/items"
    answer = send(alice.client, "post", path, {"kind": "treatment", "label": "x", "severity": "mild"})

    assert (answer.status_code, answer.json()["code"]) == (422, "severity_of_allergy")
    late = send(alice.client, "post", path, {"kind": "treatment", "label": "x", "began_on": "2999-01-01"})
    assert (late.status_code, late.json()["code"]) == (422, "date_impossible")


def test_doses_are_noted_listed_and_counted(alice, leo):
    browser = alice.client
    path = f"patients/{leo.uid}/vaccinations"
    given = {"vaccines": ["hexa", "pnc"], "given_on": clock.today(PARIS).isoformat()}

    assert len(send(browser, "post", path, given).json()) == 2
    assert send(browser, "post", path, given).json()["code"] == "already_noted"
    listed = send(browser, "get", path).json()
    assert listed["count"] == 2
    assert {one["proof"] for one in listed["results"]} == {"declared"}
    assert send(browser, "delete", f"vaccinations/{listed['results'][0]['id']}").status_code == 204
    assert Vaccination.objects.count() == 1


def test_calendar_says_state_why_window_and_source(alice):
    found = send(alice.client, "get", f"patients/{alice.patient.uid}/prevention").json()["results"]
    breast = next(one for one in found if one["code"] == "DEP-SEIN")

    assert breast["state"] == "due"
    assert breast["why"]
    assert breast["opens"] == "2026-03-14"
    assert breast["source"]["url"].startswith("https://")


def test_done_and_refusal_change_the_state(alice):
    base, browser = f"patients/{alice.patient.uid}/prevention", alice.client
    today = clock.today(PARIS).isoformat()

    assert send(browser, "post", f"{base}/DEP-SEIN/done", {"done_on": today}).json()["state"] == "done"
    assert send(browser, "put", f"{base}/DEP-COLON/refusal", {}).json()["state"] == "declined"
    assert send(browser, "delete", f"{base}/DEP-COLON/refusal").status_code == 204
    assert send(browser, "post", f"{base}/NO-RULE/done", {"done_on": today}).status_code == 404
    assert send(browser, "put", f"{base}/NO-RULE/refusal", {}).status_code == 404


def test_themes_are_chosen_and_withdrawn(alice, henri):
    path, browser = f"patients/{alice.patient.uid}/prevention/themes", alice.client

    assert send(browser, "get", path).json() == {"themes": []}
    assert send(browser, "put", path, {"themes": ["teeth"]}).json() == {"themes": ["teeth"]}
    assert send(browser, "put", path, {"themes": []}).json() == {"themes": []}
    assert PreventionConsent.objects.get().withdrawn_at is not None
    assert send(browser, "put", path, {"themes": ["ads"]}).status_code == 400
    # An adult without an account agrees to nothing through somebody who only declared to act.
    assert send(browser, "put", f"patients/{henri.uid}/prevention/themes", {"themes": ["teeth"]}).status_code == 404
