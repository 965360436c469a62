"""`manage.py relay`: hands due jobs and messages to the workers, and does those that nobody takes."""

import signal
import threading
import time
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, connection

from core import relay
from core.broker import Broker

logger = structlog.get_logger(__name__)

IDLE = 0.25
BEAT_EVERY = 5.0
DATABASE_REST = 1.0


class Command(BaseCommand):
    help = "Hands due jobs and messages to the workers, and does those that nobody takes. Stops on SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")
        parser.add_argument("--hands", type=int, default=relay.HANDS, help="rows done here at the same time")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            return self.run_once()
        self.stopping = threading.Event()
        self.next_beat = 0.0
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        worker = relay.Relay(Broker(), hands=options["hands"])
        logger.info("relay_started")
        try:
            while not self.stopping.is_set():
                self.stopping.wait(self.step(worker))
        finally:
            worker.close()
            logger.info("relay_stopped")
        return None

    def run_once(self) -> None:
        worker = relay.Relay(Broker(), hands=0)
        while worker.turn():
            pass
        worker.close()

    def step(self, worker: relay.Relay) -> float:
        """One turn; returns how long to wait before the next. A database that is away is waited for."""
        try:
            self.beat()
            return 0.0 if worker.turn() else IDLE
        except (DatabaseError, InterfaceError) as error:
            logger.warning("relay_database_away", error=type(error).__name__)
            connection.close()
            return DATABASE_REST

    def beat(self) -> None:
        if time.monotonic() >= self.next_beat:
            relay.record_beat(relay.HEARTBEAT)
            self.next_beat = time.monotonic() + BEAT_EVERY
