"""VIES, the register of VAT numbers of the Union: asked whether a number is known, with the seller's own as requester, which
makes it give a consultation number. It is often out of reach, and says nothing against the number then.

`VIES_API` names the endpoint; whatever is not the Commission's own is a double, and pages say so.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from django.conf import settings

from billing.enums_payment import VatCheckState
from billing.seller import seller

OWN_API = "https://ec.europa.eu/taxation_customs/vies/rest-api"
_SECONDS = 10
_MOST_BYTES = 64 * 1024
_WORD = re.compile(r"[A-Za-z0-9_-]{1,40}")
# What VIES says of the question, not of its own state: a number that it cannot even read.
_REFUSED = {"INVALID_INPUT"}


@dataclass(frozen=True, slots=True)
class VatAnswer:
    """What VIES said. `code`: why it said nothing."""

    state: VatCheckState
    consultation: str = ""
    code: str = ""


class ViesGateway:
    """`is_open`: somebody named an endpoint. `is_double`: it is a stand-in."""

    def __init__(self, *, api: str | None = None) -> None:
        self.api = (settings.VIES_API if api is None else api).rstrip("/")
        self.is_double = self.api != OWN_API

    @property
    def is_open(self) -> bool:
        return bool(self.api)

    def check(self, number: str) -> VatAnswer:
        """Whether the number, with its two letters, is known. Never raises: what cannot be asked is `unavailable`."""
        ours = seller().vat_number
        asked = {"countryCode": number[:2], "vatNumber": number[2:]}
        if ours:
            asked |= {"requesterMemberStateCode": ours[:2], "requesterNumber": ours[2:]}
        try:
            return _read(self._post(asked), asked)
        except (URLError, OSError, ValueError):
            return VatAnswer(VatCheckState.UNAVAILABLE, code="unreachable")

    def _post(self, asked: dict[str, str]) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        request = Request(f"{self.api}/check-vat-number", data=json.dumps(asked).encode(), headers=headers)  # noqa: S310
        try:
            with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310  (the endpoint is the settings', never a user's)
                return json.loads(answer.read(_MOST_BYTES))
        except HTTPError as refusal:
            with refusal:
                return json.loads(refusal.read(_MOST_BYTES))


def _read(told: Any, asked: dict[str, str]) -> VatAnswer:
    """The answer of VIES; one about another number, or of another shape, is none."""
    if not isinstance(told, dict):
        raise ValueError("no answer of VIES")
    faults = told.get("errorWrappers")
    if faults:
        code = _word(faults[0].get("error") if isinstance(faults, list) and isinstance(faults[0], dict) else "")
        state = VatCheckState.INVALID if code in _REFUSED else VatCheckState.UNAVAILABLE
        return VatAnswer(state, code=code or "unknown")
    same = (told.get("countryCode"), told.get("vatNumber")) == (asked["countryCode"], asked["vatNumber"])
    if not same or not isinstance(told.get("valid"), bool):
        raise ValueError("no answer to this question")
    state = VatCheckState.VALID if told["valid"] else VatCheckState.INVALID
    return VatAnswer(state, consultation=_word(told.get("requestIdentifier")))


def _word(value: Any) -> str:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""
