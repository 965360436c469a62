"""Whose request it is, as far as a header may be believed."""

import pytest
from django.test import RequestFactory, override_settings

from core.network import client_ip, network_of


def ip(peer="192.0.2.9", forwarded=None):
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    return client_ip(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        (0, None, "192.0.2.9"),
        (0, "6.6.6.6", "192.0.2.9"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "10.0.0.1", "192.0.2.9"),
        (1, "", "192.0.2.9"),
        (1, "not an address", "192.0.2.9"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, "::ffff:203.0.113.5", "203.0.113.5"),
        (1, " , ", "192.0.2.9"),
    ],
)
def test_the_client_is_what_our_own_proxy_saw(hops, forwarded, expected):
    with override_settings(TRUSTED_PROXY_COUNT=hops):
        assert ip(forwarded=forwarded) == expected


def test_a_local_socket_has_no_address():
    assert ip(peer="") == ""


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("", "")],
)
def test_network_of_keeps_the_neighbourhood_only(address, network):
    assert network_of(address) == network
