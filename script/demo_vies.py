"""The demo's register of VAT numbers: a double of VIES on this machine, which knows no company."""

from __future__ import annotations

import os
from dataclasses import dataclass

from script.demo_stripe import free_port


@dataclass(frozen=True, slots=True)
class ViesDoubleProcess:
    """Where the double listens."""

    port: int

    @classmethod
    def unless_named(cls) -> ViesDoubleProcess | None:
        """None for whoever named an endpoint in VIES_API."""
        return None if os.environ.get("VIES_API") else cls(free_port())

    @property
    def variables(self) -> dict[str, str]:
        """What the site needs to know of it."""
        return {"VIES_API": f"http://127.0.0.1:{self.port}"}

    @property
    def command(self) -> str:
        return f"python manage.py vies_double --port {self.port}"
