"""What any Pro Santé Connect must do for this site, asked over HTTP: held against the double here, and against the real one
by whoever has an account there.

`OnThisSite` carries the requests of django-allauth to Django's test client.
"""

from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from allauth.socialaccount.internal import jwtkit
from django.test import Client
from requests.adapters import BaseAdapter

NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class OnThisSite(BaseAdapter):
    """A transport of `requests` whose other end is the site under test."""

    def send(self, request, **kwargs):
        parts = urlsplit(request.url)
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
        headers.pop("HTTP_CONTENT_LENGTH", None)
        kind = headers.pop("HTTP_CONTENT_TYPE", "application/octet-stream")
        answer = Client().generic(
            request.method, parts.path, request.body or "", content_type=kind, HTTP_HOST=parts.netloc, **headers
        )
        found = requests.Response()
        found.status_code, found._content, found.url, found.request = (
            answer.status_code,
            answer.content,
            request.url,
            request,
        )
        found.headers.update(dict(answer.headers))
        return found

    def close(self):
        pass


def session():
    made = requests.Session()
    made.mount("http://", OnThisSite())
    return made


def check_provider(web, discovery, code, *, client, secret, back, verifier, nonce):
    """The contract: discovery, keys, an ID token that holds, claims of a professional; and a code serves once.

    `code` was given for this client, address of return, PKCE verifier and nonce. Returns the user information.
    """
    config = web.get(discovery).json()
    assert [name for name in NEEDED if not config.get(name)] == []
    assert discovery.startswith(config["issuer"])
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": client,
        "client_secret": secret,
        "code_verifier": verifier,
    }
    for name, wrong in (("code_verifier", "x" * 43), ("client_secret", "wrong"), ("redirect_uri", f"{back}x")):
        assert web.post(config["token_endpoint"], data={**asked, name: wrong}).status_code in (400, 401), name
    answer = web.post(config["token_endpoint"], data=asked)
    assert answer.status_code == 200, answer.text
    given = answer.json()
    assert web.post(config["token_endpoint"], data=asked).status_code in (400, 401)
    header = jwt.get_unverified_header(given["id_token"])
    key = jwtkit.lookup_kid_jwk(web.get(config["jwks_uri"]).json(), header["kid"])
    claims = jwt.decode(given["id_token"], key, algorithms=[header["alg"]], audience=client, issuer=config["issuer"])
    assert claims["nonce"] == nonce
    person = web.get(config["userinfo_endpoint"], headers={"Authorization": f"Bearer {given['access_token']}"}).json()
    assert person["sub"] == claims["sub"]
    assert person["SubjectNameID"] == person["preferred_username"]
    assert person["SubjectNameID"].startswith("8")
    assert isinstance(person["SubjectRefPro"]["exercices"], list)
    assert web.get(config["userinfo_endpoint"], headers={"Authorization": "Bearer x"}).status_code == 401
    return person


def parameters(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
