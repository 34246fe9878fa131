"""Two nodes and one post: following, reading, answering, changing, removing, over real signatures."""

from dataclasses import dataclass

import pytest

from node.services import following, posting, reacting
from node.services.posting import Draft
from node.store import accounts, favourites, follows, statuses
from node.store.statuses import Status
from node.store.unit import Unit
from tests.support.network import Network, Station
from tests.support.world import Person


@dataclass(frozen=True)
class Two:
    """Asha at the ward follows Olu at the clinic."""

    network: Network
    ward: Station
    clinic: Station
    asha: Person
    olu: Person

    async def settle(self) -> None:
        """Let everything arrive."""
        await self.network.settle()


@pytest.fixture
async def two(network: Network) -> Two:
    """Return two nodes with a person each; the follow has arrived."""
    ward, clinic = await network.node("ward.example"), await network.node("clinic.example")
    made = Two(network, ward, clinic, await ward.user("asha"), await clinic.user("olu"))
    await ward.follow(made.asha, "@olu@clinic.example")
    await made.settle()
    return made


async def _their(two: Two, status: Status) -> Status:
    """What the ward holds of a post of the clinic, or the other way round."""
    other = two.ward if status.uri.startswith(two.clinic.site.base_url) else two.clinic
    found = await other.held(status.uri)
    assert found is not None
    return found


async def test_a_follow_by_handle_is_accepted_and_counted_on_both_sides(two: Two) -> None:
    """The follower sees an accepted follow, the followed a notification."""
    olu_there = await two.ward.find("@olu@clinic.example")
    asha_there = await two.clinic.find("@asha@ward.example")

    edge = await two.ward.db.read(follows.between, two.asha.id, olu_there.id)

    assert edge is not None
    assert edge.is_accepted
    assert (olu_there.followers_count, asha_there.following_count) == (1, 1)
    assert await two.clinic.count(two.olu, "follow") == 1


async def test_a_post_arrives_in_the_home_of_a_follower(two: Two) -> None:
    """What the author wrote is what the follower reads."""
    post = await two.clinic.post(two.olu, "Gel by every bed worked")

    await two.settle()

    assert [line.id for line in await two.ward.home(two.asha)] == [(await _their(two, post)).id]
    assert "Gel by every bed worked" in (await two.ward.home(two.asha))[0].json


async def test_a_reply_arrives_below_its_parent_and_tells_its_author(two: Two) -> None:
    """The conversation is one on both nodes."""
    post = await two.clinic.post(two.olu, "Who has tried this?")
    await two.settle()
    parent_here = await _their(two, post)

    reply = await two.ward.post(two.asha, "@olu@clinic.example we have", reply_to_id=parent_here.id)
    await two.settle()

    there = await _their(two, reply)
    assert (there.reply_to_id, there.context_uri) == (post.id, post.context_uri)
    assert await two.clinic.count(two.olu, "mention") == 1


async def test_an_edit_replaces_what_followers_read_and_keeps_when_it_was_published(two: Two) -> None:
    """Text and time of the edit travel."""
    post = await two.clinic.post(two.olu, "Gel by evry bed")
    await two.settle()
    before = await _their(two, post)
    two.network.clock.pass_time(minutes=5)

    await two.clinic.db.write(posting.edit, two.olu.id, post.id, Draft(text="Gel by every bed"))
    await two.settle()

    after = await _their(two, post)
    assert "every bed" in after.content_html
    assert (after.id, after.created_at) == (before.id, before.created_at)
    assert after.edited_at == two.network.clock.now()


async def test_a_deletion_removes_the_post_everywhere(two: Two) -> None:
    """Nothing is left at the follower's node."""
    post = await two.clinic.post(two.olu, "Not yet for the world")
    await two.settle()

    await two.clinic.db.write(posting.delete, two.olu.id, post.id)
    await two.settle()

    assert await two.ward.held(post.uri) is None
    assert await two.ward.home(two.asha) == []


async def test_a_favourite_counts_once_at_the_author_and_can_be_taken_back(two: Two) -> None:
    """The author is told, and no longer after it is taken back."""
    post = await two.clinic.post(two.olu, "A good week")
    await two.settle()
    here = await _their(two, post)

    await two.ward.favourite(two.asha, here)
    await two.settle()
    told = await two.clinic.count(two.olu, "favourite")
    await two.ward.db.write(reacting.unfavourite, two.asha.id, here.id)
    await two.settle()

    asha_there = await two.clinic.find("@asha@ward.example")
    assert told == 1
    assert await two.clinic.count(two.olu, "favourite") == 0
    assert await two.clinic.db.read(favourites.of, asha_there.id, post.id) is None


async def test_a_boost_reaches_the_author_and_the_boosters_followers_and_can_be_taken_back(two: Two) -> None:
    """A third node that follows only the booster fetches the post from its origin."""
    mill = await two.network.node("mill.example")
    iris = await mill.user("iris")
    await mill.follow(iris, "@asha@ward.example")
    await two.settle()
    post = await two.clinic.post(two.olu, "Worth passing on")
    await two.settle()
    here = await _their(two, post)

    await two.ward.boost(two.asha, here)
    await two.settle()

    assert await two.clinic.count(two.olu, "reblog") == 1
    assert len(await mill.home(iris)) == 1
    assert "Worth passing on" in (await mill.home(iris))[0].json

    await two.ward.db.write(reacting.unboost, two.asha.id, here.id)
    await two.settle()

    assert await mill.home(iris) == []
    assert await two.clinic.count(two.olu, "reblog") == 0


async def test_after_an_unfollow_nothing_more_arrives(two: Two) -> None:
    """The author's node no longer sends."""
    olu_here = await two.ward.find("@olu@clinic.example")
    await two.ward.db.write(following.unfollow, two.asha.id, olu_here.id)
    await two.settle()

    post = await two.clinic.post(two.olu, "Said to nobody at the ward")
    await two.settle()

    assert await two.ward.held(post.uri) is None


async def test_a_removed_follower_is_told_and_gets_nothing_more(two: Two) -> None:
    """A Reject ends an accepted follow on both sides."""
    asha_there = await two.clinic.find("@asha@ward.example")
    await two.clinic.db.write(following.reject, two.olu.id, asha_there.id)
    await two.settle()

    post = await two.clinic.post(two.olu, "For followers", visibility="private")
    await two.settle()

    olu_here = await two.ward.find("@olu@clinic.example")
    assert await two.ward.db.read(follows.between, two.asha.id, olu_here.id) is None
    assert await two.ward.held(post.uri) is None


async def test_a_locked_account_decides_who_follows(two: Two) -> None:
    """Until it accepts, the follower waits and reads nothing."""
    await two.ward.db.write(_lock, two.asha.id)
    await two.clinic.follow(two.olu, "@asha@ward.example")
    await two.settle()
    olu_here = await two.ward.find("@olu@clinic.example")
    asha_there = await two.clinic.find("@asha@ward.example")
    waiting = await two.clinic.db.read(follows.between, two.olu.id, asha_there.id)

    await two.ward.db.write(following.accept, two.asha.id, olu_here.id)
    await two.settle()

    accepted = await two.clinic.db.read(follows.between, two.olu.id, asha_there.id)
    assert waiting is not None
    assert not waiting.is_accepted
    assert accepted is not None
    assert accepted.is_accepted


def _lock(unit: Unit, account_id: int) -> None:
    account = accounts.by_id(unit, account_id)
    assert account is not None
    accounts.change(unit, account, is_locked=True)


async def test_a_direct_post_is_read_by_the_named_alone(two: Two) -> None:
    """Neither another follower on the same node nor the public sees it."""
    ben = await two.ward.user("ben")
    await two.ward.follow(ben, "@olu@clinic.example")
    await two.settle()

    post = await two.clinic.post(two.olu, "@asha@ward.example a word in private", visibility="direct")
    await two.settle()

    assert await two.ward.shown(two.asha, post.uri) is not None
    assert await two.ward.shown(ben, post.uri) is None


async def test_a_followers_only_post_is_read_by_followers_alone(two: Two) -> None:
    """Ben at the same node does not follow and does not see it."""
    ben = await two.ward.user("ben")

    post = await two.clinic.post(two.olu, "For those who follow", visibility="private")
    await two.settle()

    assert (await _their(two, post)).visibility == "private"
    assert await two.ward.shown(two.asha, post.uri) is not None
    assert await two.ward.shown(ben, post.uri) is None


async def test_a_mention_of_somebody_unknown_waits_for_the_lookup_and_arrives(two: Two) -> None:
    """The post names a person of a third node that was never heard of."""
    mill = await two.network.node("mill.example")
    iris = await mill.user("iris")

    post = await two.clinic.post(two.olu, "@iris@mill.example have you seen this?")
    await two.settle()

    assert await mill.shown(iris, post.uri) is not None
    assert await mill.count(iris, "mention") == 1
    assert 'href="https://mill.example/@iris"' in (await two.clinic.status(post.id)).content_html


async def test_a_mention_of_nobody_stays_plain_text_and_the_post_goes_out(two: Two) -> None:
    """A handle that cannot be found holds nothing up."""
    post = await two.clinic.post(two.olu, "@nobody@nowhere.example hello?")

    await two.settle()

    assert "@nobody@nowhere.example" in (await _their(two, post)).content_html


async def test_a_reply_that_came_before_its_parent_is_adopted(two: Two) -> None:
    """The parent is fetched or arrives later; the reply hangs below it."""
    post = await two.clinic.post(two.olu, "First")
    reply = await two.clinic.post(two.olu, "Second", reply_to_id=post.id)
    held = two.network.hold("ward.example")
    await two.settle()

    await held.release([1, 0])
    await two.settle()

    assert (await _their(two, reply)).reply_to_id == (await _their(two, post)).id
    found = await two.ward.db.read(statuses.by_uri, post.uri)
    assert found is not None
