"""What a page answers to those whom its declaration does not admit, before its view runs."""

import pytest
from django.test import override_settings

from core.middleware.access import UndeclaredAddress
from tests.core.conftest import PRACTICE_ID, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.addresses")]


def test_a_public_page_admits_visitors(client):
    assert client.get("/t/public/").json()["user"] is None


def test_a_visitor_is_sent_to_sign_in_and_back(client):
    response = client.get("/t/patient/?a=1")

    assert response.status_code == 302
    assert response["Location"] == "/compte/connexion/?next=%2Ft%2Fpatient%2F%3Fa%3D1"


def test_a_visitor_who_sent_a_form_comes_back_to_the_page_of_the_form(client):
    response = client.post("/t/patient/", headers={"Referer": "http://testserver/t/public/?b=2"})

    assert response["Location"] == "/compte/connexion/?next=%2Ft%2Fpublic%2F%3Fb%3D2"


@pytest.mark.parametrize("referer", ["", "https://evil.example/t/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_never_leaves_the_site(client, referer):
    response = client.post("/t/patient/", headers={"Referer": referer})

    assert response["Location"] == "/compte/connexion/"


def test_a_fragment_asks_for_the_whole_page_to_move(client):
    response = client.get(
        "/t/patient/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/t/public/"}
    )

    assert response["HX-Redirect"] == "/compte/connexion/?next=%2Ft%2Fpublic%2F"
    assert response.content == b""


def test_a_signed_in_person_is_admitted(client, alice):
    assert sign_in(client, alice).get("/t/patient/").json() == {"space": "patient", "practice": None}


def test_a_member_acts_in_the_practice(client, sophie, practices):
    response = sign_in(client, sophie, strong=True, space="practice:lilas").get("/t/practice/")

    assert response.json() == {"space": "practice", "practice": PRACTICE_ID}


def test_a_member_elsewhere_is_offered_to_change_space(client, sophie, practices):
    response = sign_in(client, sophie, strong=True).get("/t/practice/")

    assert response.status_code == 403
    assert b'value="practice:lilas"' in response.content
    assert b'name="next" value="/t/practice/"' in response.content


def test_a_page_of_another_space_is_not_there_for_those_without_that_space(client, alice, practices):
    assert sign_in(client, alice, strong=True).get("/t/practice/").status_code == 404
    assert sign_in(client, alice, strong=True).get("/t/platform/").status_code == 404


def test_a_superuser_has_no_way_in(client, alice):
    alice.is_superuser = alice.is_staff = True
    alice.save()

    assert sign_in(client, alice, strong=True, space="platform").get("/t/platform/").status_code == 404


def test_an_ended_membership_ends_at_the_next_request(client, sophie, practices):
    sign_in(client, sophie, strong=True, space="practice:lilas")
    assert client.get("/t/practice/").status_code == 200

    practices.clear()

    assert client.get("/t/practice/").status_code == 404


def test_a_missing_second_factor_is_asked_for(client, sophie, practices):
    response = sign_in(client, sophie, space="practice:lilas").get("/t/practice/")

    assert response.status_code == 302
    assert "/compte/" in response["Location"]
    assert response["Location"].endswith("?next=%2Ft%2Fpractice%2F")


def test_a_method_left_out_of_the_declaration_is_refused(client, sophie, practices):
    response = sign_in(client, sophie, strong=True, space="practice:lilas").post("/t/practice/")

    assert response.status_code == 405


def test_a_closed_account_is_a_visitor(client, alice):
    sign_in(client, alice)
    alice.is_active = False
    alice.save()

    assert client.get("/t/patient/").status_code == 302


def test_an_undeclared_page_raises_in_the_tests(client):
    with pytest.raises(UndeclaredAddress):
        client.get("/t/undeclared/")


def test_an_undeclared_page_is_not_there_in_production(client):
    with override_settings(TESTING=False):
        assert client.get("/t/undeclared/").status_code == 404


def test_reading_a_public_page_leaves_no_session(client):
    response = client.get("/t/public/")

    assert response.json()["session"] == ""
    assert not response.cookies


def test_a_visitor_who_does_something_is_known_again(client):
    first = client.post("/t/public/").json()["session"]
    second = client.post("/t/public/").json()["session"]

    assert len(first) == 64
    assert second == first


def test_what_a_visitor_holds_is_still_theirs_once_signed_in(client, alice):
    held = client.post("/t/public/").json()["session"]
    before = client.session.session_key

    client.force_login(alice)

    assert client.session.session_key != before
    assert client.get("/t/public/").json() == {"user": alice.pk, "session": held, "ip": "127.0.0.1"}


@pytest.mark.parametrize("address", ["/t/public/?a=%00", "/t/patient/?a=b%00c"])
def test_nul_in_a_query_is_refused(client, address):
    assert client.get(address).status_code == 400


def test_nul_in_an_address_leads_nowhere(client):
    assert client.get("/t/public/a%00b/").status_code == 404


def test_a_view_is_not_reached_by_a_method_it_has_no_handler_for(client):
    response = client.delete("/t/strange/")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert client.head("/t/strange/").status_code == 200


def test_a_declaration_may_keep_methods_away_from_a_view(client):
    assert client.get("/t/narrow/").status_code == 200
    for method in ("head", "options", "post"):
        response = getattr(client, method)("/t/narrow/")
        assert (response.status_code, response["Allow"]) == (405, "GET")


def test_programs_that_sign_in_get_problems_not_pages(client):
    response = client.head("/_allauth/app/v1/account/phone")

    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
    assert client.delete("/_allauth/app/v1/account/phone").json()["code"] == "method_not_allowed"


def test_what_the_library_answers_to_programs_is_left_alone(client):
    response = client.get("/_allauth/app/v1/auth/session")

    assert (response.status_code, response["Content-Type"]) == (401, "application/json")
    assert response.json()["meta"] == {"is_authenticated": False}
