"""Reading from a replica: when, by whom, and what is never read there. Two real servers are in `tests/concurrency`."""

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from config.settings import _replica
from core import clock, recent_writes, replica
from core.access import access
from core.crypto import EncryptedTextField
from core.middleware import WritesMiddleware
from core.replica_watch import EVERY, REST, State, Watch

LAG = 5
DECLARED = {
    "directory",
    *(f"booking:{name}" for name in ("search", "practitioner", "suggestions", "places", "sitemap", "sitemap_part")),
    *(f"booking_api:{name}" for name in ("specialties", "places", "practitioners", "practitioner", "availabilities")),
}


class Servers:
    """A primary and its standby, as positions in their journal, and the clock they are looked at by."""

    def __init__(self):
        self.now, self.written, self.replayed = 1000.0, 100, 100
        self.cluster, self.looks, self.down = 7, 0, False
        self.watch = Watch(lambda: LAG, primary=self.primary, standby=self.standby, clock=lambda: self.now)

    def primary(self):
        self.looks += 1
        return 7, self.written

    def standby(self):
        if self.down:
            raise OperationalError("connection refused")
        return self.cluster, self.replayed

    def after(self, seconds):
        self.now += seconds
        return self.watch.state()


def views(patterns=None, prefix=""):
    """Every address as (name, callback)."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns, prefix + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            yield prefix + (entry.name or ""), entry.callback


def reads_replica(callback):
    handlers = [getattr(getattr(callback, "cls", None), method, None) for method in ("get", "post", "delete")]
    return any(getattr(one, "reads_replica", False) for one in (callback, *handlers))


def test_pages_that_read_the_replica_are_these_and_public():
    found = {name: callback for name, callback in views() if reads_replica(callback)}

    assert set(found) == DECLARED
    assert all(access.spec_of(callback, name).public for name, callback in found.items())


def test_rows_read_there_say_nothing_of_a_patient_or_an_account():
    for label in _replica.REPLICA_MODELS:
        model = apps.get_model(label)
        assert model._meta.app_label in {"practitioners", "booking"}
        assert not [field for field in model._meta.get_fields() if isinstance(field, EncryptedTextField)]
        for name in ("patient", "record", "user_email"):
            with pytest.raises(FieldDoesNotExist):
                model._meta.get_field(name)


def test_a_replica_that_keeps_up_is_read_and_looked_at_once_a_second():
    servers = Servers()

    assert [servers.after(0), servers.after(EVERY / 2)] == [State.OK, State.OK]
    assert servers.looks == 1
    assert servers.after(EVERY) is State.OK
    assert servers.looks == 2


def test_a_replica_that_stands_still_is_read_until_the_limit_and_not_beyond():
    servers = Servers()
    servers.after(0)
    servers.written = 200
    seen = [servers.after(1) for _ in range(9)]

    # What stood at second 1 has not come by second 7: some of what is shown would be more than five seconds old.
    assert seen == [State.OK] * 5 + [State.LATE] * 4
    servers.replayed = 200
    assert servers.after(1) is State.OK


def test_a_quiet_primary_does_not_make_its_replica_late():
    servers = Servers()

    assert {servers.after(60) for _ in range(5)} == {State.OK}


def test_a_replica_behind_when_first_seen_is_not_read_before_it_is_known_how_far():
    servers = Servers()
    servers.written, servers.replayed = 200, 150

    assert servers.after(0) is State.LATE
    servers.written, servers.replayed = 300, 250
    assert servers.after(1) is State.OK


def test_a_server_that_is_not_our_standby_is_not_read():
    promoted, other = Servers(), Servers()
    promoted.replayed, other.cluster = None, 8

    assert (promoted.after(0), other.after(0)) == (State.FOREIGN, State.FOREIGN)


def test_a_replica_that_cannot_be_reached_is_left_alone_for_some_seconds():
    servers = Servers()
    servers.down = True
    assert [servers.after(0), servers.after(1)] == [State.DOWN, State.DOWN]
    assert servers.looks == 1
    servers.down = False
    assert servers.after(REST) is State.OK
    servers.watch.rest(OperationalError())
    assert (servers.after(1), servers.after(REST)) == (State.DOWN, State.OK)


def test_a_thread_does_not_wait_for_another_that_looks():
    servers = Servers()
    servers.after(0)
    servers.watch._looking.acquire()

    assert (servers.after(1.5 * EVERY), servers.after(EVERY)) == (State.OK, State.LATE)
    assert servers.looks == 1


def test_who_writes_is_marked_and_reads_from_the_primary_for_longer_than_the_lag(monkeypatch):
    requests = RequestFactory()
    written = WritesMiddleware(lambda request: HttpResponse(status=422))(requests.post("/"))
    mark = written.cookies[recent_writes.cookie_name()]
    read = requests.get("/")
    read.COOKIES[mark.key] = mark.value

    assert (mark["httponly"], mark["samesite"]) == (True, "Lax")
    assert mark["max-age"] == _replica.REPLICA_OWN_WRITES >= _replica.REPLICA_MAX_LAG + 2 * EVERY
    assert recent_writes.wrote_lately(read)
    later = clock.now().timestamp() + _replica.REPLICA_OWN_WRITES + 2
    monkeypatch.setattr(clock, "now", lambda: clock.datetime.fromtimestamp(later, clock.UTC))
    assert not recent_writes.wrote_lately(read)


@pytest.mark.parametrize("forged", ["", "1790000000", "1790000000:xxxx", ":"])
def test_a_forged_mark_is_no_mark(forged):
    request = RequestFactory().get("/")
    request.COOKIES[recent_writes.cookie_name()] = forged

    assert not recent_writes.wrote_lately(request)


def test_reading_a_page_marks_nobody_and_a_token_reads_from_the_primary():
    requests = RequestFactory()

    assert not WritesMiddleware(lambda request: HttpResponse())(requests.get("/")).cookies
    assert recent_writes.wrote_lately(requests.get("/", headers={"X-Session-Token": "x"}))


def test_without_an_address_there_is_no_replica(settings):
    assert not replica.is_configured()
    assert not settings.DATABASE_ROUTERS
    assert replica.reading() is connections[DEFAULT_DB_ALIAS]


def test_the_replica_is_asked_as_the_primary_is_with_less_patience():
    primary = {
        "ENGINE": "e",
        "NAME": "site",
        "HOST": "one",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"max_size": 10, "timeout": 5}},
    }

    made = _replica.replica_of(primary, {"ENGINE": "other", "NAME": "site", "HOST": "two"})

    assert (made["HOST"], made["ENGINE"], made["CONN_MAX_AGE"]) == ("two", "e", 0)
    assert made["OPTIONS"]["pool"] == {"max_size": 10, "timeout": 1, "min_size": 0}
    assert made["OPTIONS"]["connect_timeout"] == 2
    assert primary["OPTIONS"] == {"pool": {"max_size": 10, "timeout": 5}}
