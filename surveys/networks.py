"""Where a request comes from: no more of it than tells one house or firm from the next. Pure."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

UNKNOWN = "unknown"


def sender(remote: str, forwarded: str, *, proxies: int) -> str:
    """The address that the outermost of `proxies` trusted proxies saw.

    Each proxy adds to the end of X-Forwarded-For whom it was asked by; what stands before came from outside, where
    anybody writes what they like. Without a proxy the header is nobody's word.
    """
    seen = [address.strip() for address in forwarded.split(",") if address.strip()]
    return seen[-proxies] if 0 < proxies <= len(seen) else remote


def coarse(address: str) -> str:
    """The network of an address: /24 of the fourth version, /48 of the sixth. Never raises."""
    try:
        known = ip_address(address.strip())
    except ValueError:
        return UNKNOWN
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is None:
            return str(ip_network((int(known), 48), strict=False))
        known = known.ipv4_mapped
    return str(ip_network((int(known), 24), strict=False))
