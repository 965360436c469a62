"""The demo's provider of SMS: a double on this machine, asked over HTTP as a real one, that tells of deliveries."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass, field

# A number kept for fiction: SMS of the demo can be answered.
SENDER = "33639989999"
# Before the double runs, what the filling of the database sends goes straight to the mailbox.
WITHOUT = {"SMS_URL": "console://?replies=yes"}


@dataclass(frozen=True, slots=True)
class SmsDouble:
    """Where the double listens, and what signs its receipts: another secret at each start."""

    port: int
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @classmethod
    def unless_named(cls) -> SmsDouble | None:
        """None for whoever names a provider of their own in SMS_URL."""
        return None if os.environ.get("SMS_URL") else cls(_free_port())

    @property
    def variables(self) -> dict[str, str]:
        """What the site needs to know of its provider."""
        address = f"http://double:double@127.0.0.1:{self.port}/v1/sms"
        return {
            "SMS_URL": f"{address}?promise=once_per_ref&from={SENDER}&replies=yes",
            "SMS_RECEIPT_SECRET": self.secret,
        }

    def command(self, site: str) -> str:
        """Starts it; the secret is read from the environment, where no list of processes shows it."""
        return f"python manage.py sms_double --port {self.port} --site {site} --secret-from SMS_RECEIPT_SECRET"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
