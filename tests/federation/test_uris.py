"""Addresses: which may be used, which share an origin, and how people write handles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation import uris
from federation.reasons import PeerError, Reason
from federation.uris import Handle


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://Ward.Example/users/Asha", "ward.example"),
        ("https://ward.example:443/a", "ward.example"),
        ("https://ward.example:8443/a", "ward.example:8443"),
        ("http://127.0.0.1:9001/a", "127.0.0.1:9001"),
        ("http://[::1]:9001/a", "[::1]:9001"),
        ("https://Bücher.example/a", "xn--bcher-kva.example"),
        ("https://XN--BCHER-KVA.example/a", "xn--bcher-kva.example"),
        ("https://straße.example/a", "xn--strae-oqa.example"),
    ],
)
def test_host_of_folds_case_and_unicode_and_keeps_an_unusual_port(uri: str, expected: str) -> None:
    """Hosts are compared as lower-cased IDNA 2008 A-labels."""
    assert uris.host_of(uri) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("https://a.example/x", "https://A.example/y#z", True),
        ("https://a.example/x", "https://a.example:443/y", True),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example:444/x", False),
        ("https://a.example/x", "https://b.a.example/x", False),
        ("tag:a.example,2026:x", "tag:a.example,2026:x", False),
        ("", "", False),
        (None, "https://a.example/x", False),
    ],
)
def test_same_origin_means_scheme_host_and_port(one: str | None, other: str | None, expected: bool) -> None:
    """An address without a host belongs to no origin, not even its own."""
    assert uris.is_same_origin(one, other) is expected


@pytest.mark.parametrize(
    "uri",
    [
        "http://ward.example/a",
        "http://127.0.0.1/a",
        "ftp://ward.example/a",
        "javascript:alert(1)",
        "https:///a",
        "https://asha:secret@ward.example/a",
        "https://asha@ward.example/a",
        "https://ward.example\\@evil.example/a",
        "https://ward.exa\nmple/a",
        " https://ward.example/a",
        "https://ward.example:0/a",
        "https://ward.example:99999/a",
        "https://127.1/a",
        "https://0x7f.1/a",
        "https://2130706433/a",
        "https://ward..example/a",
        "https://-ward.example/a",
        "https://[::1/a",
        "https://ward.example/" + "a" * 2048,
        "https://xn--zz--zz.example/",
        None,
        7,
    ],
)
def test_check_refuses_an_address_that_is_not_safe(uri: object) -> None:
    """Only well formed https addresses without credentials pass."""
    with pytest.raises(PeerError) as refusal:
        uris.check(uri)

    assert refusal.value.reason == Reason.INSECURE_ADDRESS


@pytest.mark.parametrize("host", ["127.0.0.1:9001", "127.8.8.8", "localhost:9001", "[::1]:9001"])
def test_check_accepts_http_for_loopback_hosts_when_the_setting_allows_it(host: str) -> None:
    """One setting relaxes https for exactly the loopback hosts."""
    uri = f"http://{host}/users/asha"

    assert uris.check(uri, loopback_http=True) == uri
    assert not uris.is_usable(uri)
    assert not uris.is_usable("http://ward.example/users/asha", loopback_http=True)
    assert not uris.is_usable("http://localhost.example/users/asha", loopback_http=True)


def test_check_gives_the_address_back_byte_for_byte() -> None:
    """An id that holds another address is not normalised."""
    uri = "https://bsky.bridge.example/convert/ap/at://did:plc:abc/app.bsky.feed.post/3kxyz#bridgy-fed-create"

    assert uris.check(uri) == uri


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@asha@Ward.example", Handle("asha", "ward.example")),
        ("acct:asha@ward.example", Handle("asha", "ward.example")),
        ("ACCT:asha@ward.example", Handle("asha", "ward.example")),
        ("asha@127.0.0.1:9001", Handle("asha", "127.0.0.1:9001")),
        ("@wren.birds.example@bsky.bridge.example", Handle("wren.birds.example", "bsky.bridge.example")),
        ("asha@bücher.example", Handle("asha", "xn--bcher-kva.example")),
        ("@asha", Handle("asha")),
        ("asha@ward.example/evil", None),
        ("asha@b@ward.example", None),
        ("a b@ward.example", None),
        ("@", None),
        ("", None),
    ],
)
def test_parse_handle_reads_what_people_write(text: str, expected: Handle | None) -> None:
    """The host of a handle is folded, its port kept."""
    assert uris.parse_handle(text) == expected


@given(st.text(max_size=60))
def test_check_never_fails_in_another_way(text: str) -> None:
    """Whatever the text, the answer is yes or a PeerError."""
    uris.is_usable(f"https://{text}")
    uris.is_usable(text, loopback_http=True)
    uris.parse_handle(text)
    uris.is_same_origin(text, f"https://{text}")
