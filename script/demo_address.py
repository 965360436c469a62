"""Where the demo serves the site: the host and the port that it is told, and whether they can be had."""

import os
import socket
from dataclasses import dataclass


class DemoFailed(RuntimeError):
    """The demo cannot start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the site is served."""

    host: str
    port: int

    @classmethod
    def from_environment(cls) -> "Address":
        port = os.environ.get("PORT") or "8000"
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise DemoFailed(f"PORT must be a number from 1 to 65535, not {port}.")
        return cls(os.environ.get("HOST") or "localhost", int(port))

    @property
    def bound(self) -> str:
        return "127.0.0.1" if self.host == "localhost" else self.host

    @property
    def reached(self) -> str:
        """The host by which processes of this machine reach the site."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.bound, self.bound)  # noqa: S104
        return f"[{host}]" if ":" in host else host

    @property
    def is_every_interface(self) -> bool:
        return self.host in {"0.0.0.0", "::"}  # noqa: S104  compared, not bound

    @property
    def url(self) -> str:
        host = "localhost" if self.is_every_interface else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def check_free(self) -> None:
        """Raises DemoFailed when something listens there already."""
        family = socket.AF_INET6 if ":" in self.bound else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.bound, self.port))
            except OSError as error:
                raise DemoFailed(
                    f"{self.bound} port {self.port} cannot be used ({error.strerror}): "
                    f"choose another one, for example PORT={self.port + 1} make demo."
                ) from error
