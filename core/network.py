"""Where a request comes from, as far as it can be trusted."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """The address of the client: the n-th entry from the right of X-Forwarded-For, n being TRUSTED_PROXY_COUNT.

    What stands further left was written by the client and is never believed. With no trusted proxy, or a header too short
    to have passed them all, the peer's own address. Empty when the peer is a local socket.
    """
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    hops = settings.TRUSTED_PROXY_COUNT
    if hops < 1:
        return peer
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if len(forwarded) < hops:
        return peer
    return _address(forwarded[-hops]) or peer


def network_of(address: str) -> str:
    """The /24 or /48 the address belongs to: enough to see abuse, too little to point at a home. Empty stays empty."""
    if not address:
        return ""
    prefix = 24 if ip_address(address).version == 4 else 48
    return str(ip_network(f"{address}/{prefix}", strict=False))


def _address(text: str) -> str:
    """The canonical address, an IPv4 one when it is mapped into IPv6; empty when the text is not an address."""
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
