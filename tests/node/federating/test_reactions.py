"""Emojis under posts, and in them: put, replaced, taken back, sent, and drawn as their host draws them."""

import json
from typing import Any

import pytest

from node.errors import Problem
from node.services import reacting
from node.social.site import name_of_copy
from node.store import reactions
from node.store.statuses import Status
from tests.node.federating.conftest import Ward
from tests.node.federating.test_policy import decide
from tests.support.peers import Document, PeerActor

SMH = "https://masto.example/e/smh.png"


def tag(name: str, url: str = SMH) -> Document:
    """Return the tag of a custom emoji."""
    return {"type": "Emoji", "name": f":{name}:", "icon": {"type": "Image", "mediaType": "image/png", "url": url}}


async def entity(ward: Ward, uri: str) -> dict[str, Any]:
    """Return a status as asha sees it."""
    line = await ward.node.shown(ward.asha, uri)
    assert line is not None
    found: dict[str, Any] = json.loads(line.json)
    return found


async def react(ward: Ward, post: Status, content: str, *, kind: str = "EmojiReact", **more: Any) -> Document:
    """Let okapi put an emoji under a post."""
    sent = ward.okapi.activity(kind, post.uri, content=content, **more)
    await ward.takes(sent)
    return sent


def copy_of(shown: Document, address: str) -> str:
    """Return where our copy of an emoji lies that a post names."""
    return f"https://ward.example/media_proxy/statuses/{shown['id']}/{name_of_copy('emoji', address)}"


async def test_emojis_under_a_post_are_counted_and_are_no_favourites(ward: Ward) -> None:
    """Several of one actor; a custom one with its picture and the host of it; the author hears once."""
    post = await ward.node.post(ward.asha, "Gel by every bed")

    await react(ward, post, "🍵")
    await react(ward, post, "🍵")
    await react(ward, post, ":smh:", tag=[tag("smh")])
    await ward.takes(ward.okapi.like(post.uri))

    shown = await entity(ward, post.uri)
    ours = copy_of(shown, SMH)
    assert shown["reactions"] == [
        {"name": "🍵", "count": 1, "me": False},
        {"name": "smh@masto.example", "count": 1, "me": False, "url": ours, "static_url": ours},
    ]
    assert shown["favourites_count"] == 1
    assert shown["poll"] is None
    assert await ward.node.count(ward.asha, "favourite") == 1


async def test_misskey_has_one_for_each_and_replaces_it(ward: Ward) -> None:
    """A Like with another emoji is in the place of the first."""
    post = await ward.node.post(ward.asha, "Gel by every bed")

    for name in ("🍵", "👍"):
        await react(ward, post, name, kind="Like", _misskey_reaction=name)

    assert [one["name"] for one in (await entity(ward, post.uri))["reactions"]] == ["👍"]


@pytest.mark.parametrize("form", ["id", "embedded", "ends"])
async def test_an_emoji_is_taken_back_however_it_is_named(ward: Ward, form: str) -> None:
    """By the id of the activity, by the whole of it, or by actor, post and emoji; nothing is left of the notice."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    sent = await react(ward, post, ":smh:", tag=[tag("smh")])
    kept = {name: sent[name] for name in ("type", "actor", "object", "content")}
    undone = {"id": sent["id"], "embedded": sent, "ends": kept}[form]

    await ward.takes(ward.okapi.activity("Undo", undone))

    assert (await entity(ward, post.uri))["reactions"] == []
    assert await ward.node.count(ward.asha, "favourite") == 0


async def test_a_favourite_keeps_its_notice_when_the_emoji_goes(ward: Ward) -> None:
    """And the other way round."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    like = ward.okapi.like(post.uri)
    await ward.takes(like)
    sent = await react(ward, post, "🍵")

    await ward.takes(ward.okapi.activity("Undo", sent["id"]))
    after_emoji = await ward.node.count(ward.asha, "favourite")
    await react(ward, post, "🍵")
    await ward.takes(ward.okapi.undo(like))

    assert after_emoji == 1
    assert await ward.node.count(ward.asha, "favourite") == 1


async def test_no_pictures_come_of_a_host_whose_media_are_not_wanted(ward: Ward) -> None:
    """Neither in posts nor under them; an emoji of Unicode is no picture."""
    await decide(ward.node, "masto.example", "none", no_media=True)
    post = await ward.node.post(ward.asha, "Gel by every bed")
    create = ward.okapi.create("So :smh:", tag=[tag("smh")])

    await react(ward, post, ":smh:", tag=[tag("smh")])
    await react(ward, post, "🍵")
    await ward.takes(create)

    assert [one["name"] for one in (await entity(ward, post.uri))["reactions"]] == ["🍵"]
    assert (await entity(ward, create["object"]["id"]))["emojis"] == []


async def test_one_actor_puts_twenty_at_most(ward: Ward) -> None:
    """The rest is not kept."""
    post = await ward.node.post(ward.asha, "Gel by every bed")

    for number in range(25):
        await ward.okapi.sends(ward.node, ward.okapi.activity("EmojiReact", post.uri, content=chr(0x1F400 + number)))

    okapi = await ward.node.find(ward.okapi.handle)
    assert len(await ward.node.db.read(reactions.of_account, post.id, okapi.id)) == 20


async def test_ours_go_out_as_likes_with_their_emoji(ward: Ward) -> None:
    """To the author alone; another one takes the first back, and every server sees at least a favourite."""
    create = ward.okapi.create("A word from afar")
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])

    await ward.node.db.write(reacting.react, ward.asha.id, post.id, "🍵")
    await ward.node.db.write(reacting.react, ward.asha.id, post.id, "🍵")
    await ward.network.settle()
    await ward.node.db.write(reacting.react, ward.asha.id, post.id, "👍")
    await ward.network.settle()

    likes, undone = ward.peer.got("Like"), ward.peer.got("Undo")
    assert [(like["content"], like["_misskey_reaction"], like["object"]) for like in likes] == [
        ("🍵", "🍵", post.uri),
        ("👍", "👍", post.uri),
    ]
    assert {tuple(like["to"]) for like in likes} == {(ward.okapi.uri,)}
    assert [undo["object"]["id"] for undo in undone] == [likes[0]["id"]]
    assert undone[0]["object"]["content"] == "🍵"
    assert (await entity(ward, post.uri))["reactions"] == [{"name": "👍", "count": 1, "me": True}]
    assert (await entity(ward, post.uri))["favourited"] is False


async def test_apps_react_by_the_address_of_forks(ward: Ward) -> None:
    """With an emoji, or with a custom one that is there already."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    await react(ward, post, ":smh:", tag=[tag("smh")])
    client = ward.node.world.client(ward.asha)
    start = f"/api/v1/statuses/{post.id}"

    custom = await client.post(f"{start}/react/smh@masto.example")
    plain = await client.put(f"/api/v1/pleroma/statuses/{post.id}/reactions/🍵")
    gone = await client.post(f"{start}/unreact/🍵")
    words = await client.post(f"{start}/react/well said")

    assert [(one["count"], one["me"]) for one in custom.json()["reactions"]] == [(2, True)]
    assert [(one["name"], one["me"]) for one in plain.json()["reactions"]] == [
        ("smh@masto.example", False),
        ("🍵", True),
    ]
    assert [one["name"] for one in gone.json()["reactions"]] == ["smh@masto.example"]
    assert (words.status_code, words.json()["details"].keys()) == (422, {"name"})


async def test_a_reaction_needs_a_post_that_may_be_seen(ward: Ward) -> None:
    """Neither ours nor a peer's goes under what is hidden from them."""
    post = await ward.node.post(ward.asha, "For me alone", visibility="direct")
    ben = await ward.node.user("ben")

    await react(ward, post, "🍵")

    assert (await entity(ward, post.uri))["reactions"] == []
    with pytest.raises(Problem):
        await ward.node.db.write(reacting.react, ben.id, post.id, "🍵")


async def test_two_hosts_draw_one_name_each_in_its_own_way(ward: Ward) -> None:
    """Every post with the pictures of its author's host; a shortcode without a tag stays text."""
    other = ward.network.peer("b.example").actor("bee")
    names = ("smh", "kafija-mājās", "鹅")
    text = ":smh::smh: :kafija-mājās: :鹅: :untagged: done"

    posts = []
    for actor in (ward.okapi, other):
        tags = [tag(name, f"https://{actor.peer.host}/e/{number}.png") for number, name in enumerate(names)]
        posts.append(await _created(ward, actor, text, [*tags, tag("unused"), _mention(ward)]))

    for post, host in zip(posts, ("masto.example", "b.example"), strict=True):
        shown = await entity(ward, post)
        assert [(one["shortcode"], one["url"]) for one in shown["emojis"]] == [
            (name, copy_of(shown, f"https://{host}/e/{number}.png")) for number, name in enumerate(names)
        ]
        assert {one["url"] == one["static_url"] for one in shown["emojis"]} == {True}
        assert ":untagged:" in shown["content"]


async def _created(ward: Ward, actor: PeerActor, text: str, tags: list[Document]) -> str:
    create = actor.create(text, tag=tags, cc=[ward.asha.account.uri])
    await ward.takes(create, by=actor)
    uri: str = create["object"]["id"]
    return uri


def _mention(ward: Ward) -> Document:
    return {"type": "Mention", "href": ward.asha.account.uri, "name": "@asha"}


async def test_a_name_with_emojis_is_drawn(ward: Ward) -> None:
    """Those that the name, the bio or a field uses."""
    changed = ward.okapi.document(name="Okapi :smh:", tag=[tag("smh"), tag("unused")])

    await ward.takes(ward.okapi.activity("Update", changed))

    okapi = await ward.node.find(ward.okapi.handle)
    assert [one["shortcode"] for one in json.loads(okapi.part)["emojis"]] == ["smh"]
