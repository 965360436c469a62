"""What the drills write down for the checker: the provider's journal and that of the clients, a JSON object a line."""

import json
import os
import threading
import time
from pathlib import Path

from notifications.doubles.sms_provider import SmsProviderDouble


class Journal:
    """Lines appended to a file, each at once and for good."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def write(self, **line) -> None:
        """`at` is the instant of writing: an act is written after its commit, an SMS when it was accepted."""
        text = json.dumps({"at": time.time(), **line}) + "\n"
        with self._lock:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(descriptor, text.encode())
            os.close(descriptor)


class JournallingProvider(SmsProviderDouble):
    """A double of an SMS provider that notes each SMS a recipient would see, and takes its time to answer."""

    journal: Journal
    answers_after: float = 0.0

    def accept(self, body):
        sms = SmsProviderDouble.accept(self, body)
        if self._is_new(sms):
            self.journal.write(to=sms.to, text=sms.text, reference=sms.reference)
        time.sleep(self.answers_after)
        return sms

    def _is_new(self, sms) -> bool:
        with self._lock:
            known = self.__dict__.setdefault("_known", set())
            is_new = sms.id not in known
            known.add(sms.id)
        return is_new
