"""SMS through a provider that speaks HTTP and JSON, at the address in `SMS_URL`.

    POST <address>                    {"to", "from", "text", "alphabet", "reference"}   →  2xx {"id": "…"}
    GET  <address>?reference=<ref>                                                      →  200 {"id": "…"}, or 404

Both bear basic authentication; the reference is also the `Idempotency-Key`. What the provider does with it is said by
the address (`promise=`) and by default nothing is believed. `notifications.doubles.sms_provider` is such a provider.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings

from notifications.channels.base import Channel, Down, Promise
from notifications.channels.http_call import HttpAnswer, call, check
from notifications.channels.sms import check_number, keep_in_the_demo, outer_reference
from notifications.envelope import Envelope
from notifications.sms_text import sms_text

NOT_FOUND = 404
LONGEST_ID = 190


@dataclass(frozen=True, slots=True)
class SmsProvider:
    """What `SMS_URL` says of the provider; `sender` is at most eleven letters or digits, or a number."""

    url: str
    user: str
    password: str
    sender: str
    promise: str


class HttpSmsChannel(Channel):
    def __init__(self) -> None:
        self.provider = SmsProvider(**settings.SMS_PROVIDER)
        self.promise = Promise(self.provider.promise)

    def send(self, ref: str, envelope: Envelope) -> str:
        check_number(envelope.to)
        written, reference = sms_text(envelope.text), outer_reference(ref)
        answer = self._call(
            "POST",
            self.provider.url,
            body={
                "to": envelope.to,
                "from": self.provider.sender,
                "text": written.text,
                "alphabet": str(written.alphabet),
                "reference": reference,
            },
            Idempotency_Key=reference,
        )
        check(answer)
        identifier = _id_in(answer)
        keep_in_the_demo(envelope.to, written, reference)
        return identifier

    def known(self, ref: str) -> str | None:
        if self.promise is not Promise.ANSWERS_FOR_REF:
            return None
        answer = self._call("GET", f"{self.provider.url}?{urlencode({'reference': outer_reference(ref)})}")
        if answer.status == NOT_FOUND:
            return None
        check(answer)
        return _id_in(answer)

    def _call(self, method: str, url: str, **more: object) -> HttpAnswer:
        return call(method, url, user=self.provider.user, password=self.provider.password, **more)  # type: ignore[arg-type]


def _id_in(answer: HttpAnswer) -> str:
    found = answer.body.get("id")
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_ID:
        # It may have been accepted: asked again, or repeated with the same reference.
        raise Down("answer_without_id")
    return found
