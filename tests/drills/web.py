"""The site's web process as the drills start it, and the programs that call it and try again until they have an answer."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import uuid4

from django.test import Client as Browser

from booking.selectors.availability import availability
from booking.selectors.offers import find_offers
from core import clock
from practitioners.models import AgendaReason
from tests.drills.journals import Journal
from tests.drills.site import wait_for
from tests.factories import BookableAgendaFactory, PatientFactory, UserFactory

APPOINTMENTS = "/api/v1/appointments"
CREATED, CONFLICT = 201, 409
SECONDS = 10.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_web(start: Callable[..., Any], *, workers: int = 1, **variables: str) -> int:
    """Starts the web process of the Procfile on a free port of this machine, waits for its answer, gives the port."""
    port = free_port()
    process = start(
        "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--http", "1", "--no-ws",
        "--workers", str(workers), "--blocking-threads", "4", "config.wsgi:application", **variables,
    )  # fmt: skip
    assert wait_for(lambda: process.poll() is not None or _lives(port), 60), "the web process does not answer"
    assert process.poll() is None
    return port


def _lives(port: int) -> bool:
    try:
        return Program(port).ask("GET", "/sante").status == 200
    except OSError:
        return False


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Program:
    """A client with a kept connection; `token` is the session of an account."""

    def __init__(self, port: int, token: str = "", *, seconds: float = SECONDS) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
        self.headers = {"Host": "localhost", "Accept": "application/json", "Content-Type": "application/json"}
        if token:
            self.headers["X-Session-Token"] = token

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Answer:
        """The answer. Raises OSError when there is none."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        began = time.perf_counter()
        try:
            self.connection.request(method, path, json.dumps(body).encode() if body is not None else None, headers)
            response = self.connection.getresponse()
            content = response.read()
        except http.client.HTTPException as error:
            self.connection.close()
            raise ConnectionError(type(error).__name__) from error
        except OSError:
            self.connection.close()
            raise
        return Answer(response.status, content, time.perf_counter() - began)

    def post(self, path: str, body: Any) -> Answer:
        return self.ask("POST", path, body, key=uuid4().hex)


def accounts(number: int) -> list[str]:
    """So many people with an account and an identity; gives the token of each one's session."""
    tokens = []
    for _ in range(number):
        user = UserFactory()
        PatientFactory(user=user)
        browser = Browser()
        browser.force_login(user)
        tokens.append(browser.session.session_key)
    return tokens


def offer() -> AgendaReason:
    """An agenda open every day from 9 to 17, visits of twenty minutes, no bound of repetition."""
    agenda = BookableAgendaFactory(repeat_limit_days=0, upcoming_limit=1000)
    return find_offers(agenda.reasons.get().visit_reason.uid, [agenda.uid])[0]


def starts_of(found: AgendaReason, days: int) -> list[str]:
    """The free starts of the next days, as programs write them."""
    first, starts = clock.now().date(), []
    for part in range(0, days, 7):
        shown = availability([found], first_day=first + clock.timedelta(days=1 + part), days=7)
        starts += [slot.start.isoformat() for _day, slots in shown.days for slot in slots]
    return starts


class Wishes:
    """People who want one visit each, whatever breaks meanwhile: each asks until somebody answers, then leaves.

    A person whose time is taken asks for another one, as people do. A share of the answers is lost on the way. With
    `keys` a request that is repeated is the same request; without, a new one: the negative control.
    """

    def __init__(self, port: int, found: AgendaReason, starts: Sequence[str], journal: Journal, *, keys: bool) -> None:
        self.port, self.offer, self.starts, self.journal, self.keys = port, found, starts, journal, keys
        self.next_start = count()
        self.last_success = time.monotonic()
        self.slowest_gap = 0.0
        self.lost_answers = 0
        self._lock = threading.Lock()

    def grant(self, token: str, loses: Callable[[], bool], ends_at: float) -> bool:
        """One person's visit. False when it was not to be had before `ends_at` (monotonic seconds)."""
        program, key, body = Program(self.port, token), uuid4().hex, self._body()
        while time.monotonic() < ends_at:
            try:
                answer = program.ask("POST", APPOINTMENTS, body, key=key)
                if loses():
                    self.lost_answers += 1
                    raise ConnectionResetError
            except OSError:
                time.sleep(0.05)
                key = key if self.keys else uuid4().hex
                continue
            if answer.status == CREATED:
                self._note_success()
                self.journal.write(act="booked", uid=answer.json["id"])
                return True
            if answer.status == CONFLICT or answer.status == 422:
                key, body = uuid4().hex, self._body()
            else:
                time.sleep(0.1)
        return False

    def _body(self) -> dict[str, str]:
        return {
            "agenda": str(self.offer.agenda.uid),
            "visit_reason": str(self.offer.visit_reason.uid),
            "start": self.starts[next(self.next_start) % len(self.starts)],
        }

    def _note_success(self) -> None:
        with self._lock:
            now = time.monotonic()
            self.slowest_gap = max(self.slowest_gap, now - self.last_success)
            self.last_success = now


def together(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Starts every act at the same moment; the results in order, an error standing for itself."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait(30)
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(run, acts))
