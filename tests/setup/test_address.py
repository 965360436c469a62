"""Where the demo is served, and what it says when it cannot be."""

import socket

import pytest

from script.demo_address import Address, DemoFailed


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    for name in ("HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)


def test_address_is_localhost_8000_unless_told(monkeypatch):
    assert Address.from_environment() == Address("localhost", 8000)
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "8080")
    assert Address.from_environment() == Address("0.0.0.0", 8080)


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "8000.0"])
def test_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(DemoFailed, match="PORT must be a number from 1 to 65535"):
        Address.from_environment()


@pytest.mark.parametrize(
    ("host", "url", "bound"),
    [
        ("localhost", "http://localhost:8000", "127.0.0.1"),
        ("127.0.0.1", "http://127.0.0.1:8000", "127.0.0.1"),
        ("::1", "http://[::1]:8000", "::1"),
        ("0.0.0.0", "http://localhost:8000", "0.0.0.0"),
        ("::", "http://localhost:8000", "::"),
    ],
)
def test_address_is_shown_as_people_type_it(host, url, bound):
    address = Address(host, 8000)
    assert (address.url, address.bound) == (url, bound)


def test_port_in_use_is_told_with_another_one():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DemoFailed, match=f"PORT={port + 1} make demo"):
            Address("localhost", port).check_free()


def test_port_left_free_is_accepted():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    Address("localhost", port).check_free()
