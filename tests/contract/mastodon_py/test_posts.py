"""Posts and what is done with them, media, polls, posts for later, quotes."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from mastodon.errors import MastodonNotFoundError

from node.demonstrating.watching import eventually
from tests.contract.mastodon_py.typed import Typed
from tests.contract.pictures import picture
from tests.support.films import film
from tests.support.open_node import OpenNode

pytestmark = pytest.mark.processes


def test_a_post_is_written_changed_and_deleted(asha: Typed) -> None:
    """With its history and its source."""
    posted = asha.status_post("Hands frist", spoiler_text="Washing", language="en", visibility="unlisted")

    edited = asha.status_update(posted.id, "Hands first", spoiler_text="Washing")

    assert (edited.id, edited.content) == (posted.id, "<p>Hands first</p>")
    assert asha.status(posted).edited_at is not None
    assert [one.id for one in asha.statuses([posted.id])] == [posted.id]
    assert [one.content for one in asha.status_history(posted.id)] == ["<p>Hands frist</p>", "<p>Hands first</p>"]
    assert asha.status_source(posted.id).text == "Hands first"
    assert asha.status_delete(posted.id).text == "Hands first"
    with pytest.raises(MastodonNotFoundError):
        asha.status(posted.id)


def test_what_one_does_with_a_post(asha: Typed, ben: Typed) -> None:
    """And takes back; both find it in their lists."""
    posted = asha.toot("Who checks the drip?")

    reply = ben.status_reply(posted, "The night nurse", visibility="unlisted")
    assert [one.id for one in asha.status_context(posted.id).descendants] == [reply.id]
    assert ben.status_favourite(posted.id).favourited
    assert ben.status_reblog(posted.id).reblog.id == posted.id
    assert ben.status_bookmark(posted.id).bookmarked
    assert [one.acct for one in asha.status_favourited_by(posted.id)] == ["ben"]
    assert [one.acct for one in asha.status_reblogged_by(posted.id)] == ["ben"]
    assert posted.id in [one.id for one in ben.favourites()]
    assert posted.id in [one.id for one in ben.bookmarks()]
    assert not ben.status_unfavourite(posted.id).favourited
    assert not ben.status_unreblog(posted.id).reblogged
    assert not ben.status_unbookmark(posted.id).bookmarked
    assert asha.status_mute(posted.id).muted
    assert not asha.status_unmute(posted.id).muted
    assert asha.status_pin(posted.id).pinned
    assert [one.id for one in ben.account_statuses(asha.me().id, pinned=True)] == [posted.id]
    assert not asha.status_unpin(posted.id).pinned


def test_posts_are_translated_where_a_service_does_it(asha: Typed) -> None:
    """None does here: 404, as on a Mastodon without one."""
    posted = asha.toot("Guten Morgen")

    with pytest.raises(MastodonNotFoundError):
        asha.status_translate(posted.id, "en")


def test_a_link_has_a_card(asha: Typed, ben: Typed, here: OpenNode) -> None:
    """Of what was found behind it."""
    url = "https://news.example/hands"
    here.row("cards", url=url, title="Hands", state="shown", created_at=..., fetched_at=...)

    posted = asha.toot(f"Read {url}")

    assert ben.status(posted.id).card.title == "Hands"
    assert ben.status_card(posted.id).url == url


def test_quotes_are_listed_and_revoked(asha: Typed, ben: Typed) -> None:
    """By whom was quoted; who may quote is changed afterwards, too."""
    quoted = asha.status_post("Quote me", quote_approval_policy="public")
    quoting = ben.status_post("So true", quoted_status_id=quoted.id)

    assert quoting.quote.quoted_status.id == quoted.id
    assert [one.id for one in asha.status_quotes(quoted.id)] == [quoting.id]
    assert asha.status_quote_revoke(quoted.id, quoting.id).quote.state == "revoked"
    assert asha.status_update_quote_approval_policy(quoted.id, "nobody").quote_approval.automatic == []


def test_a_picture_and_a_film_are_posted(asha: Typed) -> None:
    """Described and cut to a point; both change afterwards."""
    image = asha.media_post(io.BytesIO(picture()), mime_type="image/png", description="A door")
    moving = asha.media_post(io.BytesIO(film()), mime_type="video/mp4", file_name="ward.mp4", focus=(0.1, 0.2))

    image, moving = _ready(asha, image), _ready(asha, moving)

    assert (image.type, moving.type) == ("image", "video")
    assert asha.media_update(image.id, description="A green door", focus=(0.0, 0.5)).description == "A green door"
    assert asha.media(image.id).meta.focus.y == 0.5
    assert asha.decode_blurhash(image)
    posted = asha.status_post("Both", media_ids=[image])
    change = asha.generate_media_edit_attributes(image.id, description="A closed door")
    changed = asha.status_update(posted.id, "Both", media_attributes=[change])
    assert changed.media_attachments[0].description == "A closed door"
    assert asha.status_post("A film", media_ids=[moving]).media_attachments[0].type == "video"


def _ready(asha: Typed, media):
    return eventually("the file to be ready", lambda: one if (one := asha.media(media.id)).url else None)


def test_a_poll_is_voted_in(asha: Typed, ben: Typed) -> None:
    """Once."""
    poll = asha.client.make_poll(["early", "late"], expires_in=3600, multiple=False, hide_totals=False)
    posted = asha.status_post("When?", poll=poll)

    voted = ben.poll_vote(posted.poll.id, [1])

    assert (voted.voted, voted.own_votes) == (True, [1])
    assert asha.poll(posted.poll.id).votes_count == 1


def test_a_post_waits_for_its_time(asha: Typed) -> None:
    """And may be put off, or given up."""
    at = datetime.now(UTC) + timedelta(hours=2)
    waiting = asha.status_post("Later", scheduled_at=at)

    assert waiting.id in [one.id for one in asha.scheduled_statuses()]
    assert asha.scheduled_status(waiting.id).params.text == "Later"
    later = asha.scheduled_status_update(waiting.id, at + timedelta(hours=1))
    assert later.scheduled_at > waiting.scheduled_at
    asha.scheduled_status_delete(waiting.id)
    assert waiting.id not in [one.id for one in asha.scheduled_statuses()]


def test_the_length_of_a_post_is_counted_alike(asha: Typed) -> None:
    """A link counts as long as we say it does."""
    said = asha.instance_v2().configuration.statuses

    assert asha.get_status_length("See https://w3id.org/a/very/long/path/that/goes/on/and/on") == 4 + int(
        said.characters_reserved_per_url
    )
