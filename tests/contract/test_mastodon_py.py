"""Mastodon.py, a client library nobody here wrote, against two real nodes: from signing in to deleting a post."""

import io
import urllib.request

import pytest
from mastodon import Mastodon, MastodonNotFoundError
from mastodon.errors import MastodonDeprecationWarning, MastodonUnauthorizedError

from node.demonstrating.browser import Browser
from node.demonstrating.places import Person, Place
from node.demonstrating.watching import eventually
from tests.contract.conftest import Pair
from tests.contract.pictures import picture
from tests.support.processes import INES, OTTO

pytestmark = pytest.mark.processes
SCOPES = ["read", "write", "follow"]


def sign_in(place: Place, person: Person) -> Mastodon:
    """Register an app, sign in through the pages, and change the code for a token."""
    client_id, secret = Mastodon.create_app("Ward round", scopes=SCOPES, api_base_url=place.base_url)
    client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=place.base_url)
    with Browser(place.base_url) as browser:
        browser.sign_in(person.email, person.password)
        code = browser.allow(client.auth_request_url(scopes=SCOPES, allow_http=True))
    client.log_in(code=code, scopes=SCOPES, allow_http=True)
    return client


@pytest.fixture(scope="module")
def ines(pair: Pair) -> Mastodon:
    """Return the app of Ines."""
    return sign_in(pair.ines, INES)


@pytest.fixture(scope="module")
def otto(pair: Pair) -> Mastodon:
    """Return the app of Otto, at the other node."""
    return sign_in(pair.otto, OTTO)


@pytest.fixture(scope="module")
def friends(pair: Pair, ines: Mastodon, otto: Mastodon) -> tuple[Mastodon, Mastodon]:
    """Return both, after Otto found Ines at her node and follows her."""
    (found,) = otto.search_v2(f"@ines@{pair.ines.host}", resolve=True, result_type="accounts").accounts
    otto.account_follow(found.id)
    eventually("the follow to be accepted", lambda: True if otto.account_relationships(found.id)[0].following else None)
    return ines, otto


def in_home(client: Mastodon, uri: str):
    """Return the post with this address once it is in the home timeline."""
    return eventually(
        f"{uri} in the home timeline",
        lambda: next((one for one in client.timeline_home(limit=40) if one.uri == uri), None),
    )


def notified(client: Mastodon, kind: str, status_id: object | None = None):
    """Return the notification of a kind, once it is there."""

    def look():
        found = client.notifications(types=[kind])
        return next((one for one in found if status_id is None or one.status.id == status_id), None)

    return eventually(f"a notification of {kind}", look)


def test_sign_in_gives_the_own_account(ines: Mastodon) -> None:
    """The code of the consent page is worth a token for the person who signed in."""
    me = ines.account_verify_credentials()

    assert (me.username, me.acct, me.display_name) == ("ines", "ines", "Ines")
    assert ines.app_verify_credentials().name == "Ward round"


def test_token_that_was_revoked_opens_nothing(pair: Pair) -> None:
    """Signing out in the app ends the token."""
    client = sign_in(pair.ines, INES)
    stale = Mastodon(access_token=client.access_token, api_base_url=pair.ines.base_url)
    assert stale.account_verify_credentials().username == "ines"

    client.revoke_access_token(allow_http=True)

    with pytest.raises(MastodonUnauthorizedError):
        stale.account_verify_credentials()


def test_start_of_a_client_finds_everything_it_asks_for(ines: Mastodon) -> None:
    """What clients ask for when they open is there, empty or not."""
    instance = ines.instance_v2()

    assert instance.configuration.statuses.max_characters >= 500
    with pytest.warns(MastodonDeprecationWarning):
        assert ines.instance_v1().title == instance.title
    assert ines.preferences()["posting:default:visibility"] == "public"
    assert [ines.custom_emojis(), ines.lists(), ines.filters_v2(), ines.announcements()] == [[], [], [], []]
    assert ines.markers_get() == {}


def test_post_is_in_home_public_and_tag_timelines(ines: Mastodon) -> None:
    """A post of one's own is read back where apps look for it."""
    posted = ines.status_post("Handover at the bed, not in the office #bedside")

    assert posted.content.startswith("<p>Handover at the bed")
    for timeline in (ines.timeline_home(), ines.timeline_local(), ines.timeline_hashtag("bedside")):
        assert posted.id in [one.id for one in timeline]
    assert posted.id in [one.id for one in ines.account_statuses(ines.me().id)]


def test_same_idempotency_key_posts_once(ines: Mastodon) -> None:
    """An app that repeats a request after a lost answer has posted once."""
    first, second = (ines.status_post("Posted once", idempotency_key="k-1") for _ in range(2))

    assert first.id == second.id


def test_media_is_posted_with_its_description(ines: Mastodon, friends: tuple[Mastodon, Mastodon]) -> None:
    """A picture is uploaded, described, posted, served, and arrives at the other node with its description."""
    media = ines.media_post(io.BytesIO(picture()), mime_type="image/png", description="A green door")
    media = eventually("the picture to be ready", lambda: one if (one := ines.media(media.id)).url else None)

    posted = ines.status_post("A picture", media_ids=[media])

    (attached,) = posted.media_attachments
    assert (attached.type, attached.description) == ("image", "A green door")
    with urllib.request.urlopen(attached.url) as answer:
        assert answer.headers["content-type"].startswith("image/")
    arrived = in_home(friends[1], posted.uri)
    assert [one.description for one in arrived.media_attachments] == ["A green door"]


def test_follow_across_nodes_is_notified_and_counted(friends: tuple[Mastodon, Mastodon]) -> None:
    """The followed one hears of it, and both sides list it."""
    ines, otto = friends

    follow = notified(ines, "follow")

    assert follow.account.acct.startswith("otto@127.0.0.1:")
    assert [one.acct for one in ines.account_followers(ines.me().id)] == [follow.account.acct]
    assert [one.username for one in otto.account_following(otto.me().id)] == ["ines"]


def test_post_reaches_the_other_node_and_comes_back_as_a_conversation(friends: tuple[Mastodon, Mastodon]) -> None:
    """Reply, favourite and boost at the other node are notified here, and both nodes show the same thread."""
    ines, otto = friends
    posted = ines.status_post("Who checks the drip at night?")
    arrived = in_home(otto, posted.uri)

    reply = otto.status_reply(arrived, "The night nurse, at two")
    otto.status_favourite(arrived)
    otto.status_reblog(arrived)

    notified(ines, "favourite", posted.id)
    notified(ines, "reblog", posted.id)
    mention = eventually(
        "the reply", lambda: next((n for n in ines.notifications(types=["mention"]) if n.status.uri == reply.uri), None)
    )
    assert mention.status.in_reply_to_id == posted.id
    assert [one.uri for one in ines.status_context(posted.id).descendants] == [reply.uri]
    assert [one.uri for one in otto.status_context(reply.id).ancestors] == [posted.uri]
    counted = ines.status(posted.id)
    assert (counted.favourites_count, counted.reblogs_count, counted.replies_count) == (1, 1, 1)


def test_favourite_and_boost_are_taken_back_at_the_other_node(friends: tuple[Mastodon, Mastodon]) -> None:
    """Undo arrives: the counts are none again."""
    ines, otto = friends
    posted = ines.status_post("Taken back later")
    arrived = in_home(otto, posted.uri)
    otto.status_favourite(arrived)
    otto.status_reblog(arrived)
    eventually("both counts", lambda: True if _counts(ines, posted.id) == (1, 1) else None)

    otto.status_unfavourite(arrived)
    otto.status_unreblog(arrived)

    eventually("no counts", lambda: True if _counts(ines, posted.id) == (0, 0) else None)


def _counts(client: Mastodon, status_id: object) -> tuple[int, int]:
    status = client.status(status_id)
    return status.favourites_count, status.reblogs_count


def test_edit_reaches_the_other_node(friends: tuple[Mastodon, Mastodon]) -> None:
    """The other node shows the new words, marked as edited, and tells who had boosted."""
    ines, otto = friends
    posted = ines.status_post("Twice a day")
    arrived = in_home(otto, posted.uri)

    ines.status_update(posted.id, "Three times a day")

    edited = eventually("the edit", lambda: one if "Three" in (one := otto.status(arrived.id)).content else None)
    assert edited.edited_at is not None
    assert "Three times a day" in ines.status_source(posted.id).text


def test_delete_reaches_the_other_node(friends: tuple[Mastodon, Mastodon]) -> None:
    """What its author deletes is gone everywhere."""
    ines, otto = friends
    posted = ines.status_post("Posted by mistake")
    arrived = in_home(otto, posted.uri)

    ines.status_delete(posted.id)

    with pytest.raises(MastodonNotFoundError):
        ines.status(posted.id)

    def is_gone() -> bool | None:
        try:
            otto.status(arrived.id)
        except MastodonNotFoundError:
            return True
        return None

    eventually("the post to be gone at the other node", is_gone)


def test_direct_post_reaches_only_the_one_it_names(pair: Pair, friends: tuple[Mastodon, Mastodon]) -> None:
    """A direct post arrives as a mention, and no public timeline shows it."""
    ines, otto = friends

    posted = ines.status_post(f"@otto@{pair.otto.host} only you", visibility="direct")

    mention = eventually(
        "the direct post",
        lambda: next((n for n in otto.notifications(types=["mention"]) if n.status.uri == posted.uri), None),
    )
    assert mention.status.visibility == "direct"
    assert posted.uri not in [one.uri for one in otto.timeline_public(limit=40)]


def test_post_of_another_node_is_found_by_its_address(friends: tuple[Mastodon, Mastodon]) -> None:
    """A person pastes an address into the search box."""
    ines, otto = friends
    posted = ines.status_post("Found by its address", visibility="unlisted")

    found = otto.search_v2(posted.url, resolve=True, result_type="statuses").statuses

    assert [one.uri for one in found] == [posted.uri]


def test_unfollow_is_heard_at_the_other_node(pair: Pair, ines: Mastodon, otto: Mastodon) -> None:
    """Whoever is no longer followed counts one follower less."""
    (found,) = ines.search_v2(f"@otto@{pair.otto.host}", resolve=True, result_type="accounts").accounts
    ines.account_follow(found.id)
    eventually("the follower", lambda: True if otto.me().followers_count == 1 else None)

    ines.account_unfollow(found.id)

    eventually("no follower", lambda: True if otto.me().followers_count == 0 else None)
    assert not ines.account_relationships(found.id)[0].following
