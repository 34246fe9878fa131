"""What is not signed for us, now, over everything that counts, is refused with 401 and has no effect whatever."""

import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import md5, sha1, sha256
from typing import Any

import httpx
import pytest

from federation.signatures.dates import format_date
from tests.node.federating.conftest import Ward, ward
from tests.security.forging import ALL, COMPONENTS, forged, forged_message, refused
from tests.support.peers import PUBLIC

__all__ = ["ward"]

PEER = "https://masto.example"


def rich(ward: Ward) -> dict[str, Any]:
    """Return a post that would tell asha, show a picture and ask for its parent, if it were believed."""
    return ward.okapi.create(
        "@asha look",
        to=[PUBLIC, ward.asha.account.uri],
        tag=[{"type": "Mention", "href": ward.asha.account.uri, "name": "@asha@ward.example"}],
        attachment=[{"type": "Image", "mediaType": "image/png", "url": f"{PEER}/1.png"}],
        inReplyTo="https://elsewhere.example/notes/1",
    )


async def test_a_request_of_the_forge_is_taken_when_nothing_is_wrong(ward: Ward) -> None:
    """So that the refusals below are for what they say."""
    plain, bare = ward.okapi.create("one"), ward.okapi.create("two")
    created = int(ward.network.clock.now().timestamp())
    more: dict[str, Any] = {
        "special": {"(created)": str(created)},
        "parameters": f",created={created}",
        "algorithm": "hs2019",
    }

    answers = [
        await ward.peer.client.send(forged(ward, ward.okapi, plain)),
        await ward.peer.client.send(
            forged(ward, ward.okapi, bare, covered=("(request-target)", "host", "(created)", "digest"), **more)
        ),
    ]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert await ward.holds(plain["object"]["id"])
    assert await ward.holds(bare["object"]["id"])


@pytest.mark.parametrize("path", ["/inbox", "/users/asha/inbox"])
async def test_S025_an_unsigned_request_is_refused(ward: Ward, path: str) -> None:
    """No signature of either kind, no effect."""
    request = forged(ward, ward.okapi, rich(ward), path=path)
    del request.headers["signature"]

    assert await refused(ward, request) == "unsigned"


@pytest.mark.parametrize("covered", [("date",), ("date", "digest"), ("host", "date", "digest"), ALL[:1] + ALL[2:]])
async def test_S026_a_signature_over_too_little_is_refused(ward: Ward, covered: tuple[str, ...]) -> None:
    """The target and the host must be signed, or it could have been signed for anything."""
    assert await refused(ward, forged(ward, ward.okapi, rich(ward), covered=covered)) == "uncovered-header"


async def test_S027_a_signature_that_leaves_the_digest_out_is_refused(ward: Ward) -> None:
    """The body could be anybody's."""
    assert await refused(ward, forged(ward, ward.okapi, rich(ward), covered=ALL[:3])) == "uncovered-header"


@pytest.mark.parametrize("change", [lambda b: b + b" ", lambda b: b.replace(b"look", b"l00k"), lambda b: b[:-1] + b"]"])
async def test_S028_a_changed_body_is_refused(ward: Ward, change: Any) -> None:
    """The digest is that of the bytes received, not of what they mean."""
    request = forged(ward, ward.okapi, rich(ward))
    changed = httpx.Request("POST", request.url, headers=request.headers, content=change(request.content))
    changed.headers["content-length"] = str(len(changed.content))

    assert await refused(ward, changed, 400, 401) in ("bad-digest", "malformed")


def digests(body: bytes) -> dict[str, str]:
    """Return digests that prove nothing, by what is wrong with them."""
    from base64 import b64encode as b64

    right = b64(sha256(body).digest()).decode()
    return {
        "md5": f"MD5={b64(md5(body).digest()).decode()}",
        "sha1": f"SHA={b64(sha1(body).digest()).decode()},SHA-1={b64(sha1(body).digest()).decode()}",
        "unknown": f"ROT-13={right}",
        "empty": "",
        "nothing": "SHA-256=",
        "one of two": f"SHA-256={right},SHA-256=AAAA",
        "other of two": f"SHA-256=AAAA,sha-256={right}",
        "hex": f"SHA-256={sha256(body).hexdigest()}",
    }


@pytest.mark.parametrize("wrong", digests(b""))
async def test_S029_a_digest_that_proves_nothing_is_refused(ward: Ward, wrong: str) -> None:
    """Although it is signed."""
    create = rich(ward)
    digest = digests(json.dumps(create).encode())[wrong]

    assert await refused(ward, forged(ward, ward.okapi, create, headers={"digest": digest})) == "bad-digest"


async def test_S030_a_request_for_another_host_is_refused(ward: Ward) -> None:
    """Passed on as it was, or with our host written over the one that was signed."""
    there = forged(ward, ward.okapi, rich(ward), headers={"host": "victim.example"})
    here = httpx.Request("POST", there.url, headers=there.headers, content=there.content)
    here.headers["host"] = "ward.example"

    assert await refused(ward, there, 401, 421) in ("wrong-host", "misdirected")
    assert await refused(ward, here) == "bad-signature"


@pytest.mark.parametrize("sent_to", ["/users/asha/inbox", "/inbox?a=b", "/actor/inbox", "/inbox?"])
async def test_S031_a_request_for_another_path_is_refused(ward: Ward, sent_to: str) -> None:
    """What was signed for one inbox counts at no other, nor with another query."""
    request = forged(ward, ward.okapi, rich(ward), path="/users/ben/inbox" if sent_to == "/inbox?" else "/inbox")
    moved = httpx.Request("POST", f"https://ward.example{sent_to}", headers=request.headers, content=request.content)

    assert await refused(ward, moved) == "bad-signature"


@pytest.mark.parametrize("left_out", COMPONENTS)
async def test_S032_a_message_signature_that_leaves_something_out_is_refused(ward: Ward, left_out: str) -> None:
    """Method, authority, path and digest of the content must all be under it."""
    covered = tuple(name for name in COMPONENTS if name != left_out)

    await refused(ward, forged_message(ward, ward.okapi, rich(ward), covered=covered))


async def test_S032_a_message_signature_without_its_label_is_refused(ward: Ward) -> None:
    """What Signature holds must be named by Signature-Input."""
    await refused(ward, forged_message(ward, ward.okapi, rich(ward), given_label="other"))


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "HMAC-SHA256", "none", "hs2019", "rsa-sha256"])
async def test_S033_a_mac_made_of_the_public_key_is_no_signature(ward: Ward, algorithm: str) -> None:
    """The kind of key decides how a signature is checked, not the request."""
    secret = ward.okapi.keys.public_pem.encode()

    def mac(base: bytes) -> bytes:
        return hmac.new(secret, base, sha256).digest()

    reason = await refused(ward, forged(ward, ward.okapi, rich(ward), algorithm=algorithm, sign=mac))

    assert reason in ("unsupported-algorithm", "bad-signature")


@pytest.mark.parametrize("signature", ["nonsense", 'keyId="x"', 'keyId="https://masto.example/users/okapi#main-key"'])
async def test_S039_a_bad_signature_has_no_effect_at_all(ward: Ward, signature: str) -> None:
    """No post, no follow, no word to anybody, no question for a parent or a picture."""
    for activity in (
        rich(ward),
        ward.okapi.follow(ward.asha.account.uri),
        ward.okapi.activity("Delete", ward.okapi.uri),
    ):
        request = forged(ward, ward.okapi, activity)
        other = httpx.Request("POST", request.url, headers=request.headers, content=request.content)
        other.headers["signature"] = signature
        await refused(ward, other)
        await refused(ward, forged(ward, ward.okapi, activity, sign=lambda _: b"0" * 256))

    assert await ward.node.count(ward.asha, "mention") == 0


async def test_S040_a_repeated_request_takes_effect_once(ward: Ward) -> None:
    """Within its window a copy is answered like the first and changes nothing."""
    request = forged(ward, ward.okapi, rich(ward))
    first = await ward.peer.client.send(request)
    await ward.network.settle()
    rows = len(await ward.node.home(ward.asha))

    answers = []
    for _ in range(10):
        copy = httpx.Request("POST", request.url, headers=request.headers, content=request.content)
        answers.append((await ward.peer.client.send(copy)).status_code)
        await ward.network.settle()

    assert (first.status_code, set(answers)) == (202, {202})
    assert len(await ward.node.home(ward.asha)) == rows
    assert await ward.node.count(ward.asha, "mention") == 1


async def test_S041_a_copy_that_comes_too_late_is_refused(ward: Ward) -> None:
    """Although it was accepted when it was new."""
    request = forged(ward, ward.okapi, ward.okapi.create())
    first = await ward.peer.client.send(request)
    await ward.network.settle()
    ward.network.clock.pass_time(hours=2)
    late = httpx.Request("POST", request.url, headers=request.headers, content=request.content)

    assert first.status_code == 202
    assert await refused(ward, late) == "expired"


@pytest.mark.parametrize(
    ("off", "status"),
    [
        (timedelta(minutes=5), 202),
        (timedelta(minutes=-5), 202),
        (timedelta(minutes=59), 202),
        (timedelta(hours=2), 401),
        (timedelta(hours=-13), 401),
        (timedelta(minutes=-70), 401),
    ],
)
async def test_S042_clocks_may_differ_a_little(ward: Ward, off: timedelta, status: int) -> None:
    """An hour either way, and five minutes on the way."""
    date = format_date(ward.network.clock.now() + off)

    answer = await ward.peer.client.send(forged(ward, ward.okapi, rich(ward), headers={"date": date}))

    assert answer.status_code == status


def times(now: int) -> dict[str, Mapping[str, str]]:
    """Return what a signature may say of its time, by what is wrong with it."""
    return {
        "ahead": {"created": str(now + 7200)},
        "expired": {"created": str(now - 7200), "expires": str(now - 3700)},
        "long ago": {"created": str(now - 14 * 3600), "expires": str(now + 10**6)},
        "negative": {"created": "-1"},
        "no number": {"created": "nan"},
        "infinite": {"created": "1e400"},
        "a word": {"created": "now"},
        "missing": {},
    }


@pytest.mark.parametrize("wrong", times(0))
async def test_S043_a_time_that_cannot_be_is_refused(ward: Ward, wrong: str) -> None:
    """Ahead, past, negative, or no number."""
    said = times(int(ward.network.clock.now().timestamp()))[wrong]
    covered = ["(request-target)", "host", "digest", "(created)"] + (["(expires)"] if "expires" in said else [])
    special = {f"({name})": value for name, value in ({"created": ""} | dict(said)).items()}
    plain = {n: v for n, v in said.items() if v.isdigit()}
    parameters = "".join(f",{n}={v}" if n in plain else f',{n}="{v}"' for n, v in said.items())

    request = forged(
        ward,
        ward.okapi,
        rich(ward),
        covered=tuple(covered),
        algorithm="hs2019",
        special=special,
        parameters=parameters,
    )

    assert await refused(ward, request) in ("not-yet-valid", "expired", "bad-signature")
