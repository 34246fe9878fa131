"""What an author showed to a few is hidden from everybody else, whatever they ask for or send about it."""

from datetime import timedelta
from typing import Any

import pytest

from federation.loose import PUBLIC
from node.services import following
from node.store import home
from node.store.lines import Page
from tests.contract.behaviours.posts import SCHEDULED, STATUSES, Json, code, file, post, refused, seen, tried, written
from tests.support.network import Network
from tests.support.world import World

WORD = "zwergspinne"
ACTIVITY = {"accept": "application/activity+json"}
BY_ID = ("history", "source", "favourited_by", "reblogged_by", "card", "context", "quotes")


async def test_S070_a_boost_of_what_is_for_followers_is_not_shown(network: Network) -> None:
    """A follower elsewhere passes on what they were sent: our people who do not follow the author see nothing."""
    ward = await network.node("ward.example")
    asha, omar = await ward.user("asha"), await ward.user("omar")
    okapi = network.peer("masto.example").actor("okapi")
    await okapi.sends(ward, okapi.follow(asha.account.uri))
    await ward.follow(omar, okapi.handle)
    await network.settle()
    await okapi.sends(ward, okapi.activity("Accept", network.peer("masto.example").got("Follow")[0]))
    private = await ward.post(asha, f"Quiet {WORD}", visibility="private")
    await network.settle()

    await okapi.sends(ward, okapi.announce(private.uri))
    await network.settle()

    assert [line.json for line in await ward.home(omar) if WORD in line.json] == []
    assert await code(ward.world, omar, {"id": private.id}) == 404


async def test_S071_outsiders_do_nothing_with_what_they_may_not_see(world: World) -> None:
    """404, and nothing is kept of it."""
    asha, omar = await world.user("asha"), await world.user("omar")
    private = await post(world, asha, visibility="private")

    acts = ("reblog", "favourite", "bookmark", "pin", "mute", "translate", "react/👍")
    codes = {what: await tried(world, omar, private, what) for what in acts}

    assert codes == dict.fromkeys(acts, 404)
    found = await seen(world, asha, private)
    assert (found["favourites_count"], found["reblogs_count"], found["reactions"]) == (0, 0, [])
    assert await written(world, omar) == []


async def _quoting(network: Network, **word: Any) -> Json:
    """Let a peer quote a followers-only post with some word of consent; return it as an outsider sees it."""
    ward = await network.node("ward.example")
    asha, omar = await ward.user("asha"), await ward.user("omar")
    private = await ward.post(asha, f"Quiet {WORD}", visibility="private")
    okapi = network.peer("masto.example").actor("okapi")
    create = okapi.create("Look", to=[PUBLIC, omar.account.uri], quote=private.uri, **word)
    await okapi.sends(ward, create)
    await network.settle()
    held = await ward.held(create["object"]["id"])
    assert held is not None
    return await seen(ward.world, omar, {"id": held.id})


@pytest.mark.parametrize("word", [{}, {"quoteAuthorization": "https://ward.example/users/asha/quote_authorizations/1"}])
async def test_S072_a_quote_without_a_valid_word_is_shown_as_unavailable(network: Network, word: Json) -> None:
    """No word, or one that is not there: neither text nor author."""
    shown = await _quoting(network, **word)

    assert shown["quote"]["state"] in ("pending", "unauthorized")
    assert shown["quote"]["quoted_status"] is None
    assert WORD not in str(shown)
    assert "asha" not in str(shown["quote"])


async def test_S072_a_quote_by_a_third_person_hides_what_the_reader_may_not_see(world: World) -> None:
    """The author quotes their own followers-only post; who does not follow sees the frame alone, after the end too."""
    asha, omar = await world.user("asha"), await world.user("omar")
    private = await post(world, asha, f"Quiet {WORD}", visibility="private")
    made = await post(world, asha, "@omar look", quoted_status_id=private["id"])

    before = await seen(world, omar, made)
    path = f"{STATUSES}/{private['id']}/quotes/{made['id']}/revoke"
    assert (await world.client(asha).post(path)).status_code == 200
    after = await seen(world, omar, made)

    assert before["quote"] == {"state": "unauthorized", "quoted_status": None}
    assert after["quote"] == {"state": "revoked", "quoted_status": None}
    assert WORD not in f"{before}{after}"


async def test_S073_private_replies_and_their_number_are_absent(world: World) -> None:
    """For anybody and for colleagues who are not meant."""
    asha, ben, omar = [await world.user(name) for name in ("asha", "ben", "omar")]
    root = await post(world, asha)
    for visibility in ("private", "direct"):
        await post(world, ben, f"@asha {WORD}", in_reply_to_id=root["id"], visibility=visibility)

    for who in (None, omar):
        answer = await world.client(who).get(f"{STATUSES}/{root['id']}/context")
        assert answer.json() == {"ancestors": [], "descendants": []}
        assert (await seen(world, who, root))["replies_count"] == 0


async def test_S074_collections_hold_and_count_what_is_open_alone(world: World) -> None:
    """Outbox, replies, pins and conversation."""
    asha = await world.user("asha")
    root = await post(world, asha)
    for more in ({"visibility": "private"}, {"visibility": "direct"}, {"local_only": True}):
        one = await post(world, asha, f"Quiet {WORD}", in_reply_to_id=root["id"], **more)
        await tried(world, asha, one, "pin")
    user, status = "/users/asha", f"/users/asha/statuses/{root['id']}"

    found = {}
    for path in (f"{user}/outbox", f"{user}/outbox?page=true", f"{status}/replies", f"{user}/collections/featured"):
        answer = await world.anybody.get(path, headers=ACTIVITY)
        assert answer.status_code == 200
        assert WORD not in answer.text
        found[path.removeprefix(user)] = answer.json().get("totalItems", len(answer.json().get("orderedItems", [])))
    conversation = (await world.anybody.get(f"/contexts/{root['id']}", headers=ACTIVITY)).json()

    assert list(found.values()) == [1, 1, 0, 0]
    assert conversation["totalItems"] == 1


@pytest.mark.parametrize(
    "path", ["/@asha.atom", "/@asha.rss", "/users/asha.atom", "/sitemap.xml", "/@asha", "/tags/gel.rss"]
)
async def test_S075_feeds_hold_what_is_open_alone(world: World, path: str) -> None:
    """Whichever there are."""
    asha = await world.user("asha")
    await post(world, asha, "Open #gel")
    for more in ({"visibility": "private"}, {"visibility": "direct"}, {"local_only": True}):
        await post(world, asha, f"Quiet {WORD} #gel", **more)

    for accept in ("application/atom+xml", "text/html", "*/*"):
        assert WORD not in (await world.anybody.get(path, headers={"accept": accept})).text


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_S078_what_belongs_to_a_hidden_status_answers_as_if_there_were_none(
    world: World, visibility: str
) -> None:
    """Byte for byte as a random id does."""
    asha, omar = await world.user("asha"), await world.user("omar")
    hidden = await post(world, asha, visibility=visibility)
    client = world.client(omar)

    for what in BY_ID:
        here, nowhere = [await client.get(f"{STATUSES}/{one}/{what}") for one in (hidden["id"], "12345")]
        assert (here.status_code, here.content) == (404, nowhere.content), what
    here, nowhere = [await client.post(f"{STATUSES}/{one}/translate") for one in (hidden["id"], "12345")]
    assert (here.status_code, here.content) == (404, nowhere.content)


async def test_S083_posts_that_wait_are_their_authors_alone(world: World) -> None:
    """By id, in the list, and at the address that a post of this id would have."""
    asha, omar = await world.user("asha"), await world.user("omar")
    at = f"{world.clock.now() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    waiting = (await post(world, asha, f"Soon {WORD}", scheduled_at=at))["id"]
    client = world.client(omar)

    answers = [
        await client.get(f"{SCHEDULED}/{waiting}"),
        await client.put(f"{SCHEDULED}/{waiting}", json={"scheduled_at": at}),
        await client.delete(f"{SCHEDULED}/{waiting}"),
        await client.get(f"{STATUSES}/{waiting}"),
        await world.client(asha).get(f"{STATUSES}/{waiting}"),
        *[
            await world.anybody.get(f"{start}/{waiting}", headers=ACTIVITY)
            for start in ("/users/asha/statuses", "/@asha")
        ],
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert (await client.get(SCHEDULED)).json() == []


async def test_S117_markup_that_comes_of_a_conversion_is_cleaned(network: Network) -> None:
    """A peer's Markdown is read and then cleaned like any HTML; nothing is translated here."""
    ward = await network.node("ward.example")
    asha = await ward.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    text = '<img src=x onerror=alert(1)> [x](javascript:alert(1)) [y](https://e.example/"onclick=alert(1)) **bold**'
    create = okapi.create(text, to=[PUBLIC, asha.account.uri], mediaType="text/markdown")
    await okapi.sends(ward, create)
    await network.settle()
    held = await ward.held(create["object"]["id"])
    assert held is not None

    shown = (await seen(ward.world, asha, {"id": held.id}))["content"]
    translated = await tried(ward.world, asha, {"id": held.id}, "translate")

    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert '"onclick' not in shown
    assert translated == 404


async def test_S172_files_of_others_and_used_ones_are_not_taken(world: World) -> None:
    """422, for a post now, for one that waits, and for an edit."""
    asha, omar = await world.user("asha"), await world.user("omar")
    foreign, used, waiting = await file(world, omar), await file(world, asha), await file(world, asha)
    at = f"{world.clock.now() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    made = await post(world, asha, media_ids=[used])
    await post(world, asha, media_ids=[waiting], scheduled_at=at)
    other = await post(world, asha)

    codes = []
    for one in (foreign, used, waiting):
        codes.append(await refused(world, asha, media_ids=[one]))
        codes.append(await refused(world, asha, media_ids=[one], scheduled_at=at))
        sent = {"status": "x", "media_ids": [one]}
        codes.append((await world.client(asha).put(f"{STATUSES}/{other['id']}", json=sent)).status_code)

    assert codes == [422] * 9
    assert [one["id"] for one in (await seen(world, asha, made))["media_attachments"]] == [used]


async def test_a_boost_of_the_house_is_for_the_house(world: World) -> None:
    """Colleagues who follow meet it at home; nobody else does."""
    asha, ben, omar = [await world.user(name) for name in ("asha", "ben", "omar")]
    await world.db.write(following.follow, omar.id, ben.id)
    inside = await post(world, asha, f"Quiet {WORD}", local_only=True)

    boost = (await world.client(ben).post(f"{STATUSES}/{inside['id']}/reblog", json={"visibility": "public"})).json()

    assert (boost["local_only"], boost["reblog"]["id"]) == (True, inside["id"])
    assert [line.id for line in await world.db.read(home.home, omar.id, Page())] == [int(boost["id"])]
    assert await code(world, None, boost) == 404
