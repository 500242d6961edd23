from __future__ import annotations

import pytest

from surveys import networks


@pytest.mark.parametrize(
    ("forwarded", "proxies", "sender"),
    [
        ("", 0, "10.0.0.1"),
        ("203.0.113.9", 0, "10.0.0.1"),  # without a proxy of ours anybody may write it
        ("203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("203.0.113.9", 2, "10.0.0.1"),
        (" , ", 1, "10.0.0.1"),
    ],
)
def test_sender_is_whom_the_outermost_proxy_saw(forwarded: str, proxies: int, sender: str) -> None:
    assert networks.sender("10.0.0.1", forwarded, proxies=proxies) == sender


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("203.0.113.250", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("nonsense", "unknown"),
        ("", "unknown"),
        ("9" * 10_000, "unknown"),
    ],
)
def test_coarse_keeps_no_more_than_a_neighbourhood(address: str, network: str) -> None:
    assert networks.coarse(address) == network
