"""The hot cache: as good as empty while Redis is away, and quick about it."""

from time import monotonic

import pytest
from django.core.cache import caches

from core.hot_cache import FailOpenRedisCache


@pytest.fixture(autouse=True)
def awake(monkeypatch):
    monkeypatch.setattr(FailOpenRedisCache, "_resting_until", 0.0)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda cache: cache.get("k"), None),
        (lambda cache: cache.get("k", 7), 7),
        (lambda cache: cache.set("k", 1, 60), None),
        (lambda cache: cache.add("k", 1), False),
        (lambda cache: cache.delete("k"), False),
        (lambda cache: cache.touch("k"), False),
        (lambda cache: cache.get_many(["a", "b"]), {}),
        (lambda cache: cache.set_many({"a": 1}), ["a"]),
        (lambda cache: cache.delete_many(["a"]), None),
        (lambda cache: cache.has_key("k"), False),
        (lambda cache: cache.incr("k"), 0),
        (lambda cache: cache.clear(), None),
        (lambda cache: cache.get_or_set("k", lambda: 9), 9),
        (lambda cache: "k" in cache, False),
    ],
)
def test_every_call_answers_without_redis(call, expected):
    assert call(caches["hot"]) == expected


def test_absent_redis_is_asked_once_then_left_alone(monkeypatch):
    asked = []

    def refuse(*args, **kwargs):
        asked.append(args)
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient.get", refuse)
    started = monotonic()

    for _ in range(100):
        assert caches["hot"].get("k") is None

    assert len(asked) == 1
    assert monotonic() - started < 1
