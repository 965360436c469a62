"""D04 and D07: the site's web process while the broker is gone for good, and while PostgreSQL is killed under load."""

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

import pytest
from django.db import connection

from script.servers.binaries import postgres_binaries
from script.servers.layout import Layout
from script.servers.postgres import DURABLE, Cluster
from tests.drills.checker import check_bookings
from tests.drills.extent import FULL, sized
from tests.drills.web import APPOINTMENTS, CREATED, Program, Wishes, accounts, offer, start_web, starts_of
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

CLIENTS = 4


def test_d04_without_a_broker_people_book_and_sign_in(start, environment, clients, tell, live_server):
    """Web code never talks to the broker, so its absence costs nothing; the address of none is the tests' default."""
    found = offer()
    tokens, starts = accounts(sized(8, 60)), starts_of(found, sized(7, 14))
    UserFactory(email="dort@prendsoin.example", password=PASSWORD)
    # The broker of the tests is not there either.
    port = start_web(start, REDIS_URL="unix:///nonexistent/valkey.sock") if FULL else live_server.thread.port
    body = {"agenda": str(found.agenda.uid), "visit_reason": str(found.visit_reason.uid)}
    seconds = []
    for token, moment in zip(tokens, starts, strict=False):
        answer = Program(port, token).post(APPOINTMENTS, {**body, "start": moment})
        assert answer.status == CREATED, answer.body
        clients.write(act="booked", uid=answer.json["id"])
        seconds.append(answer.seconds)

    signed_in = Program(port).post(
        "/_allauth/app/v1/auth/login", {"email": "dort@prendsoin.example", "password": PASSWORD}
    )
    found_there = check_bookings(environment["DATABASE_URL"], clients.path)
    tell("D04", f"broker gone: {found_there}; booking p95 {quantiles(seconds, n=20)[18] * 1000:.0f} ms")
    assert (found_there.lost, found_there.doubled, found_there.overlapping) == ([], 0, 0)
    assert signed_in.status == 200, signed_in.body
    assert Program(port).ask("GET", "/pret").json["checks"]["redis"] == "down"


@pytest.fixture
def mortal(environment):
    """A PostgreSQL of this drill alone, as durable as production's, with a copy of what the test wrote."""
    cluster = Cluster(Layout.of(), f"drill-postgres-{os.getpid()}", DURABLE)
    cluster.start()
    yield cluster
    cluster.stop()
    for left in [*cluster.layout.state.glob(f"{cluster.name}-*"), cluster.sockets]:
        shutil.rmtree(left, ignore_errors=True)
    for left in (cluster.log, cluster.lock):
        left.unlink(missing_ok=True)


def copy_into(cluster):
    """The test's database, tables and rows, in the drill's own server; gives its DATABASE_URL."""
    cluster.new_database("drill")
    programs, here = postgres_binaries(cluster.layout), connection.settings_dict
    dumped = subprocess.run(
        [programs / "pg_dump", "-h", here["HOST"], "-p", str(here["PORT"] or 5432), "-U", here["USER"], here["NAME"]],
        check=True,
        capture_output=True,
    )
    address = ["-h", cluster.sockets, "-p", "5432", "-U", "app", "-d", "drill"]
    subprocess.run([programs / "psql", "-q", *address], input=dumped.stdout, check=True, capture_output=True)
    return cluster.url("drill")


def kill_again_and_again(cluster, chance, times, over):
    """Kills the whole server at random moments, and starts it again each time."""
    for _ in range(times):
        if over.wait(chance.uniform(0.5, 2.0)):
            return
        os.kill(cluster.start(), signal.SIGKILL)
        cluster.start()


def ask_until_granted(wishes, tokens, seed, *, share_lost, seconds):
    """Every person's wish, from several clients at once; whether each was granted."""
    ends_at = time.monotonic() + seconds

    def live(number):
        luck = random.Random(seed + number)
        return [wishes.grant(token, lambda: luck.random() < share_lost, ends_at) for token in tokens[number::CLIENTS]]

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [done for some in pool.map(live, range(CLIENTS)) for done in some]


def test_d07_database_killed_under_load_loses_and_doubles_nothing(
    start, environment, mortal, clients, seed, chance, tell
):
    """Clients try again until they are answered, and a part of the answers is lost."""
    found = offer()
    tokens, starts = accounts(sized(16, 600)), starts_of(found, sized(7, 70))
    database = copy_into(mortal)
    port = start_web(start, DATABASE_URL=database)
    wishes, over = Wishes(port, found, starts, clients, keys=True), threading.Event()
    kills = sized(1, 10)
    killer = threading.Thread(target=kill_again_and_again, args=(mortal, chance, kills, over))
    killer.start()
    granted = ask_until_granted(wishes, tokens, seed, share_lost=0.1, seconds=sized(60, 240))
    over.set()
    killer.join(60)

    there = check_bookings(database, clients.path)
    tell("D07", f"database killed {kills} times: {there}; {wishes.lost_answers} answers lost on the way, "
                f"longest time without a booking {wishes.slowest_gap:.1f} s")  # fmt: skip
    assert all(granted)
    assert (there.acknowledged, there.lost, there.doubled, there.overlapping) == (len(tokens), [], 0, 0)


def test_d07_control_without_keys_books_twice(environment, clients, tell, live_server):
    """Negative control: whoever asks again under a new key asks for another visit."""
    found = offer()
    tokens, starts = accounts(4), starts_of(found, 7)
    wishes = Wishes(live_server.thread.port, found, starts, clients, keys=False)
    # Each one's first answer is lost.
    lost = [iter([True]) for _ in tokens]
    ends_at = time.monotonic() + 60
    granted = [
        wishes.grant(token, lambda one=one: next(one, False), ends_at) for token, one in zip(tokens, lost, strict=True)
    ]

    there = check_bookings(environment["DATABASE_URL"], clients.path)
    tell("D07 control, no idempotency key", f"{wishes.lost_answers} answers lost on the way: {there}")
    assert all(granted)
    assert there.lost == []
    assert there.doubled == len(tokens)
