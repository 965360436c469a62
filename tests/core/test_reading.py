"""Reading the directory is counted by address; nobody is refused while the counter is away."""

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from core import reading
from core.exceptions import DomainError

HOME = "192.0.2.7"


@pytest.fixture
def counter(monkeypatch, settings):
    settings.READS_PER_ADDRESS_AND_MINUTE, settings.READS_PER_NETWORK_AND_MINUTE = 3, 5
    cache = LocMemCache("reading", {})
    cache.clear()
    monkeypatch.setattr(reading, "caches", {"hot": cache})
    return cache


def read(times, address=HOME):
    for _ in range(times):
        reading.count_read(address)


def test_an_address_reads_up_to_its_limit(counter):
    read(3)
    with pytest.raises(DomainError) as refused:
        read(1)
    assert (refused.value.code, refused.value.status) == ("too_many_requests", 429)
    assert 1 <= refused.value.retry_after <= 60


def test_neighbours_share_the_limit_of_their_network(counter):
    read(3)
    read(2, "192.0.2.8")
    with pytest.raises(DomainError):
        read(1, "192.0.2.9")
    read(1, "198.51.100.1")


def test_a_visitor_beyond_the_limit_gets_429_on_page_and_api(counter, client, db):
    for path in ("/recherche/", "/api/v1/practitioners"):
        counter.clear()
        assert [client.get(path, REMOTE_ADDR=HOME).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert int(client.get("/api/v1/practitioners", REMOTE_ADDR=HOME)["Retry-After"]) <= 60


def test_nobody_is_refused_while_redis_is_away(settings):
    settings.READS_PER_ADDRESS_AND_MINUTE = 1
    assert caches["hot"].incr("reads") == 0
    read(5)
