"""Who may read a document of ours: those who sign and are not kept out, and nobody else."""

import asyncio
from dataclasses import dataclass

import httpx
import pytest

from federation.signatures.message import ACTIVITY_JSON
from node.services import admitting, policing
from node.store import accounts, keys, pauses
from node.store.domains import Domain
from node.store.statuses import Status
from tests.support.network import Network, Station
from tests.support.peers import PeerActor
from tests.support.world import Person

ACTIVITY = {"accept": ACTIVITY_JSON}


@dataclass(frozen=True)
class Library:
    """A node with asha's posts, and okapi of a peer, who reads."""

    network: Network
    node: Station
    asha: Person
    okapi: PeerActor
    post: Status
    private: Status

    async def unsigned(self, path: str, **headers: str) -> httpx.Response:
        """Read without a signature."""
        return await self.node.world.anybody.get(path, headers=ACTIVITY | headers)

    @property
    def closed(self) -> list[str]:
        """Every address that is for those who sign."""
        place = f"/users/asha/statuses/{self.post.id}"
        lists = [f"/users/asha/{name}" for name in ("outbox", "followers", "following", "collections/featured")]
        pages = ["/users/asha/outbox?page=true", "/users/asha/followers?page=true", "/users/asha/following?page=true"]
        notes = [place, f"{place}/activity", f"{place}/replies", f"/@asha/{self.post.id}", f"/contexts/{self.post.id}"]
        return [*lists, *pages, *notes]


@pytest.fixture
async def library(network: Network) -> Library:
    """Return a node in secure mode."""
    node = await network.node("ward.example")
    asha = await node.user("asha")
    okapi = network.peer("masto.example").actor("okapi", key=1)
    post, private = await node.post(asha, "Open"), await node.post(asha, "For followers", visibility="private")
    return Library(network, node, asha, okapi, post, private)


async def suspend(node: Station, host: str) -> None:
    """Suspend a host as the command line does."""
    await node.db.write(policing.decide, Domain(host, "suspend"), by="moderator")


async def test_S085_without_a_signature_nothing_is_read_but_keys(library: Library) -> None:
    """401 on every address, except the actor that signs our fetches and what is needed to verify the others."""
    refused = [await library.unsigned(path) for path in library.closed]
    server = await library.unsigned("/actor")
    minimal = [await library.unsigned(path) for path in ("/users/asha", "/@asha")]

    assert [(path, 401) for path in library.closed] == [
        (path, answer.status_code) for path, answer in zip(library.closed, refused, strict=True)
    ]
    assert {answer.json()["code"] for answer in refused} == {"unsigned"}
    assert (server.status_code, server.json()["type"]) == (200, "Application")
    for answer in minimal:
        found = answer.json()
        assert found.keys() <= {
            "@context", "id", "type", "preferredUsername", "inbox", "publicKey", "assertionMethod"
        }  # fmt: skip
        assert found["publicKey"]["owner"] == library.asha.account.uri


async def test_S085_what_names_us_stays_open(library: Library) -> None:
    """WebFinger, host-meta and NodeInfo, the pages for people."""
    client = library.node.world.anybody
    open_to_all = [
        await client.get("/.well-known/webfinger?resource=acct:asha@ward.example"),
        await client.get("/.well-known/host-meta"),
        await client.get("/.well-known/nodeinfo"),
        await client.get("/@asha", headers={"accept": "text/html"}),
        await client.get(f"/@asha/{library.post.id}", headers={"accept": "text/html"}),
    ]

    assert [answer.status_code for answer in open_to_all] == [200] * 5


async def test_S085_every_route_for_peers_has_the_rule(library: Library) -> None:
    """A new address is closed until somebody opens it on purpose."""
    from web import activitypub
    from web.reading import Reads

    free = {
        row.path
        for row in activitypub.routes
        if row.method == "GET" and row.serves != "html" and not isinstance(row.access, Reads)
    }
    lenient = {row.path for row in activitypub.routes if isinstance(row.access, Reads) and row.access != Reads()}

    assert free == {"/.well-known/webfinger", "/.well-known/host-meta", "/.well-known/host-meta.json"}
    assert lenient == {"/actor", "/users/{name}", "/@{name}"}


async def test_S085_whoever_signs_reads_everything_open(library: Library) -> None:
    """Its key is fetched while it waits, once."""
    answers = [await library.okapi.reads(library.node, path) for path in [*library.closed, "/users/asha", "/actor"]]

    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert answers[-2].json()["outbox"] == f"{library.asha.account.uri}/outbox"
    assert library.network.wire.asked("masto.example", "/users") == 1


async def test_S085_with_open_fetch_all_is_read_without_a_signature(network: Network) -> None:
    """An administrator may choose so; a wrong signature is then no worse than none."""
    node = await network.node("ward.example", secure_fetch=False)
    await node.user("asha")
    okapi = network.peer("masto.example").actor("okapi", key=1)

    plain = await node.world.anybody.get("/users/asha", headers=ACTIVITY)
    wrong = await okapi.reads(node, "/users/asha/outbox", signature='keyId="x",headers="date",signature="aGk="')

    assert "outbox" in plain.json()
    assert wrong.status_code == 200


@pytest.mark.parametrize("is_secure", [True, False])
async def test_S086_a_post_for_followers_is_read_by_servers_of_followers_alone(
    network: Network, *, is_secure: bool
) -> None:
    """404 for every other signer, as if there were none."""
    node = await network.node("ward.example", secure_fetch=is_secure)
    asha = await node.user("asha")
    follower = network.peer("masto.example").actor("okapi", key=1)
    stranger = network.peer("masto.example.evil.test").actor("mallory", key=2)
    await follower.sends(node, follower.follow(asha.account.uri))
    await network.settle()
    private = await node.post(asha, "For followers", visibility="private")
    direct = await node.post(asha, "@okapi@masto.example hello", visibility="direct")
    await network.settle()
    neighbour = network.peer("masto.example").actor("server", key=0)

    answers = {
        (who.name, post.visibility): (await who.reads(node, post.uri)).status_code
        for who in (neighbour, stranger)
        for post in (private, direct)
    }
    unsigned = await node.world.anybody.get(f"/users/asha/statuses/{private.id}", headers=ACTIVITY)

    assert answers == {
        ("server", "private"): 200,
        ("server", "direct"): 200,
        ("mallory", "private"): 404,
        ("mallory", "direct"): 404,
    }
    assert unsigned.status_code == (401 if is_secure else 404)


async def test_S087_a_borrowed_identity_is_refused(library: Library) -> None:
    """The document of the key names an actor of another origin, which we know and trust."""
    await library.node.find(library.okapi.handle)
    mallory = library.network.peer("evil.test").actor("mallory", key=2)
    keys_only = {"id": mallory.key_id, "owner": library.okapi.uri, "publicKeyPem": mallory.keys.public_pem}
    lies = {
        "https://evil.test/key": {"id": "https://evil.test/key", **keys_only, "type": "Key"},
        "https://evil.test/users/mallory": mallory.document(
            publicKey={**keys_only, "id": mallory.key_id}, id=mallory.uri
        ),
        "https://evil.test/users/okapi": library.okapi.document(publicKey={**keys_only}),
    }
    statuses = []
    for place, document in lies.items():
        mallory.peer.shelf[place] = document
        mallory.key_id = place
        statuses.append((await mallory.reads(library.node, library.post.uri)).status_code)

    assert statuses == [401] * 3
    assert await library.node.db.read(accounts.by_uri, mallory.uri) is None


async def test_S088_no_cache_gives_an_answer_to_somebody_else(library: Library) -> None:
    """The second reader of a shared cache gets a 401, because the first one's answer is private and varies."""
    signed = await library.okapi.reads(library.node, library.post.uri)
    unsigned = await library.unsigned(f"/users/asha/statuses/{library.post.id}")

    assert (signed.status_code, unsigned.status_code) == (200, 401)
    for answer in (signed, unsigned):
        vary = {name.strip().lower() for name in answer.headers["vary"].split(",")}
        assert {"accept", "signature"} <= vary
        assert "private" in answer.headers["cache-control"]
        assert "public" not in answer.headers["cache-control"]


@pytest.mark.parametrize("is_secure", [True, False])
async def test_S089_an_actor_of_a_blocked_host_reads_nothing(network: Network, *, is_secure: bool) -> None:
    """403 on every route, with a good signature, in both modes, and nobody is asked for its key."""
    node = await network.node("ward.example", secure_fetch=is_secure)
    asha = await node.user("asha")
    post = await node.post(asha, "Open")
    library = Library(network, node, asha, network.peer("evil.test").actor("mallory", key=1), post, post)
    await suspend(node, "evil.test")

    paths = [*library.closed, "/users/asha", "/@asha", "/actor"]
    answers = {path: (await library.okapi.reads(node, path)).status_code for path in paths}

    assert answers == dict.fromkeys(paths, 403)
    assert network.wire.asked("evil.test") == 0


async def test_S089_a_key_known_from_before_the_block_opens_nothing(library: Library) -> None:
    """The decision counts at once."""
    before = await library.okapi.reads(library.node, library.post.uri)
    await suspend(library.node, "masto.example")

    after = await library.okapi.reads(library.node, library.post.uri)

    assert (before.status_code, after.status_code) == (200, 403)


async def test_S089_an_unlisted_host_reads_nothing_where_there_is_a_list(network: Network) -> None:
    """And without federation there is nothing to read for anybody."""
    listed = await network.node("ward.example", federation_mode="allowlist")
    alone = await network.node("lake.example", federation_mode="off")
    okapi = network.peer("masto.example").actor("okapi", key=1)
    for node in (listed, alone):
        await node.user("asha")

    answers = [(await okapi.reads(node, "/users/asha/outbox")).status_code for node in (listed, alone)]
    documents = [
        (await alone.world.anybody.get(path, headers=ACTIVITY)).status_code for path in ("/users/asha", "/actor")
    ]

    assert answers == [403, 403]
    assert documents == [403, 403]
    assert network.wire.asked("masto.example") == 0


@pytest.mark.parametrize("mode", ["open", "allowlist"])
async def test_two_secure_nodes_federate_from_nothing(network: Network, mode: str) -> None:
    """Neither knows the other, both want signatures, and nobody waits for anybody."""
    ward = await network.node("ward.example", federation_mode=mode)
    lake = await network.node("lake.example", federation_mode=mode)
    for node, other in ((ward, "lake.example"), (lake, "ward.example")):
        await node.db.write(policing.decide, Domain(other, "allow"), by="moderator")
    asha, ines = await ward.user("asha"), await lake.user("ines")
    await ward.follow(asha, "@ines@lake.example")
    await network.settle()

    post = await lake.post(ines, "Gel by every bed", visibility="private")
    await network.settle()

    assert await ward.shown(asha, post.uri) is not None
    assert (await ward.fetcher.activity(post.uri)).uri == post.uri


async def test_a_reader_whose_key_cannot_be_had_is_asked_about_once(library: Library) -> None:
    """It gets the minimal actor, so that it can still verify what we send, and a 401 for the rest."""
    library.network.down("masto.example")

    answers = [await library.okapi.reads(library.node, path) for path in ("/users/asha", "/users/asha/outbox")]

    assert [answer.status_code for answer in answers] == [200, 401]
    assert "outbox" not in answers[0].json()
    assert answers[1].json()["code"] == "key-unavailable"
    assert library.network.wire.asked("masto.example", "/users") == 1


@pytest.mark.parametrize(
    "document",
    [
        {"id": "https://masto.example/users/okapi", "type": "Person"},
        {"publicKey": {"id": "https://masto.example/users/okapi#other", "owner": "https://masto.example/users/okapi"}},
        {"publicKey": {"id": "https://masto.example/key", "owner": "https://else.example/users/okapi"}},
        {"id": "https://else.example/users/okapi"},
    ],
)
async def test_a_reader_without_a_usable_actor_gets_the_same_answer_twice(
    library: Library, document: dict[str, object]
) -> None:
    """The minimal actor, as whoever does not sign, and a 401 for the rest, before and while nobody is asked again."""
    library.okapi.peer.shelf[library.okapi.uri] = library.okapi.document() | {"publicKey": None} | document

    async def answers() -> list[tuple[int, str | None]]:
        found = [await library.okapi.reads(library.node, path) for path in ("/users/asha", "/users/asha/outbox")]
        return [(one.status_code, one.json().get("code")) for one in found]

    first, second = await answers(), await answers()

    assert [(200, None), (401, "key-unavailable")] == first == second


async def test_a_401_says_how_to_sign(library: Library) -> None:
    """To servers, in a header and in words; a person who opens the page is led to it."""
    read = await library.unsigned("/users/asha/outbox")
    sent = await library.okapi.peer.client.post(
        f"{library.node.site.base_url}/inbox", json=library.okapi.create(), headers={"content-type": ACTIVITY_JSON}
    )

    said = [(one.status_code, one.json()["code"], one.headers["www-authenticate"]) for one in (read, sent)]
    assert said == [
        (401, "unsigned", 'Signature realm="Rounds",headers="(request-target) host date"'),
        (401, "unsigned", 'Signature realm="Rounds",headers="(request-target) host date digest"'),
    ]
    assert all(one.json()["error"] for one in (read, sent))


async def test_a_key_that_does_not_come_in_time_is_not_waited_for(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader is answered after a bounded wait, and for a while nobody asks again."""
    monkeypatch.setattr(admitting, "LONGEST_S", 0.01)

    async def hang(request: httpx.Request, _send: object) -> httpx.Response:
        await asyncio.Event().wait()
        return httpx.Response(500, request=request)

    library.network.wire.hooks["masto.example"] = hang

    answer = await library.okapi.reads(library.node, "/users/asha/outbox")

    assert (answer.status_code, answer.json()["code"]) == (401, "key-unavailable")
    assert await library.node.db.read(pauses.longest, [library.okapi.key_id]) is not None


async def test_many_readers_of_one_host_fetch_its_key_once(library: Library) -> None:
    """They wait for the first one's question."""
    answers = await asyncio.gather(*(library.okapi.reads(library.node, "/users/asha/outbox") for _ in range(6)))

    assert [answer.status_code for answer in answers] == [200] * 6
    assert library.network.wire.asked("masto.example", "/users") == 1


async def test_a_new_key_of_a_reader_is_fetched_again(library: Library) -> None:
    """Once for a while: another wrong signature then gets a 401 without a question."""
    await library.okapi.reads(library.node, "/users/asha")
    library.network.clock.pass_time(minutes=10)
    library.okapi.keys = PeerActor(library.okapi.peer, "x", key=2).keys
    library.okapi.peer.shelf[library.okapi.uri] = library.okapi.document()

    changed = await library.okapi.reads(library.node, "/users/asha")
    library.okapi.keys = PeerActor(library.okapi.peer, "x", key=0).keys
    wrong = await library.okapi.reads(library.node, "/users/asha")

    assert (changed.status_code, wrong.status_code) == (200, 401)
    assert library.network.wire.asked("masto.example", "/users") == 2
    found = await library.node.db.read(keys.by_uri, library.okapi.key_id)
    assert found is not None


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"signature": "nonsense"}, "bad-signature"),
        ({"date": "Mon, 23 Nov 2026 08:59:00 GMT"}, "expired"),
        ({"signature": 'keyId="https://masto.example/users/okapi#main-key",headers="date",signature="aGk="'}, "uncovered-header"),
        ({"signature": 'keyId="https://ward.example/nobody#main-key",headers="(request-target) host date",signature="aGk="'}, "key-not-owned"),
        ({"signature": 'keyId="http://10.0.0.1/key",headers="(request-target) host date",signature="aGk="'}, "key-not-owned"),
    ],
)  # fmt: skip
async def test_a_wrong_signature_gets_a_401_with_its_reason(
    library: Library, headers: dict[str, str], code: str
) -> None:
    """And makes us ask nobody."""
    answer = await library.okapi.reads(library.node, "/users/asha/outbox", **headers)

    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert library.network.wire.asked("masto.example") == 0
