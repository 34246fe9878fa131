"""What is for the house stays in it: whatever people do with such posts, nothing of them leaves, and no stranger finds them.

How it works. Hypothesis chooses what two colleagues do, whom somebody elsewhere follows, with posts that hold a word that
stands nowhere else. Then everything that was sent, or is kept to be sent, is searched for the word, for the ids of the
posts and for their addresses; and every address that tells strangers anything is asked.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from federation.loose import PUBLIC
from node.errors import Problem
from node.services import following, sending
from node.store import accounts, tables
from node.store.unit import Snapshot, Unit
from tests.contract.behaviours.posts import SCHEDULED, STATUSES, file, post
from tests.support.network import Network, Station
from tests.support.peers import PeerActor
from tests.support.streams import listening, settled
from tests.support.world import Person, World

WORD: Final = "zwergspinne"
NAMES: Final = "@okapi@masto.example @heron@nowhere.example @ben"
ACTIVITY: Final = {"accept": "application/activity+json"}
Json = dict[str, Any]


@dataclass
class House:
    """Two colleagues, somebody elsewhere who follows both, and what was posted."""

    network: Network
    ward: Station
    asha: Person
    ben: Person
    okapi: PeerActor
    public: Json
    theirs: str
    inside: list[Json] = field(default_factory=list)
    gone: list[Json] = field(default_factory=list)

    def client(self, who: Person | None) -> httpx.AsyncClient:
        """Return the app of one of them."""
        return self.ward.world.client(who)

    async def says(self, who: Person, **sent: Any) -> Json | None:
        """Post; what comes of it is remembered where it is for the house."""
        answer = await self.client(who).post(STATUSES, json=sent)
        assert answer.status_code in (200, 404, 422), answer.text
        made: Json | None = answer.json() if answer.status_code == 200 else None
        if made is not None and made["local_only"]:
            self.inside.append(made)
        return made

    async def does(self, who: Person, path: str, **sent: Any) -> None:
        """Do something to the newest post of the house."""
        answer = await self.client(who).post(f"{STATUSES}/{self.inside[-1]['id']}/{path}", json=sent)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 200 and answer.json().get("reblog"):
            assert answer.json()["local_only"] is True
            self.inside.insert(0, answer.json())


async def house_of(network: Network) -> House:
    """Return a house that somebody elsewhere listens to."""
    ward = await network.node("ward.example")
    asha, ben = await ward.user("asha"), await ward.user("ben")
    okapi = network.peer("masto.example").actor("okapi")
    for who in (asha, ben):
        await okapi.sends(ward, okapi.follow(who.account.uri))
        await network.settle()
    create = okapi.create("From afar", to=[PUBLIC, asha.account.uri])
    await okapi.sends(ward, create)
    await network.settle()
    held = await ward.held(create["object"]["id"])
    assert held is not None
    answer = await ward.world.client(asha).post(STATUSES, json={"status": "Open #gel"})
    return House(network, ward, asha, ben, okapi, answer.json(), str(held.id))


# ------------------------------------------------------------------ what people do


async def _post(house: House) -> None:
    text = f"Quiet {WORD} {NAMES} #{WORD} #learning https://ward.example/about"
    image = await file(house.ward.world, house.asha, description=f"A {WORD}")
    await house.says(house.asha, status=text, spoiler_text=WORD, media_ids=[image], local_only=True)


async def _poll(house: House) -> None:
    poll = {"options": [WORD, "no"], "expires_in": 300}
    made = await house.says(house.asha, status=f"Which? {NAMES}", poll=poll, local_only=True, visibility="public")
    assert made is not None
    await house.client(house.ben).post(f"/api/v1/polls/{made['id']}/votes", json={"choices": ["0"]})


async def _answer(house: House) -> None:
    await house.says(
        house.ben, status=f"Yes, {WORD} {NAMES}", in_reply_to_id=house.inside[-1]["id"], visibility="public"
    )


async def _answer_the_public(house: House) -> None:
    await house.says(house.ben, status=f"{WORD} {NAMES}", in_reply_to_id=house.public["id"], local_only=True)


async def _answer_theirs(house: House) -> None:
    await house.says(house.asha, status=f"{WORD} {NAMES}", in_reply_to_id=house.theirs, local_only=True)


async def _quote(house: House) -> None:
    await house.says(house.ben, status=f"{WORD} {NAMES}", quoted_status_id=house.inside[-1]["id"], visibility="public")


async def _quote_the_public(house: House) -> None:
    made = await house.says(house.ben, status=WORD, quoted_status_id=house.public["id"], local_only=True)
    assert made is not None
    path = f"{STATUSES}/{house.public['id']}/quotes/{made['id']}/revoke"
    assert (await house.client(house.asha).post(path)).status_code == 200


async def _quote_theirs(house: House) -> None:
    await house.says(house.asha, status=f"{WORD} {NAMES}", quoted_status_id=house.theirs, local_only=True)


async def _edit(house: House) -> None:
    author = house.inside[-1]["account"]["username"]
    who = house.asha if author == "asha" else house.ben
    sent = {"status": f"Now {WORD} {NAMES}", "quote_approval_policy": "followers", "visibility": "public"}
    await house.client(who).put(f"{STATUSES}/{house.inside[-1]['id']}", json=sent)


async def _remove(house: House) -> None:
    one = house.inside.pop()
    who = house.asha if one["account"]["username"] == "asha" else house.ben
    assert (await house.client(who).delete(f"{STATUSES}/{one['id']}")).status_code == 200
    house.gone.append(one)
    if not house.inside:
        await _post(house)


async def _later(house: House) -> None:
    at = f"{house.network.clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    sent = {"status": f"Soon {WORD} {NAMES}", "scheduled_at": at, "local_only": True}
    made = (await house.client(house.asha).post(STATUSES, json=sent)).json()
    house.network.clock.pass_time(days=1)
    await house.network.settle()
    assert (await house.client(house.asha).get(f"{SCHEDULED}/{made['id']}")).status_code == 404


async def _lead_there(house: House) -> None:
    for address in (house.inside[-1]["url"], house.inside[-1]["uri"]):
        answer = await house.client(house.ben).post(STATUSES, json={"status": f"See {address}", "visibility": "public"})
        assert answer.status_code == 422


async def _report(house: House) -> None:
    author = (await house.client(house.asha).get(f"{STATUSES}/{house.theirs}")).json()["account"]["id"]
    for status_ids in ([house.inside[-1]["id"]], [house.theirs]):
        sent = {"account_id": author, "status_ids": status_ids, "forward": True, "comment": "Rude"}
        await house.client(house.asha).post("/api/v1/reports", json=sent)
    sent = {"account_id": author, "forward": True, "comment": f"See {house.inside[-1]['uri']}"}
    assert (await house.client(house.asha).post("/api/v1/reports", json=sent)).status_code == 422


async def _say_in_public(house: House) -> None:
    await house.says(house.asha, status="Open @okapi@masto.example")
    await house.client(house.ben).post(f"{STATUSES}/{house.public['id']}/reblog")


async def _change_ones_profile(house: House) -> None:
    sent = {"display_name": "Asha", "note": "Ward 7"}
    await house.client(house.asha).patch("/api/v1/accounts/update_credentials", json=sent)


def _act(who: str, path: str, **sent: Any) -> Callable[[House], Awaitable[None]]:
    async def act(house: House) -> None:
        await house.does(getattr(house, who), path, **sent)

    return act


ACTS: Final[dict[str, Callable[[House], Awaitable[None]]]] = {
    "post": _post,
    "poll": _poll,
    "answer": _answer,
    "answer the public": _answer_the_public,
    "answer theirs": _answer_theirs,
    "quote": _quote,
    "quote the public": _quote_the_public,
    "quote theirs": _quote_theirs,
    "edit": _edit,
    "remove": _remove,
    "later": _later,
    "lead there": _lead_there,
    "report": _report,
    "say in public": _say_in_public,
    "change one's profile": _change_ones_profile,
    "boost": _act("ben", "reblog"),
    "boost one's own": _act("asha", "reblog", visibility="public"),
    "unboost": _act("ben", "unreblog"),
    "favourite": _act("ben", "favourite"),
    "unfavourite": _act("ben", "unfavourite"),
    "react": _act("ben", "react/🕷"),
    "bookmark": _act("ben", "bookmark"),
    "pin": _act("asha", "pin"),
    "unpin": _act("asha", "unpin"),
    "mute": _act("asha", "mute"),
}


# ------------------------------------------------------------------ what must not be found


def _secrets(house: House) -> Iterator[str]:
    yield WORD
    for one in (*house.inside, *house.gone):
        yield str(one["id"])


def _left(house: House) -> list[str]:
    """Return everything that went out: addresses that were asked for, and bodies."""
    requests = [one for one in house.network.wire.sent if one.url.host != "ward.example"]
    return [f"{one.url} {one.content.decode(errors='replace')}" for one in requests]


def _bodies(snapshot: Snapshot) -> list[str]:
    return list(snapshot.conn.scalars(select(tables.bodies.c.body)))


def _of_strangers(house: House) -> Iterator[str]:
    yield from ("/api/v1/timelines/public", f"/api/v1/timelines/tag/{WORD}", f"/tags/{WORD}", "/about", "/")
    for person in (house.asha, house.ben):
        name = person.account.username
        yield from (f"/@{name}", f"/@{name}.rss", f"/@{name}.atom", f"/users/{name}", f"/users/{name}/outbox?page=true")
        yield from (f"/users/{name}/collections/featured", f"/api/v1/accounts/{person.id}/statuses")
        yield from (f"/api/v1/accounts/{person.id}/statuses?pinned=true", f"/users/{name}/outbox")
        for one in (*house.inside[-2:], *house.gone[-1:]):
            yield from (f"/users/{name}/statuses/{one['id']}", f"/users/{name}/statuses/{one['id']}/replies")
            yield from (f"/users/{name}/statuses/{one['id']}/activity", f"/@{name}/{one['id']}")
    for one in (*house.inside[-2:], *house.gone[-1:]):
        for path in ("", "/context", "/history", "/source", "/favourited_by", "/reblogged_by", "/quotes"):
            yield f"{STATUSES}/{one['id']}{path}"
        yield from (f"/api/v1/polls/{one['id']}", f"/contexts/{one['id']}", f"/loops/{one['id']}")
        yield from (f"/api/oembed?url={one['url']}", f"{STATUSES}?id[]={one['id']}")
    root = house.public["id"]
    yield from (f"{STATUSES}/{root}/context", f"/users/asha/statuses/{root}/replies", f"/contexts/{root}")
    yield from (f"/@asha/{root}", f"/users/asha/statuses/{root}", f"{STATUSES}/{root}")


async def _found(house: House) -> list[str]:
    """Return what strangers were told: without a token, and as a server that signs."""
    tell = []
    secrets = list(_secrets(house))
    anybody = house.client(None)
    for path in _of_strangers(house):
        answers = [await anybody.get(path, headers={"accept": accept}) for accept in ("text/html", *ACTIVITY.values())]
        if path.startswith("/users"):
            signed = await house.okapi.reads(house.ward, path)
            assert signed.status_code in (200, 303, 404, 410), path
            answers.append(signed)
        for answer in answers:
            assert answer.status_code < 500, path
            text = answer.text if answer.status_code == 200 else ""
            asked = [one for one in secrets if one in path]  # what was asked for may be said again
            tell += [f"{path}: {one}" for one in secrets if one not in asked and one in text]
            if (
                asked
                and answer.status_code == 200
                and not path.startswith(("/tags", "/api/v1/timelines", f"{STATUSES}?"))
            ):
                tell.append(path)
    return tell


async def _check(house: House) -> None:
    await house.network.settle()
    out = [*_left(house), *await house.ward.db.read(_bodies)]
    assert [one for one in out for secret in _secrets(house) if secret in one] == []
    assert house.network.wire.asked("nowhere.example") == 0
    assert await _found(house) == []


@given(acts=st.lists(st.sampled_from(sorted(ACTS)), min_size=3, max_size=9))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_is_done_with_it_nothing_of_the_house_leaves(network: Network, acts: list[str]) -> None:
    """In any order, again and again, in one house."""
    house: House = network.__dict__.get("house") or await house_of(network)
    network.__dict__["house"] = house
    if not house.inside:
        await _post(house)

    for act in acts:
        await ACTS[act](house)
    await _say_in_public(house)

    await _check(house)
    assert network.peer("masto.example").got("Create")


@pytest.mark.parametrize("act", sorted(ACTS))
async def test_nothing_leaves_by_one_act(network: Network, act: str) -> None:
    """Each alone, so that each is done at least once."""
    house = await house_of(network)
    await _post(house)

    await ACTS[act](house)

    await _check(house)


@pytest.mark.parametrize("stream", ["public", "public:local", "public:media", "hashtag"])
async def test_public_streams_tell_nothing_of_the_house(world: World, stream: str) -> None:
    """Not even colleagues: what everybody may see is told there; one's own stream tells who follows."""
    asha, ben = await world.user("asha"), await world.user("ben")
    await world.db.write(following.follow, ben.id, asha.id)
    more = {"tag": WORD} if stream == "hashtag" else {}

    async with listening(world, ben, stream=stream, **more) as there, listening(world, ben, stream="user") as home:
        made = await post(world, asha, f"Quiet #{WORD}", local_only=True)
        await settled(world)
        await world.client(asha).put(f"{STATUSES}/{made['id']}", json={"status": f"Still #{WORD}"})
        await settled(world)
        await world.client(asha).delete(f"{STATUSES}/{made['id']}")
        await settled(world)

        assert [frame for frame in await there.heard() if frame["event"] != "delete"] == []
        assert await home.names() == ["update", "status.update", "delete"]


async def test_a_link_in_a_post_of_the_house_is_not_looked_up(network: Network) -> None:
    """Its server would hear of it."""
    house = await house_of(network)

    await house.says(house.asha, status=f"https://papers.example/{WORD}", local_only=True)
    await network.settle()

    assert network.wire.asked("papers.example") == 0


@pytest.mark.parametrize("form", ["uri", "url"])
async def test_the_last_check_sends_no_body_that_leads_into_the_house(network: Network, form: str) -> None:
    """Whoever forgets to ask before: nothing is sent, and what was done with it is not done."""
    house = await house_of(network)
    await _post(house)
    document = {"id": "https://ward.example/x", "type": "Like", "object": house.inside[0][form]}

    for send in (sending.to_followers, _to_okapi):
        with pytest.raises(Problem):
            await house.ward.db.write(send, house.asha.id, document)

    await house.network.settle()
    assert [one for one in await house.ward.db.read(_bodies) if house.inside[0][form] in one] == []
    assert house.network.peer("masto.example").got("Like") == []


def _to_okapi(unit: Unit, account_id: int, document: Json) -> None:
    okapi = accounts.by_uri(unit, "https://masto.example/users/okapi")
    assert okapi is not None
    sending.to_people(unit, account_id, document, [okapi.id])


async def test_the_word_that_lets_a_post_of_the_house_quote_is_shown_to_nobody(network: Network) -> None:
    """It names the post; that it was taken back is not told either."""
    house = await house_of(network)
    made = await house.says(house.ben, status=WORD, quoted_status_id=house.public["id"], local_only=True)
    assert made is not None
    paths = [uri.removeprefix("https://ward.example") for uri in await house.ward.db.read(_approvals)]

    before = [(await house.okapi.reads(house.ward, path)).status_code for path in paths]
    await house.client(house.asha).post(f"{STATUSES}/{house.public['id']}/quotes/{made['id']}/revoke")
    after = [(await house.okapi.reads(house.ward, path)).status_code for path in paths]

    assert (before, after) == ([404], [404])


def _approvals(snapshot: Snapshot) -> list[str]:
    return list(snapshot.conn.scalars(select(tables.approvals.c.uri)))
