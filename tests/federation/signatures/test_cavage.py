"""What is accepted as signed by a peer, and the exact reason for everything that is not."""

from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.reasons import PeerError, Reason
from federation.signatures import cavage
from federation.signatures.message import collect
from tests.federation.signatures.requests import HOSTS, KEY_ID, NOW, by_hand, ed25519_pair, key_pair, made, recorded

HOUR = timedelta(hours=1)
CREATED = int(NOW.timestamp())
ALL = "(request-target) host date digest"


def reason_of(request, **options):
    """Give the reason for which a request is refused."""
    with pytest.raises(PeerError) as caught:
        request.verify(**options)
    return caught.value.reason


@pytest.mark.parametrize("name", ["http-mastodon-post-cavage", "http-gotosocial-get-query"])
def test_recorded_request_of_a_peer_is_accepted(name):
    """Real signatures of other servers verify, hs2019 and a query included."""
    request = recorded(name)

    assert request.verify() is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("http-body-changed", Reason.BAD_DIGEST),
        ("http-replayed-late", Reason.EXPIRED),
    ],
)
def test_recorded_request_is_refused_with_its_reason(name, reason):
    """A changed body and a late replay each have their own code."""
    assert reason_of(recorded(name)) == reason


def test_parse_names_the_key_before_any_key_is_known():
    """The key id comes out of the header alone, so that an unknown key can be fetched."""
    params = cavage.parse(recorded("http-mastodon-post-cavage").headers)

    assert params.key_id == "https://masto.example/users/okapi#main-key"
    assert params.covered == ("(request-target)", "host", "date", "digest", "content-type")


def test_signature_in_the_authorization_header_is_read():
    """The draft allows both headers."""
    request = made()

    moved = request.but(headers={"signature": None, "authorization": f"Signature {request.headers['signature']}"})

    assert moved.verify() is None


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer abc"}, {"signature": ""}])
def test_request_without_signature_is_unsigned(headers):
    """No signature is its own reason, whatever else is there."""
    with pytest.raises(PeerError) as caught:
        cavage.parse(headers)

    assert caught.value.reason == Reason.UNSIGNED


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        'signature="AA=="',
        'keyId="k"',
        'keyId="k",signature="!"',
        'keyId="k",keyId="other",signature="AA=="',
        'keyId="k",signature="AA==",headers="host host"',
        'keyId="k",signature="AA==" trailing',
        'keyId="k",signature="' + "A" * 5000 + '"',
        'keyId="k",signature="AA==",headers="' + " ".join(f"x{i}" for i in range(40)) + '"',
    ],
)
def test_header_that_cannot_be_read_is_a_bad_signature(text):
    """Garbage, missing or doubled parameters and endless lists are refused before anything is computed."""
    with pytest.raises(PeerError) as caught:
        cavage.parse({"signature": text})

    assert caught.value.reason == Reason.BAD_SIGNATURE


@pytest.mark.parametrize("algorithm", ["rsa-sha1", "hmac-sha256", "none", "ecdsa-sha256", "rsa-sha512"])
def test_strange_algorithm_is_unsupported(algorithm):
    """Only RSA with SHA-256, and what hs2019 stands for, are taken."""
    with pytest.raises(PeerError) as caught:
        cavage.parse({"signature": f'keyId="k",signature="AA==",algorithm="{algorithm}"'})

    assert caught.value.reason == Reason.UNSUPPORTED_ALGORITHM


def test_what_we_sign_verifies_and_covers_what_peers_ask_for():
    """Our own POST is accepted by our own rules, under the names that every server knows."""
    request = made()

    assert request.verify() is None
    assert (
        'algorithm="rsa-sha256",headers="(request-target) host date digest content-type"'
        in request.headers["signature"]
    )


def test_our_signed_get_covers_accept_and_the_query():
    """A fetch is signed with its query string and without a digest."""
    request = made("GET", "https://ward.example/users/asha/followers?page=2")

    assert request.verify() is None
    assert 'headers="(request-target) host date accept"' in request.headers["signature"]
    assert "digest" not in request.headers


def test_url_without_path_and_with_port_is_signed_as_it_is_sent():
    """The host carries its port and an empty path is a slash."""
    private, public = key_pair()

    headers = cavage.sign("GET", "http://127.0.0.1:8001", key_id=KEY_ID, private_pem=private, now=NOW)

    assert headers["host"] == "127.0.0.1:8001"
    cavage.verify("GET", "/", headers, b"", public_pem=public, now=NOW, hosts={"127.0.0.1:8001"})


def test_get_signed_without_its_query_is_accepted():
    """Old servers leave the query out of what they sign."""
    request = by_hand("(request-target) host date", method="GET", target="/users/asha")

    assert request.but(target="/users/asha?page=1").verify() is None


def test_changed_query_or_path_is_a_bad_signature():
    """A signature for one address is worth nothing at another."""
    assert reason_of(made("GET", "https://ward.example/a?page=1").but(target="/a?page=2")) == Reason.BAD_SIGNATURE
    assert reason_of(made().but(target="/users/asha/inbox")) == Reason.BAD_SIGNATURE
    assert reason_of(made().but(target="/inbox?x=1")) == Reason.BAD_SIGNATURE
    assert reason_of(made().but(method="PUT")) == Reason.BAD_SIGNATURE


@pytest.mark.parametrize(
    "covered",
    [
        "date",
        "host date digest",
        "(request-target) date digest",
        "(request-target) host digest",
        "(request-target) host date",
    ],
)
def test_post_that_leaves_something_uncovered_is_refused(covered):
    """Target, host, time and digest must all be under the signature."""
    assert reason_of(by_hand(covered)) == Reason.UNCOVERED_HEADER


def test_headers_of_a_request_become_one_mapping():
    """Names in lower case, harmless repetitions joined."""
    raw = [(b"Host", b"ward.example"), (b"Accept", b"a/b"), (b"accept", b" c/d ")]

    assert collect(raw) == {"host": "ward.example", "accept": "a/b, c/d"}


@pytest.mark.parametrize("name", [b"Host", b"date", b"DIGEST", b"Signature", b"authorization", b"content-type"])
def test_repeated_header_that_decides_is_refused(name):
    """Nobody may show one value to us and another to the server in front."""
    with pytest.raises(PeerError) as caught:
        collect([(name, b"one"), (name.lower(), b"two")])

    assert caught.value.reason == Reason.BAD_SIGNATURE


@given(st.one_of(st.text(max_size=200), st.from_regex(r'([a-zA-Z]+="[^"]*",?)*', fullmatch=True)))
def test_any_header_is_read_or_refused_with_a_reason(text):
    """Whatever a stranger writes, nothing but a refusal comes out."""
    headers = {"signature": text, "host": "ward.example"}

    with pytest.raises(PeerError):
        cavage.verify("POST", "/inbox", headers, b"{}", public_pem=key_pair()[1], now=NOW, hosts=HOSTS)


def test_request_signed_for_another_host_is_refused():
    """A message passed on unchanged from another server is not for us."""
    assert reason_of(made(url="https://victim.example/inbox")) == Reason.WRONG_HOST


def test_host_is_compared_without_case_and_default_port():
    """Spelling does not matter, the host does."""
    assert by_hand(ALL, host="Ward.Example:443").verify() is None


@pytest.mark.parametrize(
    ("later", "reason"),
    [(HOUR + timedelta(minutes=6), Reason.EXPIRED), (-HOUR - timedelta(minutes=1), Reason.NOT_YET_VALID)],
)
def test_date_outside_the_window_is_refused(later, reason):
    """Five minutes of life, an hour of skew either way."""
    assert reason_of(made().but(now=NOW + later)) == reason


def test_date_inside_the_window_is_accepted():
    """An hour of wrong clock is forgiven."""
    assert made().but(now=NOW + HOUR).verify() is None
    assert made().but(now=NOW - HOUR).verify() is None


def test_signed_expiry_extends_the_window_up_to_twelve_hours():
    """A peer may ask for more time, but not for ever."""
    request = by_hand(
        "(request-target) host (created) (expires) digest",
        parameters=f",created={CREATED},expires={CREATED + 10**6}",
    )

    assert request.but(now=NOW + 12 * HOUR).verify() is None
    assert reason_of(request.but(now=NOW + 13 * HOUR + timedelta(minutes=1))) == Reason.EXPIRED


def test_expiry_that_is_not_signed_changes_nothing():
    """Whoever replays a message could write any expiry into the header."""
    request = by_hand(
        "(request-target) host (created) digest", parameters=f",created={CREATED},expires={CREATED + 40000}"
    )

    assert reason_of(request.but(now=NOW + 3 * HOUR)) == Reason.EXPIRED


@pytest.mark.parametrize("parameters", ["", ',created="nan"', ',created="inf"', ',created="-1"', ',created="1e9"'])
def test_covered_created_without_a_plain_number_is_refused(parameters):
    """A time that never compares would never expire."""
    request = by_hand(ALL)
    text = f'keyId="k",algorithm="hs2019",headers="(request-target) host (created) digest"{parameters},signature="AA=="'

    assert reason_of(request.but(headers={"signature": text})) == Reason.BAD_SIGNATURE


def test_created_belongs_to_hs2019_alone():
    """An rsa-sha256 signature cannot cover (created)."""
    covered = "(request-target) host (created) digest"

    assert reason_of(by_hand(covered, algorithm="rsa-sha256", parameters=f",created={CREATED}")) == Reason.BAD_SIGNATURE


@pytest.mark.parametrize("date", ["yesterday", "Mon, 99 Feb 2026 12:00:00 GMT", "2026-02-16T12:00:00Z", ""])
def test_unreadable_date_is_refused(date):
    """A date that is none is not a time."""
    assert reason_of(by_hand(ALL, date=date)) == Reason.BAD_SIGNATURE


def _digest(body):
    return b64encode(sha256(body).digest()).decode()


GOOD, OTHER = _digest(b'{"type":"Like"}'), _digest(b"other")


@pytest.mark.parametrize("digest", [f"sha-256={GOOD}", f"SHA-512=AAAA, SHA-256={GOOD}", f"unixsum=1,Sha-256={GOOD}"])
def test_digest_may_be_a_list_in_any_case(digest):
    """Only the SHA-256 value counts, however it is spelt."""
    assert by_hand(ALL, digest=digest).verify() is None


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "SHA-256=",
        "MD5=1B2M2Y8AsgTpgAmY7PhCfg==",
        f"SHA-1={GOOD}",
        GOOD,
        f"SHA-256={OTHER}",
        f"SHA-256={OTHER},SHA-256={GOOD}",
    ],
)
def test_digest_that_does_not_prove_the_body_is_refused(digest):
    """Another algorithm, an empty value or two values of which one is right prove nothing."""
    assert reason_of(by_hand(ALL, digest=digest)) == Reason.BAD_DIGEST


def test_signed_header_that_is_missing_is_a_bad_signature():
    """What was signed must be there."""
    assert (
        reason_of(by_hand(f"{ALL} x-extra", **{"x-extra": "1"}).but(headers={"x-extra": None})) == Reason.BAD_SIGNATURE
    )


def test_hs2019_with_an_ed25519_key_is_accepted():
    """hs2019 leaves the algorithm to the key."""
    pair = ed25519_pair()

    assert by_hand(ALL, key=pair).verify() is None
    assert reason_of(by_hand(ALL, key=pair, algorithm="rsa-sha256")) == Reason.BAD_SIGNATURE


def test_signature_of_another_key_is_refused():
    """A well-formed request proves nothing without the right key."""
    request = made()

    assert reason_of(request.but(public_pem=ed25519_pair()[1])) == Reason.BAD_SIGNATURE
    assert reason_of(request.but(public_pem=recorded("http-mastodon-post-cavage").public_pem)) == Reason.BAD_SIGNATURE


def test_check_refuses_without_any_key():
    """A request that can never be right is refused before its key is looked for."""
    request = made().but(body=b"changed")

    with pytest.raises(PeerError) as caught:
        cavage.check(cavage.parse(request.headers), "POST", request.headers, request.body, now=NOW, hosts=HOSTS)

    assert caught.value.reason == Reason.BAD_DIGEST
