"""The demo's card service: a double of Stripe on this machine, asked by Stripe's own library. It takes no money."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StripeDoubleProcess:
    """Where the double listens, and the secrets it shares with the site: others at each start."""

    port: int
    key: str = field(default_factory=lambda: f"sk_test_{secrets.token_hex(16)}", repr=False)
    webhook: str = field(default_factory=lambda: f"whsec_{secrets.token_urlsafe(32)}", repr=False)

    @classmethod
    def unless_named(cls) -> StripeDoubleProcess | None:
        """None for whoever has a key of their own in STRIPE_SECRET_KEY."""
        return None if os.environ.get("STRIPE_SECRET_KEY") else cls(free_port())

    @property
    def variables(self) -> dict[str, str]:
        """What the site needs to know of its card service."""
        return {
            "STRIPE_API": f"http://127.0.0.1:{self.port}",
            "STRIPE_SECRET_KEY": self.key,
            "STRIPE_WEBHOOK_SECRET": self.webhook,
        }

    def command(self, site: str) -> str:
        """Starts it; its secrets are read from the environment, where no list of processes shows them."""
        return f"python manage.py stripe_double --port {self.port} --site {site}"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
