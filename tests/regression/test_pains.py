"""Pains of those who run or use small servers: the smallest input that showed each of them elsewhere."""

import asyncio
import re
from io import BytesIO
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from PIL import Image
from sqlalchemy import select

from federation.signatures import cavage
from node.store import accounts, follows, tables
from node.store.unit import Snapshot
from tests.node.federating.conftest import Ward, ward
from tests.support.peers import CONTEXT, PUBLIC, PeerActor
from tests.support.world import World, key_pair

__all__ = ["ward"]

UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.mark.parametrize("takes", ["with the query", "without the query"])
async def test_pain_01_a_signed_get_with_a_query_is_understood_either_way(ward: Ward, takes: str) -> None:
    """Where a server answers 401, the other form is tried once."""
    heron = ward.network.peer("gts.example").actor("heron", key=1)
    note = heron.peer.publish(heron.note("paged", id="https://gts.example/notes?page=1"))
    signed: list[bool] = []

    async def picky(request: httpx.Request, _send: object) -> httpx.Response:
        if request.url.path != "/notes":
            return await heron.peer.answer(request)
        signed.append(is_signed_with_query(request))
        return await heron.peer.answer(request) if signed[-1] is (takes == "with the query") else httpx.Response(401)

    ward.network.wire.hooks["gts.example"] = picky

    await ward.takes(ward.okapi.create("Look", inReplyTo=note["id"]))

    assert await ward.holds(note["id"])
    assert len(signed) <= 2


def is_signed_with_query(request: httpx.Request) -> bool:
    """Tell over which target a request of ours was signed."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    params = cavage.parse(headers)
    values = headers | {"(request-target)": f"get {request.url.raw_path.decode()}"}
    base = "\n".join(f"{name}: {values[name]}" for name in params.covered).encode()
    key: Any = load_pem_public_key(key_pair(1).public_pem.encode())
    try:
        key.verify(params.signature, base, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("public", ["as:Public", "Public", PUBLIC, [PUBLIC]])
async def test_pain_02_every_name_of_everybody_is_public(ward: Ward, public: Any) -> None:
    """As a text or in a list, with a plain text beside; nobody of that name is looked for."""
    create = ward.okapi.create(to=public, cc=f"{ward.okapi.uri}/followers")

    await ward.takes(create)

    held = await ward.holds(create["object"]["id"])
    assert held.visibility == "public"
    assert {request.url.host for request in ward.network.wire.sent} <= {"masto.example", "ward.example"}


async def test_pain_03_a_report_that_names_a_post_and_its_author_is_one(ward: Ward) -> None:
    """The object is a list; one report with both."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    flag = ward.okapi.activity(
        "Flag", [post.uri, ward.asha.account.uri], content="look at this", to=[ward.asha.account.uri]
    )

    answer = await ward.takes(flag)

    found = await ward.node.db.read(_reports)
    assert answer.status_code == 202
    assert len(found) == 1


def _reports(snapshot: Snapshot) -> list[Any]:
    return list(snapshot.conn.execute(select(tables.reports)).all())


async def test_pain_04_a_follow_is_accepted_by_its_id_alone(ward: Ward) -> None:
    """The Accept holds nothing else."""
    finch = ward.peer.actor("finch", key=1)
    target = await ward.node.follow(ward.asha, finch.handle)
    await ward.network.settle()
    asked = next(follow for follow in ward.peer.got("Follow") if follow["object"] == finch.uri)

    await ward.takes(finch.activity("Accept", asked["id"]), by=finch)

    edge = await ward.node.db.read(follows.between, ward.asha.id, target.id)
    assert edge is not None
    assert edge.is_accepted


async def test_pain_05_a_key_of_its_own_path_and_a_single_tag_are_fine(ward: Ward) -> None:
    """The reduced document of the key leads to its owner; a mention outside a list is one."""
    heron = ward.network.peer("gts.example").actor("heron", key=1)
    heron.key_id = f"{heron.uri}/main-key"
    document = heron.document()
    heron.peer.publish(document)
    heron.peer.shelf[heron.key_id] = {name: document[name] for name in ("@context", "id", "publicKey", "type")}
    mention = {"type": "Mention", "href": ward.asha.account.uri, "name": "@asha"}

    await ward.takes(heron.create("@asha hello", to=[ward.asha.account.uri], tag=mention), by=heron)

    assert await ward.node.count(ward.asha, "mention") == 1


async def test_pain_06_the_deletion_of_a_stranger_asks_nobody(ward: Ward) -> None:
    """A key that answers 410 is never asked for; somebody known is deleted by the stored key."""
    gone = PeerActor(ward.network.peer("gone.example"), "ghost", key=1)
    before = len(ward.network.wire.sent)
    for number in range(20):
        answer = await gone.sends(ward.node, gone.activity("Delete", gone.uri, id=f"{gone.uri}#delete{number}"))
        await ward.network.settle()
        assert answer.status_code == 202
    assert ward.network.wire.asked("gone.example") == 0
    assert len(ward.network.wire.sent) == before + 20
    del ward.peer.shelf[ward.okapi.uri]

    await ward.takes(ward.okapi.activity("Delete", ward.okapi.uri))

    assert await ward.node.db.read(accounts.by_uri, ward.okapi.uri) is None


async def test_pain_07_a_new_key_under_the_same_id_is_learnt(ward: Ward) -> None:
    """Asked for once; bad signatures do not make us ask again at once."""
    ward.network.clock.pass_time(minutes=6)
    ward.okapi.keys = key_pair(1)
    ward.peer.publish(ward.okapi.document())
    create = ward.okapi.create("with the new key")
    asked = ward.network.wire.asked("masto.example", "/users/okapi")

    await ward.takes(create)
    forger = PeerActor(ward.peer, "okapi", key=0)
    for number in range(5):
        await ward.takes(forger.create(f"forged {number}"), by=forger)

    assert await ward.holds(create["object"]["id"])
    assert ward.network.wire.asked("masto.example", "/users/okapi") <= asked + 2
    assert (await ward.takes(ward.okapi.create("again"))).json()["verdict"] == "accepted"


async def test_pain_08_ten_copies_at_once_of_somebody_unknown_are_one(ward: Ward) -> None:
    """To the shared and the own inbox: one post, one account, one notification, ten answers of success."""
    heron = ward.network.peer("gts.example").actor("heron", key=1)
    mention = {"type": "Mention", "href": ward.asha.account.uri, "name": "@asha"}
    create = heron.create("@asha hello", to=[PUBLIC, ward.asha.account.uri], tag=[mention])

    answers = await asyncio.gather(
        *(heron.sends(ward.node, create, path=("/inbox", "/users/asha/inbox")[n % 2]) for n in range(10))
    )
    await ward.network.settle()

    assert {answer.status_code for answer in answers} == {202}
    assert await ward.holds(create["object"]["id"])
    assert await ward.node.count(ward.asha, "mention") == 1


@pytest.mark.parametrize("is_confirmed", [True, False])
async def test_pain_09_a_handle_may_live_on_another_domain_that_confirms_it(ward: Ward, is_confirmed: bool) -> None:
    """Found by the handle, by the other handle, or by a post: the handle is the confirmed one."""
    social = ward.network.peer("social.a.example")
    actor = social.actor("u", key=1)
    link = {"rel": "self", "type": "application/activity+json", "href": actor.uri}
    jrd = {"subject": "acct:u@a.example", "links": [link]}

    def fingers(host: str, document: dict[str, Any] | None) -> None:
        async def hook(request: httpx.Request, _send: object) -> httpx.Response:
            if request.url.path != "/.well-known/webfinger":
                return await social.answer(request)
            kind = {"content-type": "application/jrd+json"}
            return httpx.Response(200, json=document, headers=kind) if document else httpx.Response(404)

        ward.network.wire.hooks[host] = hook

    ward.network.peer("a.example")
    fingers("social.a.example", jrd)
    fingers("a.example", jrd if is_confirmed else None)

    create = actor.create("hello", to=[ward.asha.account.uri])
    await ward.takes(create, by=actor)

    kept = await ward.node.db.read(accounts.by_uri, actor.uri)
    assert kept is not None
    assert kept.acct == ("u@a.example" if is_confirmed else "u@social.a.example")
    if is_confirmed:
        assert (await ward.node.find("u@a.example")).id == kept.id


def picture() -> bytes:
    """Return a small PNG."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("form", ["json", "form"])
async def test_pain_10_pictures_come_with_the_post_however_they_are_named(world: World, form: str) -> None:
    """`media_ids[]` as a key of JSON and as a repeated field."""
    client = world.client(await world.user("ines"))
    ids = [(await client.post("/api/v2/media", files={"file": ("a.png", picture())})).json()["id"] for _ in range(2)]
    sent: dict[str, Any] = (
        {"json": {"status": "x", "media_ids[]": ids}}
        if form == "json"
        else {"data": {"status": "x", "media_ids[]": ids}}
    )

    made = (await client.post("/api/v1/statuses", **sent)).json()

    assert [one["id"] for one in made["media_attachments"]] == ids


async def test_pain_11_times_have_milliseconds_and_nothing_is_empty(world: World) -> None:
    """Status, account, instance and token as apps insist on them."""
    ines = await world.user("ines")
    client = world.client(ines)
    status = (await client.post("/api/v1/statuses", json={"status": "x"})).json()
    instance = (await client.get("/api/v2/instance")).json()
    app = (
        await world.anybody.post(
            "/api/v1/apps", json={"client_name": "App", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
        )
    ).json()
    token = (
        await world.anybody.post(
            "/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_id": app["client_id"],
                "client_secret": app["client_secret"],
            },
        )
    ).json()

    assert UTC_TIME.fullmatch(status["created_at"])
    assert UTC_TIME.fullmatch(status["account"]["created_at"])
    assert all(
        status["account"][name].startswith("https://")
        for name in ("avatar", "header", "avatar_static", "header_static")
    )
    assert instance["thumbnail"]["url"].startswith("https://")
    assert isinstance(token["created_at"], int)


async def test_pain_12_an_empty_page_has_a_way_back(world: World) -> None:
    """Nothing is newer than the newest, and the place is still told."""
    client = world.client(await world.user("ines"))
    newest = (await client.post("/api/v1/statuses", json={"status": "x"})).json()

    page = await client.get("/api/v1/timelines/home", params={"min_id": newest["id"]})

    assert page.json() == []
    assert "prev" in page.links


async def test_pain_13_a_key_makes_one_post_also_at_once(world: World) -> None:
    """The second call gives what the first made."""
    client = world.client(await world.user("ines"))
    sent: dict[str, Any] = {"json": {"status": "once"}, "headers": {"idempotency-key": "k"}}

    answers = await asyncio.gather(*(client.post("/api/v1/statuses", **sent) for _ in range(4)))
    later = await client.post("/api/v1/statuses", **sent)

    assert len({answer.json()["id"] for answer in (*answers, later)}) == 1
    assert len((await client.get("/api/v1/timelines/home")).json()) == 1


async def test_pain_14_an_app_without_an_address_of_its_own_is_registered(world: World) -> None:
    """The code is shown on a page, which the tests of consenting look at."""
    sent = {"client_name": "Line", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read"}

    app = await world.anybody.post("/api/v1/apps", json=sent)

    assert app.status_code == 200
    assert app.json()["redirect_uris"] == ["urn:ietf:wg:oauth:2.0:oob"]


async def test_pain_15_a_neighbour_changes_nothing_of_another(ward: Ward) -> None:
    """Its profile, its key, its likes, itself: refused with the reason."""
    finch = ward.peer.actor("finch", key=1)
    await ward.node.find(finch.handle)
    post = await ward.node.post(ward.asha, "Gel by every bed")
    like = ward.okapi.like(post.uri)
    await ward.takes(like)
    acts = [
        finch.activity("Update", ward.okapi.document(name="Not me")),
        finch.activity("Undo", {name: like[name] for name in ("id", "type", "actor", "object")}),
        finch.activity("Undo", like["id"]),
        finch.activity("Delete", ward.okapi.uri),
    ]

    answers = [await ward.takes({"@context": CONTEXT, **act}, by=finch) for act in acts]

    okapi = await ward.node.db.read(accounts.by_uri, ward.okapi.uri)
    assert [answer.json()["reason"] for answer in answers] == ["not-owner"] * 4
    assert okapi is not None
    assert okapi.display_name == "Okapi"
