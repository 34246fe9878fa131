"""A followed group of another server: pages once in home, comments in their thread, and nobody's word for others."""

from dataclasses import dataclass
from typing import Any

import pytest

from node.store import favourites, groups, lines, statuses, threads
from node.store.lines import Line
from node.store.unit import Snapshot
from tests.node.federating.conftest import Ward
from tests.support.peers import PUBLIC, Document, Peer, PeerActor

MODERATORS = "https://forum.example/c/wound_care/moderators"


@dataclass(frozen=True)
class Forum:
    """A group that asha follows, two members of its host, and okapi of another."""

    ward: Ward
    peer: Peer
    group: PeerActor
    stork: PeerActor
    pear: PeerActor

    def passes_on(self, *inner: Document, **changes: Any) -> Document:
        """Return the group's Announce of what members did."""
        about: Any = inner[0] if len(inner) == 1 else list(inner)
        names = {"to": [PUBLIC], "cc": [f"{self.group.uri}/followers"]}
        return self.group.activity("Announce", about, **names | changes)

    def page(self, by: PeerActor | None = None, **changes: Any) -> Document:
        """Return the Create of a page in the group."""
        named = {"type": "Page", "name": "Slugs", "audience": self.group.uri}
        return (by or self.stork).create("Copper tape", **named | changes)

    def comment(self, parent: str, by: PeerActor | None = None, **changes: Any) -> Document:
        """Return the Create of a comment."""
        return (by or self.stork).create("Same here.", inReplyTo=parent, audience=self.group.uri, **changes)

    async def takes(self, activity: Document) -> Document:
        """Let the group send something; return the answer, or where the post stands."""
        answer: Document = (await self.ward.takes(activity, by=self.group)).json()
        return answer

    async def home(self) -> list[Line]:
        """Return asha's home."""
        return await self.ward.node.home(self.ward.asha)

    async def thread(self, uri: str) -> list[int]:
        """Return the ids below a post, as anybody sees them."""
        root = await self.ward.holds(uri)
        _above, below = await self.ward.node.db.read(threads.around, root.id)
        return below

    async def posted(self, uri: str) -> groups.Posted | None:
        """Return how a post stands in the group."""
        group, status = await self.ward.node.find(self.group.handle), await self.ward.holds(uri)
        return await self.ward.node.db.read(groups.of, group.id, status.id)


@pytest.fixture
async def forum(ward: Ward) -> Forum:
    """Return a forum whose group asha follows; pear moderates it."""
    peer = ward.network.peer("forum.example")
    group = peer.actor("wound_care", type="Group", attributedTo=MODERATORS)
    made = Forum(ward, peer, group, peer.actor("stork"), peer.actor("pear"))
    peer.publish({"id": MODERATORS, "type": "OrderedCollection", "orderedItems": [made.pear.uri]})
    await ward.node.follow(ward.asha, group.handle)
    await ward.network.settle()
    await group.sends(ward.node, group.activity("Accept", peer.got("Follow")[0]))
    await ward.network.settle()
    return made


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["wrapped first", "plain first"])
async def test_a_page_announced_in_both_forms_is_one_post_and_once_in_home(
    forum: Forum, order: tuple[int, int]
) -> None:
    """Groups send a wrapped Create for other groups' servers and a plain Announce for the rest."""
    create = forum.page()
    forum.peer.publish(create["object"])
    forms = (forum.passes_on(create), forum.group.announce(create["object"]["id"]))

    for place in order:
        await forum.takes(forms[place])

    [line] = await forum.home()
    held = await forum.ward.holds(create["object"]["id"])
    assert '"reblogs_count":1' in line.json
    assert forum.group.handle.removeprefix("@") in line.json
    assert "Slugs" in held.content_html


async def test_twenty_comments_stand_in_their_thread_and_not_in_home(forum: Forum) -> None:
    """A followed group does not flood the home page, whichever form the comments come in."""
    page = forum.page()
    await forum.takes(forum.passes_on(page))
    uri = page["object"]["id"]

    for number in range(20):
        create = forum.comment(uri)
        forum.peer.publish(create["object"])
        plain = forum.group.announce(create["object"]["id"])
        await forum.takes(plain if number % 2 else forum.passes_on(create))

    assert len(await forum.home()) == 1
    assert len(await forum.thread(uri)) == 20


async def test_a_list_of_activities_takes_effect_one_by_one(forum: Forum) -> None:
    """What of it cannot be had is left out, and the rest counts."""
    page, elsewhere = forum.page(), forum.ward.okapi.create("From afar")
    lost = forum.ward.okapi.create("Never published")
    forum.ward.peer.publish(elsewhere["object"])
    comment = forum.comment(page["object"]["id"])

    answer = await forum.takes(forum.passes_on(page, comment, elsewhere, lost, {"type": "Nonsense"}))

    held = [await forum.ward.node.held(one["object"]["id"]) for one in (page, comment, elsewhere, lost)]
    assert answer["verdict"] == "queued"
    assert [one is not None for one in held] == [True, True, True, False]
    assert sum('"reblog":{' in line.json for line in await forum.home()) == 2


async def test_an_embedded_post_of_another_host_is_fetched_from_there(forum: Forum) -> None:
    """The group's host speaks for its own people only."""
    create = forum.ward.okapi.create("The real words")
    forum.ward.peer.publish(create["object"])
    forged = create | {"object": create["object"] | {"content": "<p>forged</p>"}}

    await forum.takes(forum.passes_on(forged))

    held = await forum.ward.holds(create["object"]["id"])
    assert held.content_html == "<p>The real words</p>"
    assert await forum.posted(held.uri) is not None


async def test_a_person_who_wraps_a_neighbours_post_is_not_believed(forum: Forum) -> None:
    """Only a group passes on what others did, however it is embedded."""
    await forum.ward.node.follow(forum.ward.asha, forum.pear.handle)
    await forum.ward.network.settle()
    await forum.pear.sends(forum.ward.node, forum.pear.activity("Accept", forum.peer.got("Follow")[-1]))
    create = forum.page()

    await forum.ward.takes(forum.pear.activity("Announce", create, to=[PUBLIC]), by=forum.pear)

    assert await forum.ward.node.held(create["object"]["id"]) is None


async def test_a_like_through_a_group_counts_when_its_host_houses_who_liked(forum: Forum) -> None:
    """For one of another host its own server is asked."""
    post = await forum.ward.node.post(forum.ward.asha, "Gel by every bed")
    okapi = forum.ward.okapi
    real, forged = okapi.like(post.uri), okapi.like(post.uri) | {"id": f"{okapi.uri}#likes/999"}
    real["id"] = f"{okapi.uri}/likes/1"
    forged["id"] = f"{okapi.uri}/likes/2"

    await forum.takes(forum.passes_on(forum.stork.like(post.uri)))
    refused = await forum.takes(forum.passes_on(forged))
    before = await _likes(forum, post.id)
    forum.ward.peer.publish(real)
    await forum.takes(forum.passes_on(real))

    assert refused["verdict"] == "queued"
    assert (before, await _likes(forum, post.id)) == (1, 2)
    assert await forum.ward.node.count(forum.ward.asha, "favourite") == 2


async def _likes(forum: Forum, status_id: int) -> int:
    [line] = await forum.ward.node.db.read(_line, forum.ward.asha.id, status_id)
    return int(line.json.partition('"favourites_count":')[2].partition(",")[0])


def _line(snapshot: Snapshot, viewer_id: int, status_id: int) -> list[Line]:
    return list(lines.by_ids(snapshot, viewer_id, [status_id]))


async def test_a_dislike_and_a_lock_are_ignored(forum: Forum) -> None:
    """Nothing follows, and nobody is told."""
    post = await forum.ward.node.post(forum.ward.asha, "Gel by every bed")

    answers = [await forum.takes(forum.passes_on(forum.stork.activity(kind, post.uri))) for kind in ("Dislike", "Lock")]

    assert answers == [{"verdict": "ignored", "reason": "unknown-type"}] * 2


async def test_a_moderator_hides_a_comment_in_the_group_and_nowhere_else(forum: Forum) -> None:
    """The list of moderators is fetched from the group's host; the reason is kept."""
    page = forum.page()
    comment = forum.comment(page["object"]["id"])
    uri = comment["object"]["id"]
    await forum.takes(forum.passes_on(page))
    await forum.takes(forum.passes_on(comment))

    await forum.takes(forum.passes_on(forum.pear.activity("Delete", uri, summary="off topic")))

    posted = await forum.posted(uri)
    assert posted is not None
    assert (posted.removed_by, posted.reason) == (forum.pear.uri, "off topic")
    assert await forum.thread(page["object"]["id"]) == []
    assert await forum.ward.node.shown(forum.ward.asha, uri) is not None


async def test_a_moderator_takes_a_page_out_of_home_and_puts_it_back(forum: Forum) -> None:
    """Undo of the Delete restores it; until then no Announce brings it back."""
    page = forum.page()
    uri = page["object"]["id"]
    await forum.takes(forum.passes_on(page))
    removal = forum.pear.activity("Delete", uri, summary="off topic")

    await forum.takes(forum.passes_on(removal))
    await forum.takes(forum.group.announce(uri))
    hidden = await forum.home()
    await forum.takes(forum.passes_on(forum.pear.undo(removal)))
    await forum.takes(forum.group.announce(uri))

    assert hidden == []
    assert len(await forum.home()) == 1


async def test_a_removal_by_somebody_who_is_no_moderator_changes_nothing(forum: Forum) -> None:
    """First the list is asked for; once it is known the word is refused at once."""
    page = forum.page()
    uri = page["object"]["id"]
    await forum.takes(forum.passes_on(page))
    forum.peer.actor("stranger")

    await forum.takes(forum.passes_on(forum.peer.actor("stranger").activity("Delete", uri)))
    answer = await forum.takes(forum.passes_on(forum.peer.actor("stranger").activity("Delete", uri)))

    posted = await forum.posted(uri)
    assert posted is not None
    assert posted.removed_at is None
    assert answer["reason"] == "not-owner"


async def test_an_author_deletes_a_post_through_the_group(forum: Forum) -> None:
    """The group's host houses the author: it is gone everywhere."""
    page = forum.page()
    uri = page["object"]["id"]
    await forum.takes(forum.passes_on(page))

    await forum.takes(forum.passes_on(forum.stork.activity("Delete", uri)))

    assert await forum.ward.node.held(uri) is None
    assert await forum.home() == []


async def test_S063_a_group_changes_nothing_of_anothers_host(forum: Forum) -> None:
    """An Update, a Delete or an Undo for somebody else's note is executed only as far as their own host confirms it."""
    okapi, node = forum.ward.okapi, forum.ward.node
    post = await node.post(forum.ward.asha, "Gel by every bed")
    create = okapi.create("The real words")
    note, like = create["object"], okapi.like(post.uri)
    forum.ward.peer.publish(note)
    await forum.ward.takes(create)
    await forum.ward.takes(like)
    later = {"content": "<p>forged</p>", "updated": "2030-01-01T00:00:00Z"}
    acts = (okapi.activity("Update", note | later), okapi.activity("Delete", note["id"]), okapi.undo(like))

    for act in acts:
        await forum.takes(forum.passes_on(act))
        await forum.takes(forum.passes_on(act | {"actor": forum.stork.uri}))
        await forum.takes(forum.passes_on(act | {"id": f"{forum.stork.uri}/acts/1", "actor": forum.stork.uri}))

    held = await forum.ward.holds(note["id"])
    okapi_here = await node.find(okapi.handle)
    assert held.content_html == "<p>The real words</p>"
    assert await node.db.read(favourites.of, okapi_here.id, post.id) is not None


async def test_what_a_group_says_of_another_host_is_confirmed_there(forum: Forum) -> None:
    """An edit and a deletion take effect as the origin answers, which is asked once a minute at most."""
    okapi = forum.ward.okapi
    create = okapi.create("First")
    note = create["object"]
    await forum.ward.takes(create)
    forum.ward.network.clock.pass_time(minutes=5)
    changed = note | {"content": "<p>Second</p>", "updated": f"{forum.ward.network.clock.now():%Y-%m-%dT%H:%M:%SZ}"}
    forum.ward.peer.publish(changed)

    await forum.takes(forum.passes_on(okapi.activity("Update", note | {"content": "<p>forged</p>"})))
    edited = (await forum.ward.holds(note["id"])).content_html
    del forum.ward.peer.shelf[note["id"]]
    await forum.takes(forum.passes_on(okapi.activity("Delete", note["id"])))
    kept = await forum.ward.node.held(note["id"])
    forum.ward.network.clock.pass_time(minutes=2)
    await forum.takes(forum.passes_on(okapi.activity("Delete", note["id"])))

    assert edited == "<p>Second</p>"
    assert kept is not None
    assert await forum.ward.node.held(note["id"]) is None


async def test_nobody_is_told_that_a_group_shows_their_post(forum: Forum) -> None:
    """Groups announce whatever names them; the author knows."""
    post = await forum.ward.node.post(forum.ward.asha, "Gel by every bed")

    await forum.takes(forum.group.announce(post.uri))

    line = await forum.ward.node.shown(forum.ward.asha, post.uri)
    assert line is not None
    assert '"reblogs_count":1' in line.json
    assert await forum.ward.node.count(forum.ward.asha, "reblog") == 0


async def test_the_group_can_take_a_page_back(forum: Forum) -> None:
    """Undo of its Announce removes the boost; the post itself stays."""
    page = forum.page()
    announce = forum.passes_on(page)
    await forum.takes(announce)

    await forum.takes(forum.group.undo(announce))

    assert await forum.home() == []
    assert await forum.ward.node.db.read(statuses.by_uri, page["object"]["id"]) is not None


async def test_an_answer_from_here_reaches_the_group(forum: Forum) -> None:
    """Whoever it answers, and without naming the group; and so does a thread that names it."""
    page = forum.page(by=forum.ward.okapi)
    forum.ward.peer.publish(page["object"])
    await forum.takes(forum.passes_on(page))
    held = await forum.ward.holds(page["object"]["id"])

    await forum.ward.node.post(forum.ward.asha, "Same here", reply_to_id=held.id)
    await forum.ward.node.post(forum.ward.asha, f"{forum.group.handle} gel by every bed")
    await forum.ward.network.settle()

    arrived = forum.peer.got("Create")
    assert [one["object"]["audience"] for one in arrived] == [forum.group.uri, forum.group.uri]
    assert all(forum.group.uri in one["cc"] for one in arrived)


@pytest.mark.parametrize(
    "listed",
    [{"type": "Collection", "items": []}, {"type": "Note", "items": ["https://forum.example/users/pear"]}, None],
    ids=["nobody", "no collection", "nothing"],
)
async def test_a_group_without_a_list_of_moderators_has_none(forum: Forum, listed: Document | None) -> None:
    """Then nobody removes another's post."""
    page = forum.page()
    uri = page["object"]["id"]
    await forum.takes(forum.passes_on(page))
    forum.peer.shelf.pop(MODERATORS)
    if listed is not None:
        forum.peer.publish({"id": MODERATORS, **listed})

    await forum.takes(forum.passes_on(forum.pear.activity("Delete", uri)))

    posted = await forum.posted(uri)
    assert posted is not None
    assert posted.removed_at is None


async def test_a_removal_that_comes_before_its_post_holds(forum: Forum) -> None:
    """Once the moderators are known, the group's late Announce brings nothing back."""
    first, late = forum.page(), forum.page()
    await forum.takes(forum.passes_on(first))
    await forum.takes(forum.passes_on(forum.pear.activity("Delete", first["object"]["id"])))

    await forum.takes(forum.passes_on(forum.pear.activity("Delete", late["object"]["id"])))
    answer = await forum.takes(forum.passes_on(late))

    assert answer == {"verdict": "ignored", "reason": "gone"}
    assert await forum.ward.node.held(late["object"]["id"]) is None
