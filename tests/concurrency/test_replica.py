"""Two real servers: public pages come from the standby, and whatever happens to it costs a visitor nothing."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.enums import OCCUPYING
from booking.models import Appointment, Listing
from booking.search.refresh import refresh_listings
from booking.selectors.offers import find_offers
from config.settings import _replica
from core import replica
from core.replica_watch import REST, State
from script.servers.binaries import postgres_binaries
from script.servers.layout import Layout
from script.servers.postgres import THROWAWAY, Cluster
from script.servers.standby import PRIMARY_SETTINGS, Standby, discard
from tests.committing import forget_rows
from tests.concurrency.conftest import free_starts
from tests.factories import BookableAgendaFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

PARIS = ZoneInfo("Europe/Paris")
SETTINGS = (*THROWAWAY, *PRIMARY_SETTINGS, "synchronous_commit=local", "shared_buffers=32MB")
SITE = "site"


@dataclass
class Pair:
    primary: Cluster
    standby: Standby

    def pause(self) -> None:
        self._tell("SELECT pg_wal_replay_pause()")

    def resume(self) -> None:
        self._tell("SELECT pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Returns when the standby has all that was committed."""
        with self.primary.connect(SITE) as one, self.standby.connect(SITE) as other:
            (written,) = one.execute("SELECT pg_current_wal_lsn()::text").fetchone()
            deadline = time.monotonic() + 20
            while not other.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [written]).fetchone()[0]:
                assert time.monotonic() < deadline, "the standby does not follow"
                time.sleep(0.005)

    def _tell(self, statement: str) -> None:
        with self.standby.connect(SITE) as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def pair(django_db_setup) -> Iterator[Pair]:
    """A primary with the tables of the tests' database, and a standby made from it; both are gone at the end."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        layout = Layout.of(Path(folder))
        layout.create()
        primary = Cluster(layout, "pair", SETTINGS)
        pair = Pair(primary, Standby(layout, "pair-copy", SETTINGS, primary=primary))
        try:
            primary.start()
            primary.ensure_database(SITE)
            copy_tables(primary)
            pair.standby.start()
            yield pair
        finally:
            pair.standby.discard()
            discard(primary)


def copy_tables(primary: Cluster) -> None:
    """What the tests' database holds between two tests: every table, and the rows that say which models there are."""
    made = connections.settings[DEFAULT_DB_ALIAS]
    programs = postgres_binaries(Layout.of())
    asked = [
        programs / "pg_dump",
        "-h",
        made["HOST"],
        "-p",
        str(made["PORT"]),
        "-U",
        made["USER"],
        "--no-owner",
        made["NAME"],
    ]
    dump = subprocess.run(asked, check=True, capture_output=True, env={"PGPASSWORD": made["PASSWORD"]}).stdout
    given = [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", primary.sockets, "-U", "app", SITE]
    subprocess.run(given, input=dump, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture
def watch(monkeypatch) -> Iterator["Hand"]:
    """The watch on the replica, with a clock that the test moves."""
    hand = Hand()
    monkeypatch.setattr(replica.watch, "_clock", lambda: hand.now)
    replica.watch.forget()
    yield hand
    replica.watch.forget()


class Hand:
    now = 1000.0

    def move(self, seconds: float) -> State:
        self.now += seconds
        return replica.watch.state()


@pytest.fixture
def site(transactional_db, pair, watch, settings, django_db_blocker) -> Iterator[Pair]:
    """The site over both servers, the standby up to date and known to be."""
    pair.standby.start()
    before = connections.settings[DEFAULT_DB_ALIAS]
    settings.DATABASE_ROUTERS = _replica.REPLICA_ROUTERS
    settings.MIDDLEWARE = [*_replica.REPLICA_MIDDLEWARE, *settings.MIDDLEWARE]
    # Django refuses a database that it did not know when the test began.
    with django_db_blocker.unblock():
        yield from over_both(pair, before)


def over_both(pair: Pair, before: dict) -> Iterator[Pair]:
    """Points Django to both servers for the block, and leaves them empty and in step."""
    databases = connections.settings
    use(DEFAULT_DB_ALIAS, {**before, "HOST": str(pair.primary.sockets), "USER": "app", "NAME": SITE})
    use("replica", _replica.replica_of(databases[DEFAULT_DB_ALIAS], {"HOST": str(pair.standby.sockets)}))
    try:
        yield pair
    finally:
        pair.standby.start()
        pair.resume()
        forget_rows()
        use("replica", None)
        use(DEFAULT_DB_ALIAS, before)


def use(alias: str, database: dict | None) -> None:
    """Point Django to a server; None forgets it."""
    if alias in connections.settings:
        connections[alias].close()
        del connections[alias]
    if database is None:
        del connections.settings[alias]
    else:
        connections.settings[alias] = database


@pytest.fixture
def offer(site):
    """An agenda open to everybody, and its listing, on both servers."""
    agenda = BookableAgendaFactory(repeat_limit_days=0, upcoming_limit=1000)
    refresh_listings([agenda.practitioner_id])
    site.catch_up()
    assert replica.watch.state() is State.OK
    return find_offers(agenda.reasons.get().visit_reason.uid, [agenda.uid])[0]


class Visitor:
    """Somebody with a browser: what they are shown of an offer, and the slots they keep and book."""

    def __init__(self, offer, *, user=None):
        self.offer, self.client = offer, Client()
        if user is not None:
            self.client.force_login(user)

    def sees(self, start) -> bool:
        body = {"visit_reason": self.offer.visit_reason.uid, "agendas": self.offer.agenda.uid, "days": 7}
        shown = self.client.get("/api/v1/availabilities", {**body, "start_date": start.date()})
        assert shown.status_code == 200
        return start.astimezone(PARIS).isoformat() in shown.content.decode()

    def post(self, path, **more):
        slot = {"agenda": str(self.offer.agenda.uid), "visit_reason": str(self.offer.visit_reason.uid)}
        body = {**slot, **more}
        key = {"Idempotency-Key": str(uuid4())}
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=key)


def addresses(offer):
    """Every page that may be read from the replica, as visitors ask for it."""
    person, place = offer.agenda.practitioner, offer.agenda.location.place
    reason = offer.visit_reason.uid
    return [
        reverse("booking:search") + f"?specialite={person.specialty.slug}&lieu={place.insee}",
        reverse("booking:search") + f"?q={person.last_name[:4]}",
        reverse("booking:practitioner", args=[person.slug]),
        reverse("booking:suggestions") + f"?q={person.last_name[:3]}",
        reverse("booking:places") + f"?q={place.name[:3]}",
        reverse("booking:sitemap"),
        f"/api/v1/availabilities?visit_reason={reason}&agendas={offer.agenda.uid}&days=7",
        f"/api/v1/practitioners?specialty={person.specialty.slug}",
        f"/api/v1/practitioners/{person.slug}",
        f"/api/v1/places?q={place.name[:3]}",
        "/api/v1/specialties",
    ]


def test_public_pages_read_their_rows_from_the_replica_alone(offer, client):
    tables = [label.replace(".", "_").lower() for label in _replica.REPLICA_MODELS] + ["booking_appointment"]
    for address in addresses(offer):
        with (
            CaptureQueriesContext(connections["replica"]) as there,
            CaptureQueriesContext(connections["default"]) as here,
        ):
            answer = client.get(address)

        assert answer.status_code == 200, address
        assert len(there) > 0, address
        ours = [
            query["sql"] for query in here if any(f"{table} " in query["sql"].replace('"', " ") for table in tables)
        ]
        assert ours == [], address
        known = ("practitioners_", "booking_", "pg_")
        assert all(any(word in query["sql"] for word in known) for query in there), [query["sql"] for query in there]
        assert not [query for query in there if "accounts_" in query["sql"] or "patients_" in query["sql"]], address


def test_everything_but_a_declared_page_and_every_write_stays_with_the_primary(offer):
    visitor = Visitor(offer)
    (start, *_) = free_starts(offer)
    with CaptureQueriesContext(connections["replica"]) as there:
        visitor.client.get("/")
        visitor.client.get(reverse("practitioners:listing", args=[offer.agenda.practitioner.slug]))
        assert visitor.post("holds", start=start.isoformat()).status_code == 201
        visitor.client.get("/pret")

    assert [query["sql"] for query in there if "pg_last_wal_replay_lsn" not in query["sql"]] == []


def test_inside_a_transaction_a_declared_page_reads_what_the_transaction_wrote(offer):
    @replica.from_replica
    def page(request):
        outside = replica.reading_alias()
        with transaction.atomic():
            Listing.objects.filter(agenda=offer.agenda).update(sector="zz")
            inside = Listing.objects.get(agenda=offer.agenda).sector
            transaction.set_rollback(True)
        return outside, inside, Listing.objects.db

    assert page(RequestFactory().get("/")) == ("replica", "zz", "replica")
    assert page(RequestFactory().post("/"))[::2] == ("default", "default")


def test_who_frees_a_slot_sees_it_free_while_the_replica_stands_still(site, offer):
    mine, other = Visitor(offer), Visitor(offer)
    (start, *_) = free_starts(offer)
    held = mine.post("holds", start=start.isoformat()).json()
    site.catch_up()
    assert not other.sees(start)
    site.pause()

    mine.client.delete(f"/api/v1/holds/{held['id']}")

    assert mine.sees(start)
    assert not other.sees(start)
    site.resume()
    site.catch_up()
    assert other.sees(start)


def test_a_slot_taken_behind_a_stale_page_is_refused_and_never_booked_twice(site, offer):
    people = [UserFactory(), UserFactory()]
    for user in people:
        PatientFactory(user=user)
    site.catch_up()
    first, second = (Visitor(offer, user=user) for user in people)
    (start, *_) = free_starts(offer)
    site.pause()

    assert first.post("appointments", start=start.isoformat()).status_code == 201
    assert second.sees(start)
    refused = [second.post(path, start=start.isoformat()) for path in ("holds", "appointments")]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "slot_taken")] * 2
    assert not second.sees(start)
    assert Appointment.objects.filter(status__in=OCCUPYING, start_at=start).count() == 1


def test_a_replica_that_falls_behind_is_left_and_taken_up_again(site, offer, watch):
    visitor = Visitor(offer)
    (start, *_) = free_starts(offer)
    assert watch.move(1) is State.OK
    site.pause()
    Visitor(offer).post("holds", start=start.isoformat())
    assert visitor.sees(start)

    states = [watch.move(2) for _ in range(4)]

    assert states[0] is State.OK
    assert states[-1] is State.LATE
    assert not visitor.sees(start)
    assert visitor.client.get("/pret").json()["checks"]["replica"] == "late"
    site.resume()
    site.catch_up()
    assert watch.move(2) is State.OK


def test_a_replica_that_dies_on_the_way_costs_a_visitor_nothing(site, offer, watch):
    visitor = Visitor(offer)
    before = [visitor.client.get(address).status_code for address in addresses(offer)]
    assert replica.watch.state() is State.OK
    site.standby.discard()

    # The verdict is still good: the first page finds out by itself, in the middle of its statements.
    after = [visitor.client.get(address).status_code for address in addresses(offer)]

    assert before == after == [200] * len(after)
    assert replica.watch.state() is State.DOWN
    site.standby.start()
    site.catch_up()
    assert watch.move(REST + 1) is State.OK
    with CaptureQueriesContext(connections["replica"]) as there:
        visitor.client.get(addresses(offer)[0])
    assert len(there) > 0
