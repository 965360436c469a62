"""The embedded Redis-compatible server is one per checkout and keeps what it holds."""

import os
import signal

import pytest
import redis

from script.servers import processes


def connect(valkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url)


def test_valkey_running_already_is_joined(valkey):
    assert valkey.start() == valkey.start()


def test_valkey_killed_restarts_with_what_it_held(valkey):
    first = valkey.start()
    with connect(valkey) as client:
        client.set("kept", "1")
        client.config_set("appendfsync", "always")
        client.set("kept", "2")
    os.kill(first, signal.SIGKILL)
    assert processes.wait_until_gone(first, 10)
    assert valkey.start() != first
    with connect(valkey) as client:
        assert client.get("kept") == b"2"


def test_valkey_stopped_leaves_no_process(valkey):
    pid = valkey.start()
    valkey.stop()
    assert not processes.is_alive(pid)
    with pytest.raises(redis.ConnectionError), connect(valkey) as client:
        client.ping()
