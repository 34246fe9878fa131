"""Whom moderators keep out stays out, by every way in and every way round."""

import json
from collections.abc import Callable

import httpx
import pytest

from federation.reasons import PeerError
from node.services import policing
from node.social.policy import Level, fold
from node.store import accounts
from node.store.domains import Domain
from node.store.lines import Page
from node.store.timelines import Feed, public
from tests.node.federating.conftest import Ward
from tests.support.network import Network, Station
from tests.support.peers import PUBLIC


@pytest.fixture(params=["open", "allowlist"])
async def ward(request: pytest.FixtureRequest, network: Network) -> Ward:
    """Return a node in either mode where asha follows okapi at masto.example, who is listed."""
    node = await network.node("ward.example", federation_mode=request.param)
    await decide(node, "masto.example", "allow")
    made = Ward(
        network,
        node,
        await node.user("asha"),
        network.peer("masto.example"),
        network.peer("masto.example").actor("okapi"),
    )
    await node.follow(made.asha, made.okapi.handle)
    await network.settle()
    await made.takes(made.okapi.activity("Accept", made.peer.got("Follow")[0]))
    return made


async def decide(node: Station, host: str, level: Level) -> None:
    """Take a decision as the command line does."""
    await node.db.write(policing.decide, Domain(host, level), by="moderator")


@pytest.mark.parametrize(
    ("decided", "host"),
    [
        ("evil.test", "sub.evil.test"),
        ("evil.test", "evil.test"),
        ("EVIL.test.", "evil.test"),
        ("b\u00fccher.test", "xn--bcher-kva.test"),
        ("xn--bcher-kva.test", "a.xn--bcher-kva.test"),
    ],
)
@pytest.mark.parametrize("spelling", [str, str.upper, lambda host: f"{host}."], ids=["plain", "upper", "dot"])
async def test_S090_a_block_holds_for_every_spelling_and_everything_under_it(
    ward: Ward, decided: str, host: str, spelling: Callable[[str], str]
) -> None:
    """Whether the peer writes its host in capitals, with the dot of the root, or as a name under it."""
    mallory = ward.network.peer(host).actor("mallory", key=1)
    spelt = f"https://{spelling(host)}/users/mallory"
    forged = json.loads(json.dumps(mallory.create()).replace(mallory.uri, spelt))
    mallory.key_id = f"{spelt}#main-key"
    await decide(ward.node, fold(decided), "suspend")
    asked = len(ward.network.wire.sent)

    answer = await mallory.sends(ward.node, forged)
    await ward.network.settle()

    assert (answer.status_code, answer.json()["reason"]) == (403, "blocked")
    assert asked + 1 == len(ward.network.wire.sent)
    assert await ward.node.held(forged["object"]["id"]) is None


async def _cut_off(ward: Ward, whole_host: bool) -> None:
    if whole_host:
        await decide(ward.node, "evil.test", "suspend")
        return
    mallory = await ward.node.find("@mallory@evil.test")
    await ward.node.db.write(accounts.change, mallory, is_suspended=True)


@pytest.mark.parametrize("whole_host", [True, False], ids=["host", "account"])
@pytest.mark.parametrize("way", ["relay", "itself", "announce", "embedded", "fetch", "known"])
async def test_S092_a_post_of_a_suspended_actor_is_neither_stored_nor_shown(
    ward: Ward, way: str, whole_host: bool
) -> None:
    """Through a relay, from itself, a boost by a third server, inside that boost, by a direct fetch, or held from before."""
    peer = ward.network.peer("evil.test")
    mallory = peer.actor("mallory", key=1)
    note = peer.publish(mallory.note())
    await decide(ward.node, "evil.test", "allow")
    if way == "known":
        await ward.node.follow(ward.asha, mallory.handle)
        await ward.network.settle()
        await ward.takes(mallory.activity("Accept", peer.got("Follow")[0]), by=mallory)
        await ward.takes(mallory.activity("Create", note), by=mallory)
        assert await ward.node.held(note["id"]) is not None
    else:
        await ward.node.find(mallory.handle)
    await _cut_off(ward, whole_host)
    asked = ward.network.wire.asked("evil.test")

    if way == "relay":
        await ward.takes(mallory.activity("Create", note))
    elif way == "itself":
        await ward.takes(mallory.activity("Create", note), by=mallory)
    elif way == "fetch":
        await ward.takes(ward.okapi.create("Look", inReplyTo=note["id"]))
    else:
        await ward.takes(ward.okapi.activity("Announce", note if way == "embedded" else note["id"], to=[PUBLIC]))

    if way != "known":
        assert await ward.node.held(note["id"]) is None
    assert await ward.node.shown(ward.asha, note["id"]) is None
    for lines in (await ward.node.home(ward.asha), await ward.node.db.read(public, ward.asha.id, Page(), Feed())):
        assert [line for line in lines if note["id"] in line.json] == []
    assert not whole_host or asked == ward.network.wire.asked("evil.test")


@pytest.mark.parametrize("mode", ["allowlist", "off"])
async def test_S094_an_unlisted_host_is_refused_before_any_key_is_fetched(network: Network, mode: str) -> None:
    """403 with a reason, no outgoing connection, and it is counted."""
    node = await network.node("ward.example", federation_mode=mode)
    await node.user("asha")
    stranger = network.peer("stranger.example").actor("okapi", key=1)
    asked = len(network.wire.sent)

    answer = await stranger.sends(node, stranger.follow("https://ward.example/users/asha"))
    await network.settle()

    assert (answer.status_code, answer.json()["reason"]) == (403, "not-allowed")
    assert asked + 1 == len(network.wire.sent)
    assert node.world.node.inbox_tally["refused", "not-allowed"] == 1
    assert await node.db.read(accounts.by_uri, stranger.uri) is None


async def test_S094_a_listed_host_federates_as_ever(network: Network) -> None:
    """The list lets in whom it names."""
    node = await network.node("ward.example", federation_mode="allowlist")
    asha = await node.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    await decide(node, "masto.example", "allow")

    answer = await okapi.sends(node, okapi.follow("https://ward.example/users/asha"))
    await network.settle()

    assert answer.status_code == 202
    found = await node.db.read(accounts.by_id, asha.id)
    assert found is not None
    assert found.followers_count == 1
    assert len(network.peer("masto.example").got("Accept")) == 1


async def test_S094_no_code_path_reaches_an_unlisted_host(network: Network) -> None:
    """Not a lookup, not an address, and not a redirect of somebody who is listed."""
    node = await network.node("ward.example", federation_mode="allowlist")
    await decide(node, "masto.example", "allow")
    stranger = network.peer("stranger.example").actor("okapi", key=1)

    async def redirect(request: httpx.Request, _send: object) -> httpx.Response:
        return httpx.Response(302, headers={"location": stranger.uri}, request=request)

    network.wire.hooks["masto.example"] = redirect
    asks = (
        node.fetcher.activity("https://masto.example/users/okapi"),
        node.fetcher.activity(stranger.uri),
        node.fetcher.json("https://stranger.example/.well-known/webfinger", accept="application/json"),
        node.fetcher.blob("https://stranger.example/a.png", max_bytes=1000),
    )
    reasons = []
    for ask in asks:
        with pytest.raises(PeerError) as caught:
            await ask
        reasons.append(caught.value.reason.value)

    assert reasons == ["not-allowed"] * 4
    assert network.wire.asked("stranger.example") == 0


async def test_metrics_tell_a_program_on_this_machine_alone(ward: Ward) -> None:
    """Counts by verdict and reason, and nothing for those outside."""
    await decide(ward.node, "masto.example", "suspend")
    await ward.okapi.sends(ward.node, ward.okapi.create())
    app = ward.node.world.app

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=("127.0.0.1", 1)), base_url="https://ward.example"
    ) as client:
        inside = await client.get("/metrics")
        forwarded = await client.get("/metrics", headers={"x-forwarded-for": "192.0.2.1"})
    outside = await ward.node.world.anybody.get("/metrics")

    assert 'rounds_inbox_total{verdict="refused",reason="blocked"} 1' in inside.text
    assert (forwarded.status_code, outside.status_code) == (404, 404)
