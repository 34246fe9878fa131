"""A group of our own: members elsewhere and here post into it, all hear of it once, and moderators keep it."""

import json
from dataclasses import dataclass

import pytest

from node.errors import Problem
from node.services import gathering, posting, publishing, submitting
from node.services.gathering import NewGroup
from node.services.posting import Draft
from node.store import follows, groups, statuses
from node.store.accounts import Account
from node.store.unit import Unit
from tests.node.federating.conftest import Ward
from tests.support.peers import PUBLIC, Document, PeerActor
from tests.support.world import key_pair


@dataclass(frozen=True)
class Clinic:
    """A group of ward.example that okapi follows, moderated by ben of this node and pear of another."""

    ward: Ward
    group: Account
    pear: PeerActor

    def page(self, text: str = "@wound_care Copper tape", **changes: object) -> Document:
        """Return okapi's post that names the group."""
        tag = {"type": "Mention", "href": self.group.uri, "name": "@wound_care@ward.example"}
        named: dict[str, object] = {"to": [PUBLIC], "cc": [f"{self.ward.okapi.uri}/followers", self.group.uri]}
        return self.ward.okapi.create(text, **named | {"tag": [tag]} | changes)

    def passed(self, kind: str) -> list[Document]:
        """Return the activities of a type that reached okapi's server inside the group's Announce."""
        inner = [announce["object"] for announce in self.ward.peer.got("Announce")]
        return [one for one in inner if isinstance(one, dict) and one["type"] == kind]

    def boosted(self) -> list[str]:
        """Return the posts that the group announced plainly."""
        return [a["object"] for a in self.ward.peer.got("Announce") if isinstance(a["object"], str)]

    async def posted(self, uri: str) -> groups.Posted | None:
        """Return how a post stands in the group."""
        status = await self.ward.node.held(uri)
        return await self.ward.node.db.read(groups.of, self.group.id, status.id) if status is not None else None


@pytest.fixture
async def clinic(ward: Ward) -> Clinic:
    """Return a group with okapi as its member."""
    node = ward.node
    await node.user("ben")
    pear = ward.network.peer("forum.example").actor("pear")
    await node.find(pear.handle)
    names = ("ben", pear.handle)
    new = NewGroup(username="wound_care", title="Wound care", keys=key_pair(1), moderators=names)
    group = await node.db.write(gathering.create, new, by="tests")
    await ward.takes(ward.okapi.follow(group.uri))
    return Clinic(ward, group, pear)


async def test_the_group_is_an_actor_that_names_its_moderators(clinic: Clinic) -> None:
    """Servers of groups read the list where `attributedTo` leads."""
    db = clinic.ward.node.db

    actor = json.loads(await db.read(publishing.actor, "wound_care"))
    listed = json.loads(await db.read(publishing.moderators, "wound_care"))

    assert (actor["type"], actor["name"], actor["postingRestrictedToMods"]) == ("Group", "Wound care", False)
    assert actor["attributedTo"] == listed["id"]
    assert sorted(listed["orderedItems"]) == sorted([clinic.pear.uri, "https://ward.example/users/ben"])
    with pytest.raises(Problem):
        await db.read(publishing.moderators, "asha")


async def test_a_members_post_is_passed_on_in_both_forms_as_it_came(clinic: Clinic) -> None:
    """Wrapped for servers that know groups, a boost for the rest; members here see it in home."""
    await clinic.ward.node.follow(clinic.ward.asha, "@wound_care")
    page = clinic.page()

    await clinic.ward.takes(page)

    assert clinic.passed("Create") == [page]
    assert clinic.boosted() == [page["object"]["id"]]
    assert sum('"reblog":{' in line.json for line in await clinic.ward.node.home(clinic.ward.asha)) == 1


async def test_a_post_that_has_the_group_as_its_audience_is_one_too(clinic: Clinic) -> None:
    """Servers of groups name it so and not in the text."""
    page = clinic.page(tag=[], cc=[], audience=clinic.group.uri)

    await clinic.ward.takes(page)

    assert clinic.passed("Create") == [page]


async def test_a_reply_is_passed_on_wrapped_alone(clinic: Clinic) -> None:
    """Nobody's home page is flooded by boosts of comments, here or on other servers."""
    await clinic.ward.node.follow(clinic.ward.asha, "@wound_care")
    page = clinic.page()
    await clinic.ward.takes(page)
    reply = clinic.page("@wound_care Same here", inReplyTo=page["object"]["id"])

    await clinic.ward.takes(reply)
    ours = await clinic.ward.node.post(
        clinic.ward.asha, "And here", reply_to_id=(await clinic.ward.holds(page["object"]["id"])).id
    )
    await clinic.ward.network.settle()

    passed = clinic.passed("Create")
    assert [one["object"]["id"] for one in passed] == [page["object"]["id"], reply["object"]["id"], ours.uri]
    assert passed[-1]["object"]["audience"] == clinic.group.uri
    assert clinic.boosted() == [page["object"]["id"]]
    assert sum('"reblog":{' in line.json for line in await clinic.ward.node.home(clinic.ward.asha)) == 1


async def test_somebody_of_ours_posts_into_the_group(clinic: Clinic) -> None:
    """A mention from any app is enough, for a member."""
    await clinic.ward.node.follow(clinic.ward.asha, "@wound_care")

    post = await clinic.ward.node.post(clinic.ward.asha, "@wound_care gel by every bed")
    await clinic.ward.network.settle()

    [create] = clinic.passed("Create")
    assert create["object"]["id"] == post.uri
    assert create["object"]["audience"] == clinic.group.uri
    assert clinic.boosted() == [post.uri]


async def test_who_is_no_member_does_not_post_into_the_group(clinic: Clinic) -> None:
    """Neither from here nor from elsewhere, nor with a post that is not for all."""
    heron = clinic.ward.peer.actor("heron")
    page = heron.create("@wound_care hello", to=[PUBLIC, clinic.group.uri])

    await clinic.ward.takes(page, by=heron)
    await clinic.ward.takes(clinic.page(to=[f"{clinic.ward.okapi.uri}/followers"], cc=[clinic.group.uri]))
    await clinic.ward.node.post(clinic.ward.asha, "@wound_care gel by every bed")
    await clinic.ward.network.settle()

    assert (clinic.passed("Create"), clinic.boosted()) == ([], [])


async def test_a_blocked_member_is_out(clinic: Clinic) -> None:
    """Its follow ends, another is refused, and what it posts is not taken."""
    node = clinic.ward.node
    okapi = await node.find(clinic.ward.okapi.handle)

    await node.db.write(gathering.block, clinic.group, okapi, by="tests")
    await clinic.ward.takes(clinic.ward.okapi.follow(clinic.group.uri))
    await clinic.ward.takes(clinic.page())

    assert await node.db.read(follows.between, okapi.id, clinic.group.id) is None
    assert (clinic.passed("Create"), clinic.boosted()) == ([], [])


async def test_members_of_a_closed_group_are_let_in_one_by_one(clinic: Clinic) -> None:
    """Until then they are listed as asking, and their posts are not taken."""
    node = clinic.ward.node
    new = NewGroup(username="icu", title="ICU", keys=key_pair(2), is_locked=True)
    group = await node.db.write(gathering.create, new, by="tests")
    await clinic.ward.takes(clinic.ward.okapi.follow(group.uri))
    await clinic.ward.takes(clinic.page(cc=[group.uri], tag=[]))

    asking = await node.db.read(gathering.asking, group)
    before = clinic.passed("Create")
    await node.db.write(gathering.admit, group, await node.find(clinic.ward.okapi.handle), by="tests")
    await clinic.ward.takes(clinic.page(cc=[group.uri], tag=[]))

    assert (asking, before) == ([clinic.ward.okapi.handle], [])
    assert len(clinic.passed("Create")) == 1


async def test_in_a_restricted_group_moderators_alone_begin_threads(clinic: Clinic) -> None:
    """Members may still answer."""
    node = clinic.ward.node
    new = NewGroup(username="news", title="News", keys=key_pair(2), moderators=("ben",), is_restricted=True)
    group = await node.db.write(gathering.create, new, by="tests")
    await clinic.ward.takes(clinic.ward.okapi.follow(group.uri))
    ben = await node.find("@ben")

    await clinic.ward.takes(clinic.page(cc=[group.uri], tag=[]))
    before = clinic.passed("Create")
    begun = await node.db.write(_posted, ben.id, "@news the ward opens")
    await clinic.ward.network.settle()
    reply = clinic.page("Good", cc=[group.uri], tag=[], inReplyTo=begun)
    await clinic.ward.takes(reply)

    assert before == []
    assert [one["object"]["id"] for one in clinic.passed("Create")] == [begun, reply["object"]["id"]]


def _posted(unit: Unit, author_id: int, text: str) -> str:
    status = statuses.by_id(unit, posting.post(unit, author_id, Draft(text=text)))
    assert status is not None
    return status.uri


async def test_edits_likes_and_deletions_follow_into_the_group(clinic: Clinic) -> None:
    """By its author, or by a member, as they came."""
    okapi = clinic.ward.okapi
    page = clinic.page()
    await clinic.ward.takes(page)
    clinic.ward.network.clock.pass_time(minutes=1)
    later = f"{clinic.ward.network.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    edit = okapi.activity("Update", page["object"] | {"content": "<p>Better</p>", "updated": later})
    ours = await clinic.ward.node.post(clinic.ward.asha, "unrelated")
    like = okapi.like(ours.uri)
    deletion = okapi.activity("Delete", page["object"]["id"])

    for act in (edit, like, deletion):
        await clinic.ward.takes(act)

    assert (clinic.passed("Update"), clinic.passed("Like"), clinic.passed("Delete")) == ([edit], [], [deletion])


async def test_a_like_of_a_post_of_ours_in_the_group_is_passed_on_and_taken_back(clinic: Clinic) -> None:
    """By members here and elsewhere."""
    node, asha = clinic.ward.node, clinic.ward.asha
    await node.follow(asha, "@wound_care")
    post = await node.post(asha, "@wound_care gel by every bed")
    like = clinic.ward.okapi.like(post.uri)

    await clinic.ward.takes(like)
    await clinic.ward.takes(clinic.ward.okapi.undo(like))
    await node.favourite(asha, post)
    await clinic.ward.network.settle()

    assert clinic.passed("Like")[0] == like
    assert [one["actor"] for one in clinic.passed("Like")] == [clinic.ward.okapi.uri, asha.account.uri]
    assert len(clinic.passed("Undo")) == 1


async def test_a_moderator_elsewhere_removes_a_post_and_puts_it_back(clinic: Clinic) -> None:
    """In the group alone, with the reason; everybody else's Delete is refused."""
    page = clinic.page()
    uri = page["object"]["id"]
    await clinic.ward.takes(page)
    removal = clinic.pear.activity("Delete", uri, summary="off topic", to=[PUBLIC], cc=[clinic.group.uri])
    heron = clinic.ward.network.peer("forum.example").actor("heron")

    refused = await clinic.ward.takes(heron.activity("Delete", uri), by=heron)
    await clinic.ward.takes(removal, by=clinic.pear)
    hidden = await clinic.posted(uri)
    undone = [one for one in clinic.ward.peer.got("Undo") if one["object"]["object"] == uri]
    await clinic.ward.takes(clinic.pear.undo(removal), by=clinic.pear)

    shown = await clinic.posted(uri)
    assert refused.json().get("verdict") != "accepted"
    assert hidden is not None
    assert (hidden.removed_by, hidden.reason) == (clinic.pear.uri, "off topic")
    assert clinic.passed("Delete") == [removal]
    assert len(undone) == 1
    assert shown is not None
    assert shown.removed_at is None
    assert clinic.boosted() == [uri, uri]
    assert await clinic.ward.node.held(uri) is not None


async def test_a_moderator_of_ours_removes_a_post(clinic: Clinic) -> None:
    """As the group's servers understand it; who does not moderate cannot."""
    node = clinic.ward.node
    page = clinic.page()
    uri = page["object"]["id"]
    await clinic.ward.takes(page)
    ben, asha = await node.find("@ben"), clinic.ward.asha.account

    with pytest.raises(Problem):
        await node.db.write(submitting.moderate_by, clinic.group, uri, by=asha, reason="no", is_removal=True)
    await node.db.write(submitting.moderate_by, clinic.group, uri, by=ben, reason="off topic", is_removal=True)
    await clinic.ward.network.settle()

    [removal] = clinic.passed("Delete")
    assert (removal["actor"], removal["object"], removal["summary"]) == (ben.uri, uri, "off topic")
    assert removal["audience"] == clinic.group.uri


async def test_two_of_our_nodes_share_a_group(clinic: Clinic) -> None:
    """A member on another node sees a thread once and its answers under it; an answer from there reaches all."""
    ward = clinic.ward
    east = await ward.network.node("east.example")
    ines = await east.user("ines")
    await east.follow(ines, "@wound_care@ward.example")
    await ward.network.settle()
    await ward.node.follow(ward.asha, "@wound_care")
    post = await ward.node.post(ward.asha, "@wound_care gel by every bed")
    await ward.network.settle()

    there = await east.held(post.uri)
    assert there is not None
    answer = await east.post(ines, "We try it too", reply_to_id=there.id)
    await ward.network.settle()

    boosts = [line for line in await east.home(ines) if '"reblog":{' in line.json]
    assert len(boosts) == 1
    assert (await ward.node.held(answer.uri)) is not None
    assert [one["object"]["id"] for one in clinic.passed("Create")] == [post.uri, answer.uri]
