"""What is accepted as a message signature of RFC 9421, and the exact reason for everything that is not."""

from base64 import b64encode
from datetime import timedelta
from hashlib import md5, sha256, sha512

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hypothesis import given
from hypothesis import strategies as st

from federation.reasons import PeerError, Reason
from federation.signatures import http, rfc9421
from federation.signatures.keys import private_key
from federation.signatures.rfc9421 import Wanted, wanted_by
from tests.federation.signatures.requests import HOSTS, KEY_ID, NOW, ed25519_pair, key_pair, message, recorded

HOUR = timedelta(hours=1)
CREATED = int(NOW.timestamp())
BODY = b'{"type":"Like"}'
MINIMUM = ("@method", "@target-uri", "content-digest")


def reason_of(request, **options):
    """Give the reason for which a request is refused."""
    with pytest.raises(PeerError) as caught:
        request.verify(**options)
    return caught.value.reason


@pytest.mark.parametrize("name", ["http-mastodon-post-rfc9421", "http-fedify-post-rfc9421"])
def test_recorded_request_of_a_peer_is_accepted(name):
    """Real signatures of other servers verify, with and without a named algorithm."""
    assert recorded(name).verify() is None


def test_parse_names_the_key_before_any_key_is_known():
    """The key id comes out of the headers alone."""
    params = http.parse(recorded("http-mastodon-post-rfc9421").headers)

    assert (params.form, params.key_id) == ("rfc9421", "https://masto.example/users/okapi#main-key")
    assert params.covered == MINIMUM


@pytest.mark.parametrize("key", [key_pair, ed25519_pair])
def test_what_we_sign_verifies_and_covers_the_minimum(key):
    """Method, address and digest; no algorithm is named, because the key has one."""
    request = message(key=key())

    assert request.verify() is None
    assert request.headers["signature-input"] == (
        f'sig1=("@method" "@target-uri" "content-digest");created={CREATED};keyid="{KEY_ID}"'
    )


def test_our_signed_get_covers_method_and_address():
    """A fetch has no digest; its query is part of the address."""
    request = message(method="GET", url="https://ward.example/users/asha/followers?page=2")

    assert request.verify() is None
    assert reason_of(request.but(target="/users/asha/followers?page=3")) == Reason.BAD_SIGNATURE
    assert "content-digest" not in request.headers


@pytest.mark.parametrize(
    "covered",
    [
        ("@method", "@authority", "@path", "content-digest"),
        ("@method", "@authority", "@request-target", "content-digest"),
        ("@method", "@target-uri", "@scheme", "@query", "host", "content-type", "content-digest"),
    ],
)
@pytest.mark.parametrize("label", ["sig1", "b", "*x.y-z_1"])
def test_other_components_and_labels_are_accepted(covered, label):
    """What is covered may say the same in other words, under any name."""
    assert message(covered=covered, label=label).verify() is None


@pytest.mark.parametrize(
    "covered",
    [
        ("@target-uri", "content-digest"),
        ("@method", "content-digest"),
        ("@method", "@path", "content-digest"),
        ("@method", "@authority", "content-digest"),
        ("@method", "@target-uri"),
        (),
    ],
)
def test_S032_signature_that_leaves_something_uncovered_is_refused(covered):
    """Method, address and digest must all be under the signature."""
    assert reason_of(message(covered=covered)) == Reason.UNCOVERED_HEADER


def test_S032_path_without_its_query_does_not_cover_the_address():
    """What is asked for must not be changed behind the question mark."""
    covered = ("@method", "@authority", "@path", "content-digest")

    assert reason_of(message(url="https://ward.example/inbox?x=1", covered=covered)) == Reason.UNCOVERED_HEADER
    assert message(url="https://ward.example/inbox?x=1", covered=(*covered, "@query")).verify() is None


@pytest.mark.parametrize("headers", [{"signature-input": "other=()"}, {"signature": "other=:AAAA:"}])
def test_S032_signature_whose_label_is_missing_is_refused(headers):
    """A signature and its description belong together."""
    assert reason_of(message().but(headers=headers)) == Reason.BAD_SIGNATURE


def test_a_second_signature_is_refused():
    """Nobody may choose which of two counts."""
    request = message()
    both = {
        name: f"{request.headers[name]}, {request.headers[name].replace('sig1', 'sig2')}"
        for name in ("signature", "signature-input")
    }

    assert reason_of(request.but(headers=both)) == Reason.BAD_SIGNATURE


@pytest.mark.parametrize(
    "component",
    ['"@status"', '"@query-param";name="x"', '"host";sf', '"host";req', '"@method"', '"Host"', "token", "1"],
)
def test_component_that_is_not_understood_is_refused(component):
    """Leaving one out would change what was signed."""
    text = f'sig1=("@method" "@target-uri" "content-digest" {component});created={CREATED};keyid="{KEY_ID}"'

    assert reason_of(message().but(headers={"signature-input": text})) == Reason.BAD_SIGNATURE


def test_signed_header_that_is_missing_is_refused():
    """What was signed must be there."""
    request = message(covered=(*MINIMUM, "content-type"))

    assert reason_of(request.but(headers={"content-type": None})) == Reason.BAD_SIGNATURE


@pytest.mark.parametrize(
    "parameters",
    [
        f";created={CREATED}",
        f';keyid="{KEY_ID}"',
        f";created={CREATED};keyid=token",
        f';created={CREATED};keyid=""',
        f';created={CREATED};keyid="{KEY_ID}";keyid="other"',
        f';created={CREATED};keyid="{KEY_ID}";alg=1',
        f';created={CREATED};keyid="{KEY_ID}";expires=?1',
    ],
)
def test_parameters_that_are_missing_or_wrong_are_refused(parameters):
    """Both the key and the time must be there, once, and of their kind."""
    text = f'sig1=("@method" "@target-uri" "content-digest"){parameters}'

    assert reason_of(message().but(headers={"signature-input": text})) == Reason.BAD_SIGNATURE


@pytest.mark.parametrize("created", ['"1771243205"', "-1", "1771243205.5", "?1", "now", ":MQ==:", "@1771243205"])
def test_S043_created_that_is_no_whole_number_is_refused(created):
    """A time that never compares would never expire."""
    text = f'sig1=("@method" "@target-uri" "content-digest");created={created};keyid="{KEY_ID}"'

    assert reason_of(message().but(headers={"signature-input": text})) == Reason.BAD_SIGNATURE


@pytest.mark.parametrize(
    ("now", "parameters", "reason"),
    [
        (NOW - HOUR - timedelta(minutes=1), {}, Reason.NOT_YET_VALID),
        (NOW + HOUR + timedelta(minutes=6), {}, Reason.EXPIRED),
        (NOW, {"expires": CREATED - 3601}, Reason.EXPIRED),
        (NOW + 14 * HOUR, {"expires": CREATED + 10**6}, Reason.EXPIRED),
    ],
)
def test_S043_time_outside_the_window_is_refused(now, parameters, reason):
    """The window is that of the older form."""
    assert reason_of(message(more=parameters).but(now=now)) == reason


def test_time_inside_the_window_is_accepted():
    """An hour of wrong clock is forgiven, and a peer may ask for up to twelve."""
    assert message().but(now=NOW + HOUR).verify() is None
    assert message().but(now=NOW - HOUR).verify() is None
    assert message(more={"expires": CREATED + 10**6}).but(now=NOW + 12 * HOUR).verify() is None


@pytest.mark.parametrize("alg", ["hmac-sha256", "none", "ecdsa-p256-sha256", "rsa-sha256"])
def test_S033_algorithm_of_no_key_is_refused(alg):
    """A shared secret is no key, and the public key is no secret."""
    request = message(more={"alg": alg})
    mac = hmac.HMAC(request.public_pem.encode(), hashes.SHA256())
    mac.update(b"whatever")

    forged = request.but(headers={"signature": f"sig1=:{b64encode(mac.finalize()).decode()}:"})

    assert reason_of(request) == Reason.UNSUPPORTED_ALGORITHM
    assert reason_of(forged) == Reason.UNSUPPORTED_ALGORITHM


def test_S033_named_algorithm_must_be_that_of_the_key():
    """The key decides; a name that disagrees is a refusal."""
    assert message(more={"alg": "rsa-v1_5-sha256"}).verify() is None
    assert message(more={"alg": "ed25519"}, key=ed25519_pair()).verify() is None
    assert reason_of(message(more={"alg": "ed25519"})) == Reason.BAD_SIGNATURE
    assert reason_of(message(more={"alg": "rsa-v1_5-sha256"}, key=ed25519_pair())) == Reason.BAD_SIGNATURE
    assert reason_of(message(more={"alg": "rsa-pss-sha512"})) == Reason.BAD_SIGNATURE


def test_rsa_pss_is_verified():
    """Some sign so; we do not."""
    key = private_key(key_pair()[0])
    assert isinstance(key, RSAPrivateKey)
    request = message(
        more={"alg": "rsa-pss-sha512"},
        signer=lambda base: key.sign(base, PSS(MGF1(hashes.SHA512()), 64), hashes.SHA512()),
    )

    assert request.verify() is None


def _sf(name, value):
    return f"{name}=:{b64encode(value).decode()}:"


GOOD = _sf("sha-256", sha256(BODY).digest())
GOOD_512 = _sf("sha-512", sha512(BODY).digest())


@pytest.mark.parametrize("digest", [GOOD, GOOD_512, f"{GOOD}, {GOOD_512}", f"unixsum=1, {GOOD}", f"{GOOD};x=1"])
def test_digest_may_have_company(digest):
    """One that we can compute is enough; whatever we cannot is passed over."""
    assert message(digest=digest).verify() is None


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "sha-256=::",
        "sha-256",
        "sha-256=1",
        f"sha-256={b64encode(sha256(BODY).digest()).decode()}",
        _sf("md5", md5(BODY, usedforsecurity=False).digest()),
        _sf("sha-256", sha256(b"other").digest()),
        f"{_sf('sha-256', sha256(b'other').digest())}, {GOOD}",
        f"{GOOD}, {_sf('sha-512', sha512(b'other').digest())}",
    ],
)
def test_S029_digest_that_does_not_prove_the_body_is_refused(digest):
    """Another algorithm, an empty value, two values of which one is right, one right beside one wrong."""
    assert reason_of(message(digest=digest)) == Reason.BAD_DIGEST


def test_changed_request_is_refused():
    """Body, address, method and host are all held to what was signed."""
    assert reason_of(message().but(body=b"changed")) == Reason.BAD_DIGEST
    assert reason_of(message().but(target="/users/asha/inbox")) == Reason.BAD_SIGNATURE
    assert reason_of(message().but(method="PUT")) == Reason.BAD_SIGNATURE
    assert reason_of(message(url="https://victim.example/inbox")) == Reason.WRONG_HOST
    assert reason_of(message(url="https://victim.example/inbox").but(headers={"host": "ward.example"})) == (
        Reason.BAD_SIGNATURE
    )


def test_signature_of_another_key_is_refused():
    """A well-formed request proves nothing without the right key."""
    assert reason_of(message().but(public_pem=ed25519_pair()[1])) == Reason.BAD_SIGNATURE


def test_plain_http_on_one_machine_is_signed_with_its_scheme():
    """The address is covered with its scheme and port."""
    private, public = key_pair()

    headers = rfc9421.sign("GET", "http://127.0.0.1:8001/x", key_id=KEY_ID, private_pem=private, now=NOW)

    rfc9421.verify("GET", "/x", headers, b"", public_pem=public, now=NOW, hosts={"127.0.0.1:8001"}, scheme="http")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_headers_are_read_or_refused_with_a_reason(described, signature):
    """Whatever a stranger writes, nothing but a refusal comes out."""
    headers = {"signature-input": described, "signature": signature, "host": "ward.example"}

    with pytest.raises(PeerError):
        http.verify("POST", "/inbox", headers, b"{}", public_pem=key_pair()[1], now=NOW, hosts=HOSTS)


def test_endless_headers_are_refused():
    """Neither a long header nor a long list is worked through."""
    many = " ".join(f'"x{i}"' for i in range(40))

    assert reason_of(message().but(headers={"signature-input": "a" * 5000})) == Reason.BAD_SIGNATURE
    assert reason_of(message().but(headers={"signature-input": f'sig1=({many});created=1;keyid="k"'})) == (
        Reason.BAD_SIGNATURE
    )


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ('sig1=("@method" "@authority");created', Wanted(("@method", "@authority"))),
        ('a=("x-strange"), b=("content-type");nonce="n";tag="t"', Wanted(("content-type",), "n", "t")),
        (f'sig1=();keyid="{KEY_ID}"', Wanted()),
        ('sig1=("x-strange")', None),
        ('sig1=("@query-param";name="x")', None),
        ('sig1=();keyid="https://peer.example/other"', None),
        ('sig1=();alg="ecdsa-p256-sha256"', None),
        (f'sig1=();nonce="{"n" * 300}"', None),
        ("sig1", None),
        ("nonsense(", None),
    ],
)
def test_wish_of_a_peer_is_granted_when_we_can(asked, wanted):
    """What we cannot give, and keys that are not ours, are not promised."""
    assert wanted_by(asked, key_id=KEY_ID, has_body=True) == wanted


def test_wish_is_added_to_the_minimum():
    """A peer may ask for more, never for less."""
    private, public = key_pair()

    headers = rfc9421.sign(
        "POST",
        "https://ward.example/inbox",
        BODY,
        key_id=KEY_ID,
        private_pem=private,
        now=NOW,
        wanted=Wanted(("content-type", "@method"), "n", "t"),
    )

    assert headers["signature-input"] == (
        f'sig1=("@method" "@target-uri" "content-digest" "content-type");created={CREATED};keyid="{KEY_ID}";'
        'nonce="n";tag="t"'
    )
    rfc9421.verify("POST", "/inbox", headers, BODY, public_pem=public, now=NOW, hosts=HOSTS)
