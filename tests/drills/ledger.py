"""A provider that writes what it accepts into a file, at once and for good, whatever becomes of the process."""

import os
import time
from pathlib import Path

from notifications.channels.base import Channel, Promise


class ForgetfulLedger(Channel):
    """Accepts a message as often as it is given one."""

    promise = Promise.AT_LEAST_ONCE

    def send(self, ref, envelope):
        time.sleep(float(os.environ.get("DRILL_SLOWNESS", "0")))
        descriptor = os.open(os.environ["DRILL_LEDGER"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{ref}\n".encode())
        os.fsync(descriptor)
        os.close(descriptor)
        return f"ledger:{ref}"


class Ledger(ForgetfulLedger):
    """Can be asked whether it accepted a message."""

    promise = Promise.ANSWERS_FOR_REF

    def known(self, ref):
        return f"ledger:{ref}" if ref in accepted() else None


def accepted() -> list[str]:
    """The refs of everything accepted, in order."""
    path = Path(os.environ["DRILL_LEDGER"])
    return path.read_text().splitlines() if path.exists() else []
