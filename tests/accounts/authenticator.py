"""A passkey in software, enough of WebAuthn to register and to sign in as a phone would."""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

USER_PRESENT, USER_VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class SoftwarePasskey:
    def __init__(self, origin: str = "https://testserver") -> None:
        self.origin = origin
        self.host = origin.partition("://")[2]
        self.credential_id = os.urandom(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.counter = 0
        self.user_handle = b""

    def create(self, options: dict[str, Any]) -> str:
        """What the browser posts after `navigator.credentials.create`."""
        public = options["publicKey"]
        self.user_handle = decoded(public["user"]["id"])
        cose = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cose
        data = self._data(USER_PRESENT | USER_VERIFIED | HAS_CREDENTIAL) + attested
        return self._answer(
            attestationObject=encoded(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
            clientDataJSON=encoded(self._client_data("webauthn.create", public["challenge"])),
            extensions={"credProps": {"rk": True}},
        )

    def get(self, options: dict[str, Any]) -> str:
        """What the browser posts after `navigator.credentials.get`."""
        self.counter += 1
        data = self._data(USER_PRESENT | USER_VERIFIED)
        client = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            authenticatorData=encoded(data),
            clientDataJSON=encoded(client),
            signature=encoded(signature),
            userHandle=encoded(self.user_handle),
        )

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client_data(self, act: str, challenge: str) -> bytes:
        return json.dumps({"type": act, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, *, extensions: dict[str, Any] | None = None, **response: str) -> str:
        identity = encoded(self.credential_id)
        return json.dumps(
            {
                "id": identity,
                "rawId": identity,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": extensions or {},
            }
        )
