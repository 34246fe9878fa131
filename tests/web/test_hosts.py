"""Where a request comes from: only trusted proxies are believed."""

from ipaddress import ip_network
from typing import Any

import pytest

from node.values import LOOPBACK
from web.hosts import client_address

TRUSTED = (*LOOPBACK, ip_network("10.0.0.0/8"))


def scope(client: str | None, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"client": (client, 1) if client else None, "headers": headers}


@pytest.mark.parametrize(
    ("client", "forwarded", "expected"),
    [
        ("192.0.2.7", (), "192.0.2.7"),
        ("192.0.2.7", ("203.0.113.9",), "192.0.2.7"),
        ("127.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("127.0.0.1", ("6.6.6.6, 203.0.113.9",), "203.0.113.9"),
        ("127.0.0.1", ("6.6.6.6, 203.0.113.9, 10.1.1.1",), "203.0.113.9"),
        ("127.0.0.1", ("6.6.6.6", "203.0.113.9"), "203.0.113.9"),
        ("127.0.0.1", ("not an address",), "127.0.0.1"),
        ("127.0.0.1", (), "127.0.0.1"),
        ("::ffff:127.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("127.0.0.1", (",".join(["10.0.0.1"] * 5000),), "10.0.0.1"),
        ("127.0.0.1", ("203.0.113.9:51544",), "203.0.113.9"),
        ("127.0.0.1", ("[2001:db8::7]:443",), "2001:db8::7"),
        ("127.0.0.1", ("2001:db8::7",), "2001:db8::7"),
        ("127.0.0.1", ('"203.0.113.9"',), "203.0.113.9"),
        ("127.0.0.1", ("203.0.113.9, 10.0.0.2:80",), "203.0.113.9"),
        ("127.0.0.1", ("",), "127.0.0.1"),
        (None, ("203.0.113.9",), ""),
    ],
)
async def test_nearest_address_that_is_no_proxy_counts(
    client: str | None, forwarded: tuple[str, ...], expected: str
) -> None:
    """What a client writes into the header itself is to the left and not looked at."""
    assert client_address(scope(client, *forwarded), TRUSTED) == expected
