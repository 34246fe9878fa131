"""Accounts, relations between people, profiles, hashtags, suggestions and the directory."""

import io

import pytest

from tests.contract.mastodon_py.typed import Typed
from tests.contract.pictures import picture

pytestmark = pytest.mark.processes


def test_accounts_are_looked_up(asha: Typed, ben: Typed) -> None:
    """By id, by ids, by handle and by words."""
    me = asha.account_verify_credentials()

    assert me.id == asha.me().id == asha.account(me.id).id
    assert [one.acct for one in ben.accounts([me.id, ben.me().id])] == ["asha", "ben"]
    assert ben.account_lookup("asha").id == me.id
    assert [one.id for one in ben.account_search("asha", limit=5)] == [me.id]


def test_follows_are_made_and_ended(asha: Typed, ben: Typed) -> None:
    """With what both lists say of it; a follower may be sent away."""
    me, him = asha.me().id, ben.me().id

    assert asha.account_follow(him, notify=True).notifying
    assert me in [one.id for one in ben.account_followers(him)]
    assert him in [one.id for one in asha.account_following(me)]
    assert [one.following for one in asha.account_relationships([him])] == [True]
    assert [one.id for one in asha.account_familiar_followers(him)] == [him]
    assert not ben.account_remove_from_followers(me).followed_by
    asha.account_follow(him)
    assert not asha.account_unfollow(him).following


def test_follow_requests_are_answered(ben: Typed, cleo: Typed, eli: Typed) -> None:
    """One is let in and one is not."""
    assert [one.account_follow(eli.me().id).requested for one in (ben, cleo)] == [True, True]
    assert {one.acct for one in eli.follow_requests()} == {"ben", "cleo"}

    assert eli.follow_request_authorize(ben.me().id).followed_by
    assert not eli.follow_request_reject(cleo.me().id).followed_by

    assert eli.follow_requests() == []
    ben.account_unfollow(eli.me().id)


def test_people_are_blocked_and_muted(cleo: Typed, dan: Typed) -> None:
    """And no longer."""
    him = dan.me().id

    assert cleo.account_block(him).blocking
    assert [one.id for one in cleo.blocks()] == [him]
    assert not cleo.account_unblock(him).blocking
    assert cleo.account_mute(him, notifications=False, duration=3600).muting
    assert [one.id for one in cleo.mutes()] == [him]
    assert not cleo.account_unmute(him).muting


def test_hosts_are_blocked(cleo: Typed) -> None:
    """And no longer."""
    cleo.domain_block("loud.example")
    assert cleo.domain_blocks() == ["loud.example"]

    cleo.domain_unblock("loud.example")

    assert cleo.domain_blocks() == []


@pytest.mark.filterwarnings("ignore::mastodon.errors.MastodonDeprecationWarning")
def test_people_are_recommended_and_noted(asha: Typed, dan: Typed) -> None:
    """By the old words and the new ones."""
    him = dan.me().id
    asha.account_follow(him)

    assert asha.account_endorse(him).endorsed
    assert [one.id for one in asha.endorsements()] == [him]
    assert not asha.account_unendorse(him).endorsed
    assert asha.account_pin(him).endorsed
    assert not asha.account_unpin(him).endorsed
    assert asha.account_note_set(him, "Met at the huddle").note == "Met at the huddle"
    asha.account_unfollow(him)


def test_a_profile_is_changed(dan: Typed) -> None:
    """Pictures, fields and what new posts are like."""
    changed = dan.account_update_credentials(
        display_name="Dan of ward 4",
        note="Nurse",
        avatar=io.BytesIO(picture()),
        avatar_mime_type="image/png",
        header=io.BytesIO(picture()),
        header_mime_type="image/png",
        fields=[("Ward", "4")],
        discoverable=True,
        indexable=True,
        hide_collections=False,
        bot=False,
        locked=False,
        attribution_domains=["news.example"],
        default_privacy="unlisted",
        default_sensitive=False,
        default_language="de",
        default_quote_policy="followers",
        avatar_description="A green door",
        header_description="A corridor",
    )

    assert (changed.display_name, changed.fields[0].name, changed.source.privacy) == (
        "Dan of ward 4",
        "Ward",
        "unlisted",
    )
    assert dan.preferences()["posting:default:language"] == "de"
    assert (
        dan.profile_update(
            note="Night nurse", show_media=False, avatar=io.BytesIO(picture()), avatar_mime_type="image/png"
        ).show_media
        is False
    )
    assert dan.profile().note.endswith("Night nurse")
    with_pictures = dan.me()
    assert dan.account_delete_avatar().avatar != with_pictures.avatar
    assert dan.account_delete_header().header != with_pictures.header
    dan.account_update_credentials(default_privacy="public", default_language="en", default_quote_policy="public")


def test_hashtags_are_followed_and_shown(ben: Typed) -> None:
    """On one's profile and in one's home timeline."""
    ben.toot("Clean #hands save lives")

    assert ben.tag("hands").name == "hands"
    assert ben.tag_follow("hands").following
    assert [one.name for one in ben.followed_tags()] == ["hands"]
    assert not ben.tag_unfollow("hands").following
    assert ben.tag_feature("hands").featuring
    assert [one.name for one in ben.account_featured_tags(ben.me().id)] == ["hands"]
    assert not ben.tag_unfeature("hands").featuring
    assert "hands" in [one.name for one in ben.featured_tag_suggestions()]
    featured = ben.featured_tag_create("hands")
    assert [one.id for one in ben.featured_tags()] == [featured.id]
    ben.featured_tag_delete(featured.id)
    assert ben.featured_tags() == []


@pytest.mark.filterwarnings("ignore::mastodon.errors.MastodonDeprecationWarning")
def test_people_are_suggested_and_listed(asha: Typed, cleo: Typed, dan: Typed) -> None:
    """Those who want to be found; whoever is not wanted is not suggested again."""
    for one in (cleo, dan):
        one.account_update_credentials(discoverable=True)

    assert {one.acct for one in asha.directory(limit=10, order="new", local=True)} >= {"cleo", "dan"}
    assert asha.suggestions() is not None
    assert all(one.account.acct for one in asha.suggestions_v2())
    assert all(one.acct for one in asha.suggestions_v1())
    asha.suggestion_delete(dan.me().id)
    assert dan.me().id not in [one.account.id for one in asha.suggestions_v2()]


def test_people_are_reported(asha: Typed, cleo: Typed, dan: Typed) -> None:
    """With a post, to those who look after the node."""
    posted = dan.toot("Buy this")

    made = cleo.report(dan.me().id, status_ids=[posted.id], comment="Advertising", category="spam")

    assert (made.category, made.action_taken) == ("spam", False)
    assert str(made.id) in [str(one.id) for one in asha.admin_reports()]
