"""Pro Santé Connect through django-allauth against the double: the contract, the whole way, and answers that do not hold."""

import base64
import hashlib
from datetime import timedelta

import jwt
import pytest
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.urls import reverse

from config.settings._auth import pro_sante_connect
from core import clock
from portal import identity_double
from practitioners.claim_states import ClaimState
from practitioners.professional_identity import read_identity
from tests.factories import UserFactory
from tests.practitioners.claims.people import RPPS, claimant, declared, registered, sign_in
from tests.practitioners.claims.provider import check_provider, parameters, session

pytestmark = pytest.mark.django_db

ISSUER = "http://testserver/demo/pro-sante-connect"
PRETENDED = {"rpps": RPPS, "last_name": "LE GUEN", "first_name": "Anne", "profession": "10"}


@pytest.fixture(autouse=True)
def double(settings, monkeypatch):
    settings.DEMO = True
    settings.SOCIALACCOUNT_PROVIDERS = pro_sante_connect(ISSUER, "prendsoin-demo", "a secret")
    monkeypatch.setattr(DefaultSocialAccountAdapter, "get_requests_session", lambda self: session())


@pytest.fixture
def anne():
    """The claim of somebody who has signed in as Anne Le Guen's page's future holder."""
    registered()
    user = UserFactory()
    return user, declared(claimant(user))


def leave(client, claim):
    """Presses the button; the address of the provider that the browser is sent to."""
    return client.post(reverse("practitioners:claim_identify", args=[claim.uid])).url


def come_back(client, there, **changed):
    answer = client.post(there.removeprefix("http://testserver"), PRETENDED | changed)
    return answer.url.removeprefix("http://testserver")


def test_double_keeps_the_contract(client):
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    back = "http://testserver" + reverse("practitioners:identity_return")
    words = {
        "client_id": "prendsoin-demo",
        "redirect_uri": back,
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge,
    }
    there = reverse("demo:identity_authorize")
    query = "&".join(f"{name}={value}" for name, value in {**words, "code_challenge_method": "S256"}.items())
    page = client.get(f"{there}?{query}").content.decode()
    answer = client.post(f"{there}?{query}", PRETENDED)

    person = check_provider(
        session(),
        f"{ISSUER}/.well-known/openid-configuration",
        parameters(answer.url)["code"],
        client="prendsoin-demo",
        secret="a secret",
        back=back,
        verifier=verifier,
        nonce="n",
    )

    assert read_identity(ISSUER, person).rpps == RPPS
    assert "Ceci n’est pas Pro Santé Connect" in page


def test_whoever_proves_the_number_holds_the_page(client, anne):
    user, claim = anne
    sign_in(client, user)
    page = client.get(reverse("practitioners:claim", args=[claim.uid])).content.decode()
    there = leave(client, claim)
    asked = parameters(there)

    answer = client.get(come_back(client, there))

    claim.refresh_from_db()
    claim.practitioner.refresh_from_db()
    assert "un double local répond" in page
    assert (asked["acr_values"], asked["code_challenge_method"]) == ("eidas1", "S256")
    assert len(asked["nonce"]) >= 32
    assert set(asked["scope"].split()) == {"openid", "scope_all"}
    assert (claim.state, claim.proof, claim.practitioner.user) == (ClaimState.CONTROLLED, "identity", user)
    assert answer.url == reverse("practitioners:claim", args=[claim.uid])
    assert client.session["_auth_user_id"] == str(user.pk)


def untouched(claim):
    claim.refresh_from_db()
    return claim.state == ClaimState.REGISTER_MATCH and claim.proof == ""


@pytest.mark.parametrize("changed", [{"rpps": "10101215225"}, {"profession": "40"}])
def test_somebody_else_is_not_taken_for_the_claimant(client, anne, changed):
    user, claim = anne
    sign_in(client, user)

    answer = client.get(come_back(client, leave(client, claim), **changed), follow=True)

    assert untouched(claim)
    assert "une autre personne" in answer.content.decode()


def test_answer_serves_once_and_in_its_own_session_only(client, anne):
    user, claim = anne
    sign_in(client, user)
    back = come_back(client, leave(client, claim))
    other = sign_in(type(client)(), UserFactory())

    other.get(back)
    assert untouched(claim)
    client.get(back.replace("state=", "state=x"))
    assert untouched(claim)
    client.get(back)
    assert client.get(back).status_code == 302
    claim.refresh_from_db()
    assert claim.state == ClaimState.CONTROLLED


def test_giving_up_there_changes_nothing(client, anne):
    user, claim = anne
    sign_in(client, user)
    there = leave(client, claim).removeprefix("http://testserver")
    back = client.post(there, {"cancel": "1"}).url.removeprefix("http://testserver")

    answer = client.get(back, follow=True)

    assert untouched(claim)
    assert "interrompue" in answer.content.decode()


def _with(change):
    def token(issuer, asked):
        claims = jwt.decode(GENUINE(issuer, asked), options={"verify_signature": False})
        return jwt.encode(change(claims), identity_double._key(), algorithm="ES256", headers={"kid": "demo"})

    return token


def _unsigned(issuer, asked):
    claims = jwt.decode(GENUINE(issuer, asked), options={"verify_signature": False})
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "demo"})


def _with_the_public_key(issuer, asked):
    claims = jwt.decode(GENUINE(issuer, asked), options={"verify_signature": False})
    return jwt.encode(claims, "x" * 40, algorithm="HS256", headers={"kid": "demo"})


def _altered(issuer, asked):
    head, body, signature = GENUINE(issuer, asked).split(".")
    return f"{head}.{body}.{signature[::-1]}"


GENUINE = identity_double._id_token
LONG_AGO = int((clock.now() - timedelta(hours=2)).timestamp())


@pytest.mark.parametrize(
    "token",
    [
        _unsigned,
        _with_the_public_key,
        _altered,
        _with(lambda claims: claims | {"nonce": "another"}),
        _with(lambda claims: {name: value for name, value in claims.items() if name != "nonce"}),
        _with(lambda claims: claims | {"aud": "somebody-else"}),
        _with(lambda claims: claims | {"iss": "https://elsewhere.example"}),
        _with(lambda claims: claims | {"auth_time": LONG_AGO}),
        _with(lambda claims: claims | {"exp": LONG_AGO}),
        _with(lambda claims: claims | {"sub": "f:somebody-else"}),
        lambda issuer, asked: "not a token",
    ],
)
def test_id_tokens_that_do_not_hold_prove_nothing(client, anne, monkeypatch, token):
    user, claim = anne
    sign_in(client, user)
    back = come_back(client, leave(client, claim))
    monkeypatch.setattr(identity_double, "_id_token", token)

    answer = client.get(back, follow=True)

    assert untouched(claim)
    assert "n’a pas répondu comme attendu" in answer.content.decode()


def test_double_serves_its_own_site_only_and_in_demo_only(client, settings):
    there = reverse("demo:identity_authorize")
    good = "client_id=prendsoin-demo&code_challenge_method=S256&redirect_uri="
    assert client.get(f"{there}?{good}https://elsewhere.example/").status_code == 404
    assert client.get(reverse("demo:identity_discovery")).status_code == 200
    settings.DEMO = False
    for name in ("discovery", "keys", "authorize", "person"):
        assert client.get(reverse(f"demo:identity_{name}")).status_code == 404
    assert client.post(reverse("demo:identity_token")).status_code == 404


def test_without_a_provider_the_way_is_not_offered(client, anne, settings):
    user, claim = anne
    settings.SOCIALACCOUNT_PROVIDERS = {}
    sign_in(client, user)

    page = client.get(reverse("practitioners:claim", args=[claim.uid])).content.decode()

    assert "Continuer avec Pro Santé Connect" not in page
    assert leave(client, claim) == reverse("practitioners:claim", args=[claim.uid])


def test_demo_stays_at_the_name_of_this_machine_by_which_one_came(client, anne):
    user, claim = anne
    sign_in(client, user)

    answer = client.post(reverse("practitioners:claim_identify", args=[claim.uid]), headers={"host": "127.0.0.1:8000"})

    assert answer.url.startswith("http://127.0.0.1:8000/demo/pro-sante-connect/autoriser/?")
