"""A delivery is signed when it is sent, ends in time, and never raises for what a peer does."""

import asyncio

import httpx
import pytest

from federation.reasons import Reason
from federation.signatures import cavage
from node.gateways.deliver import HttpDeliverer
from node.gateways.guard import ForbiddenAddress
from node.ports import SigningKey
from tests.node.gateways.doubles import NOW, StillClock, Web, key_pair, signing_key

INBOX = "https://peer.example/inbox"


@pytest.fixture
def deliver():
    """Give a function that posts to servers in memory."""
    made = []

    async def post(web, inbox=INBOX, body=b'{"type":"Create"}', **options):
        deliverer = HttpDeliverer(web.client(), StillClock(), **options)
        made.append(deliverer)
        return await deliverer.post(inbox, body, signing_key())

    yield post
    for deliverer in made:
        deliverer.close()


async def test_body_arrives_as_it_is_and_verifies(deliver):
    """The receiver can check the signature against the very bytes."""
    web = Web({INBOX: httpx.Response(202)})

    answer = await deliver(web)

    request = web.requests[0]
    assert (answer.status, answer.error) == (202, None)
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/activity+json"
    assert request.content == b'{"type":"Create"}'
    cavage.verify(
        "POST",
        "/inbox",
        dict(request.headers),
        request.content,
        public_pem=key_pair()[1],
        now=NOW,
        hosts={"peer.example"},
    )


async def test_many_at_once_are_each_signed_for_their_own_address():
    """Signing together does not mix anything up."""
    inboxes = [f"https://h{i}.example/inbox?n={i}" for i in range(40)]
    web = Web({inbox: httpx.Response(202) for inbox in inboxes})
    deliverer = HttpDeliverer(web.client(), StillClock())

    answers = await asyncio.gather(*(deliverer.post(inbox, inbox.encode(), signing_key()) for inbox in inboxes))
    deliverer.close()

    assert [answer.status for answer in answers] == [202] * 40
    for request in web.requests:
        cavage.verify(
            "POST",
            request.url.raw_path.decode(),
            dict(request.headers),
            str(request.url).encode(),
            public_pem=key_pair()[1],
            now=NOW,
            hosts={request.url.host},
        )


async def test_answer_keeps_what_the_schedule_needs(deliver):
    """The status and Retry-After, under a lower-case name."""
    web = Web({INBOX: httpx.Response(429, headers={"Retry-After": "120", "X-Other": "1"})})

    answer = await deliver(web)

    assert (answer.status, dict(answer.headers)) == (429, {"retry-after": "120"})


async def test_redirect_is_an_answer_and_not_followed(deliver):
    """A POST goes where it was signed for or nowhere."""
    web = Web({INBOX: httpx.Response(308, headers={"location": "https://evil.example/inbox"})})

    assert (await deliver(web)).status == 308
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (httpx.ConnectError("refused"), Reason.UNREACHABLE),
        (httpx.ReadError("cut"), Reason.UNREACHABLE),
        (OSError("net"), Reason.UNREACHABLE),
        (ForbiddenAddress("inside"), Reason.FORBIDDEN_ADDRESS),
    ],
)
async def test_failure_is_a_value_that_begins_with_its_reason(deliver, error, reason):
    """The queue and the admin read it; nothing is raised."""
    answer = await deliver(Web({INBOX: error}))

    assert answer.status == 0
    assert answer.error.partition(":")[0] == reason


@pytest.mark.parametrize(
    "inbox", ["http://peer.example/inbox", "https://a:b@peer.example/", "no address", "https://peer.example:0/"]
)
async def test_address_that_may_not_be_used_is_never_asked(deliver, inbox):
    """Checked again at sending, whatever was stored."""
    web = Web()

    answer = await deliver(web, inbox)

    assert answer.error.startswith(Reason.INSECURE_ADDRESS)
    assert web.requests == []


async def test_silent_peer_ends_at_the_deadline(deliver):
    """A peer that accepts and never answers costs ten seconds, not more."""

    async def never(request):
        await asyncio.Event().wait()

    answer = await deliver(Web({INBOX: never}), total_timeout_s=0.01)

    assert (answer.status, answer.error) == (0, "unreachable: no answer in time")


async def test_long_answer_is_not_read_to_its_end(deliver):
    """Nobody can keep us reading."""
    sent = []

    async def endless():
        for number in range(100):
            sent.append(number)
            yield b"x" * 1024

    answer = await deliver(Web({INBOX: httpx.Response(200, content=endless())}))

    assert answer.status == 200
    assert len(sent) == 5


async def test_key_of_ours_that_is_broken_is_our_fault():
    """A bug of ours is raised and does not look like the peer's."""
    deliverer = HttpDeliverer(Web().client(), StillClock())

    with pytest.raises(ValueError, match=r".+"):
        await deliverer.post(INBOX, b"{}", SigningKey("https://ward.example/actor#main-key", "no key"))

    deliverer.close()
