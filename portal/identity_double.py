"""A small OpenID Connect server in the shape of Pro Santé Connect, for the demo and the tests. It proves nothing.

Codes and access tokens are sealed texts of this site, so nothing is kept but the codes that were used. The signing key
follows from SECRET_KEY. Whoever asks says who they are: that is what makes it a double.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core import signing
from django.core.cache import cache

from core import clock

KEY_ID = "demo"
CODE_SECONDS, TOKEN_SECONDS = 60, 300
# The order of the curve P-256: a private key is a number below it.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class Pretended:
    """Who the visitor of the double says they are."""

    rpps: str
    last_name: str
    first_name: str
    profession: str


class Denied(Exception):
    """A request that a server would refuse; the text is an OAuth error code."""


def discovery(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/autoriser/",
        "token_endpoint": f"{issuer}/jeton/",
        "userinfo_endpoint": f"{issuer}/identite/",
        "jwks_uri": f"{issuer}/cles/",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "scope_all"],
        "acr_values_supported": ["eidas1"],
    }


def keys() -> dict[str, Any]:
    """The public key, as a JSON Web Key Set."""
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(_key().public_key()))
    return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "ES256"}]}


def code_for(person: Pretended, *, client: str, back: str, nonce: str, challenge: str) -> str:
    """The code that the browser carries back; it serves once, within a minute."""
    asked = {"client": client, "back": back, "nonce": nonce, "challenge": challenge, "jti": secrets.token_urlsafe(9)}
    return signing.dumps({**asked, "person": asdict(person)}, salt="portal.identity_double.code", compress=True)


def exchange(issuer: str, given: dict[str, str]) -> dict[str, Any]:
    """The answer of the token endpoint. Raises Denied."""
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    known = given.get("client_id") == app["client_id"]
    if not known or not secrets.compare_digest(given.get("client_secret", ""), app["secret"]):
        raise Denied("invalid_client")
    if given.get("grant_type") != "authorization_code":
        raise Denied("unsupported_grant_type")
    try:
        asked = signing.loads(given.get("code", ""), salt="portal.identity_double.code", max_age=CODE_SECONDS)
    except signing.BadSignature as error:
        raise Denied("invalid_grant") from error
    proof = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest()).rstrip(b"=")
    right = asked["client"] == given["client_id"] and asked["back"] == given.get("redirect_uri")
    if not right or proof.decode() != asked["challenge"]:
        raise Denied("invalid_grant")
    if not cache.add(f"identity_double:{asked['jti']}", "used", CODE_SECONDS * 2):
        raise Denied("invalid_grant")
    access = signing.dumps(asked["person"], salt="portal.identity_double.access", compress=True)
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "id_token": _id_token(issuer, asked),
    }


def person_of(access: str) -> dict[str, Any]:
    """The user information, with the claims of Pro Santé Connect. Raises Denied."""
    try:
        person = signing.loads(access, salt="portal.identity_double.access", max_age=TOKEN_SECONDS)
    except signing.BadSignature as error:
        raise Denied("invalid_token") from error
    return {
        "sub": _subject(person["rpps"]),
        "SubjectNameID": f"8{person['rpps']}",
        "preferred_username": f"8{person['rpps']}",
        "family_name": person["last_name"],
        "given_name": person["first_name"],
        "SubjectRole": [f"{person['profession']}^1.2.250.1.213.1.1.5.5"],
        "SubjectRefPro": {
            "codeCivilite": "",
            "exercices": [
                {
                    "codeProfession": person["profession"],
                    "codeCategorieProfessionnelle": "C",
                    "nomDexercice": person["last_name"],
                    "prenomDexercice": person["first_name"],
                    "activities": [],
                }
            ],
        },
        "otherIds": [{"identifiant": f"8{person['rpps']}", "origine": "RPPS", "qualite": 1}],
    }


def _id_token(issuer: str, asked: dict[str, Any]) -> str:
    now = int(clock.now().timestamp())
    claims = {
        "iss": issuer,
        "sub": _subject(asked["person"]["rpps"]),
        "aud": asked["client"],
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "auth_time": now,
        "nonce": asked["nonce"],
        "acr": "eidas1",
        "preferred_username": f"8{asked['person']['rpps']}",
    }
    return jwt.encode(claims, _key(), algorithm="ES256", headers={"kid": KEY_ID})


def _subject(rpps: str) -> str:
    return f"f:double:8{rpps}"


def _key() -> ec.EllipticCurvePrivateKey:
    seed = hashlib.sha512(b"portal.identity_double" + settings.SECRET_KEY.encode()).digest()
    return ec.derive_private_key(int.from_bytes(seed) % (_ORDER - 1) + 1, ec.SECP256R1())
