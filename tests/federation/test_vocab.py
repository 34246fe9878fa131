"""Documents of every make, read into one Actor and one Note."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation import loose, vocab
from federation.reasons import PeerError, Reason
from federation.vocab import Attachment, Emoji, Mention, Note
from tests.federation.people import ASHA, NOW, OKAPI, OURS, note, recorded

PERSON = {"id": OKAPI, "type": "Person", "preferredUsername": "okapi", "inbox": f"{OKAPI}/inbox"}


def read(document: Mapping[str, object]) -> Note:
    """Read a post as okapi's."""
    return vocab.note_from(document, received_at=NOW, followers=f"{OKAPI}/followers")


# actors


def test_person_of_mastodon_is_read_whole() -> None:
    """Every field a profile shows, in order."""
    actor = vocab.actor_from(recorded("mastodon-person"))

    assert (actor.uri, actor.kind, actor.preferred_username) == (OKAPI, "person", "okapi")
    assert (actor.name, actor.webfinger) == ("Okapi Lindqvist :fern:", "okapi@masto.example")
    assert (actor.shared_inbox, actor.url) == ("https://masto.example/inbox", "https://masto.example/@okapi")
    assert (actor.icon_alt, actor.is_indexable, actor.is_discoverable) == ("A striped animal drinking tea", True, True)
    assert [name for name, _ in actor.fields] == ["Pronouns", "Allotment"]
    assert [(key.uri, key.owner) for key in actor.keys] == [(f"{OKAPI}#main-key", OKAPI)]
    assert actor.emojis == (Emoji("fern", "https://files.masto.example/emoji/41/fern.png"),)
    assert actor.published == datetime(2022, 11, 6, tzinfo=UTC)


def test_channel_of_peertube_gives_its_largest_icon_and_its_plain_bio_as_html() -> None:
    """`<` in a plain bio is not a tag."""
    actor = vocab.actor_from(recorded("peertube-channel"))

    assert (actor.kind, actor.icon_url) == ("group", "https://tube.example/lazy-static/avatars/l.jpg")
    assert actor.summary_html == "<p>Soup &amp; stock &lt; 2 hours</p>"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "http://masto.example/users/okapi"}, Reason.INSECURE_ADDRESS),
        ({"inbox": None}, Reason.INSECURE_ADDRESS),
        ({"inbox": "https://other.example/inbox"}, Reason.FOREIGN_ORIGIN),
        ({"preferredUsername": " "}, Reason.MALFORMED),
        ({"type": "Note"}, Reason.UNKNOWN_TYPE),
    ],
)
def test_actor_that_cannot_be_used_is_refused(changes: dict[str, object], reason: Reason) -> None:
    """Each with its reason."""
    with pytest.raises(PeerError) as refusal:
        vocab.actor_from(PERSON | changes)

    assert refusal.value.reason == reason


def test_actor_keeps_nothing_of_another_origin() -> None:
    """Collections, shared inbox and keys elsewhere are left out; a key that names another owner, too."""
    actor = vocab.actor_from(
        PERSON
        | {
            "followers": "https://other.example/f",
            "endpoints": {"sharedInbox": "https://other.example/inbox"},
            "publicKey": [
                {"id": "https://other.example/key", "owner": OKAPI, "publicKeyPem": "x"},
                {"id": f"{OKAPI}#other", "owner": ASHA, "publicKeyPem": "x"},
                {"id": f"{OKAPI}#key", "owner": OKAPI, "publicKeyPem": "x"},
            ],
            "alsoKnownAs": ["at://did:plc:x", f"{ASHA}"],
        }
    )

    assert (actor.followers, actor.shared_inbox) == (None, None)
    assert [key.uri for key in actor.keys] == [f"{OKAPI}#key"]
    assert actor.also_known_as == (ASHA,)


def test_names_lose_control_and_direction_characters() -> None:
    """Nobody writes backwards into our pages."""
    assert vocab.actor_from(PERSON | {"name": "a\u202eb\x00c\nd"}).name == "a bc d"


# posts


def test_post_with_an_image_keeps_everything_about_it() -> None:
    """Alt text, size, blurhash and focus."""
    (image,) = read(recorded("mastodon-create-note-unlisted-image")["object"]).attachments  # type: ignore[arg-type]

    assert image == Attachment(
        url="https://files.masto.example/m/77.jpg",
        media_type="image/jpeg",
        kind="image",
        description="A round loaf, dark crust, on a wire rack beside a window",
        width=1920,
        height=1440,
        blurhash="UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
        focus=(-0.31, 0.62),
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mastodon-create-note-public", ("public", "", False, "en")),
        ("mastodon-create-note-followers-cw", ("private", "health, mild grumbling", True, "en")),
        ("mastodon-create-note-direct", ("direct", "", False, "en")),
        ("glitch-create-note-limited", ("direct", "", False, "en")),
        ("misskey-create-note-quote", ("public", "", True, None)),
        ("friendica-create-note", ("unlisted", "", False, "de")),
        ("pleroma-create-chatmessage", ("direct", "", False, None)),
        ("funkwhale-create-audio", ("public", "", False, None)),
        ("peertube-create-video", ("public", "", False, "fr")),
    ],
)
def test_recorded_post_has_its_visibility_warning_and_language(name: str, expected: tuple[object, ...]) -> None:
    """An empty warning still is a warning; a teaser is none."""
    post = read(recorded(name)["object"])  # type: ignore[arg-type]

    assert (post.visibility, post.summary, post.is_sensitive, post.language) == expected


def test_quote_by_a_link_tag_and_the_page_among_app_links_are_found() -> None:
    """Threads: FEP-e232, `+0000` and an app's own scheme."""
    post = read(recorded("threads-create-note-quote")["object"])  # type: ignore[arg-type]

    assert (post.quote_uri, post.url) == (OURS, "https://www.threads.example/@dahlia/post/Cabc")
    assert post.published == datetime(2026, 3, 13, 15, tzinfo=UTC)
    assert post.mentions == (Mention(ASHA, "@asha@ward.example"),)


def test_video_becomes_a_post_with_title_player_and_link() -> None:
    """The first person is its author; the film is found inside the playlist."""
    post = read(recorded("peertube-create-video")["object"])  # type: ignore[arg-type]

    (film,) = post.attachments
    assert (film.url, film.kind, film.duration) == ("https://tube.example/static/hls/720.mp4", "video", 754.0)
    assert post.author_uri == "https://tube.example/accounts/lens"
    assert post.content_html.startswith(
        "<p><strong>Stock from peelings</strong></p><p>Save <strong>everything</strong>.</p>"
    )
    assert post.content_html.endswith('<a href="https://tube.example/w/5d0c">https://tube.example/w/5d0c</a></p>')


def test_event_says_when_and_where() -> None:
    """Mobilizon's event as a post."""
    post = read(recorded("mobilizon-create-event")["object"])  # type: ignore[arg-type]

    assert "<li>2026-05-02 13:00 – 16:00 (Europe/Amsterdam)</li><li>Town hall, Utrecht, NL</li>" in post.content_html
    assert post.language == "nl"


def test_page_links_to_what_it_is_about() -> None:
    """Lemmy: title, text, and the link from its attachment."""
    create = recorded("lemmy-announce-create-page")["object"]
    assert isinstance(create, dict)

    post = read(create["object"])

    assert post.name == "Slugs: what finally worked"
    assert post.content_html.endswith('<p><a href="https://slugs.example/tape">https://slugs.example/tape</a></p>')
    assert [image.kind for image in post.attachments] == ["image"]


def test_poll_stands_beside_its_words() -> None:
    """What is asked is content; what can be chosen is not glued to it."""
    post = read(recorded("mastodon-create-question")["object"])  # type: ignore[arg-type]

    assert post.content_html == "<p>Which soup on Thursday?</p>"
    assert post.poll is not None
    assert post.poll.titles == ("Leek and potato", "Lentil", "No soup")


def test_titles_and_options_cannot_smuggle_markup() -> None:
    """Plain fields are escaped."""
    post = read(note(type="Article", name="<script>x</script>", url='https://masto.example/"><script>'))

    assert "<script>" not in post.content_html
    assert post.content_html.startswith("<p><strong>&lt;script&gt;x&lt;/script&gt;</strong></p>")


def test_dates_far_in_the_future_or_missing_become_the_time_of_receipt() -> None:
    """A little ahead is a wrong clock and stays; more than a day is a trick."""
    soon = NOW + timedelta(hours=3)

    assert read(note(published=soon.isoformat())).published == soon
    assert read(note(published="2099-01-01T00:00:00Z", updated="2099-01-01T00:00:00Z")).published == NOW
    assert read(note(published=None)).published == NOW
    assert read(note(updated="2099-01-01T00:00:00Z")).updated == NOW
    assert read(note()).updated is None


def test_a_post_without_a_date_has_that_of_its_edit_or_of_what_carries_it() -> None:
    """Nearer to the truth than the time of receipt."""
    edited, carried = note(published=None, updated="2026-05-01T00:00:00Z"), note(published=None)
    activity = {"as:published": "2026-05-02T00:00:00Z"}

    found = [vocab.note_from(one, activity=activity, received_at=NOW).published for one in (edited, carried)]

    assert found == [datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)]


def test_hashtags_are_normalised_and_distinct() -> None:
    """With or without `#`, full width or not."""
    tags = [
        {"type": "Hashtag", "name": name} for name in ("#Learning", "learning", "＃Ｌｅａｎ", "two words", "", None)
    ]

    assert read(note(tag=tags)).hashtags == ("Learning", "Lean")


def test_lists_are_bounded() -> None:
    """Of 1000 tags a hundred mentions, and 16 attachments are read."""
    tags = [{"type": "Mention", "href": f"{ASHA}/{number}"} for number in range(3000)]
    images = [
        {"type": "Image", "url": f"https://masto.example/{number}.png", "name": "x" * 20_000} for number in range(99)
    ]

    post = read(note(tag=tags, attachment=images))

    assert (len(post.mentions), len(post.attachments)) == (100, 16)
    assert len(post.attachments[0].description) == 10_000


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.just(OKAPI),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "id", "href", "url", "name", "tag", "@value", "mediaType"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
KEYS = [
    "type",
    "attributedTo",
    "content",
    "contentMap",
    "name",
    "summary",
    "tag",
    "attachment",
    "url",
    "icon",
    "image",
    "to",
    "cc",
    "audience",
    "published",
    "updated",
    "inReplyTo",
    "context",
    "quote",
    "sensitive",
    "language",
    "oneOf",
    "location",
    "startTime",
    "duration",
    "publicKey",
    "endpoints",
    "inbox",
    "alsoKnownAs",
]


@given(st.dictionaries(st.sampled_from(KEYS), scraps, max_size=8), st.sampled_from(["Note", "Video", "Event", "Page"]))
def test_reading_never_fails_in_another_way(document: dict[str, object], kind: str) -> None:
    """Whatever stands where something else is expected, the answer is a value or a PeerError."""
    for base, reader in ((note(type=kind), read), (PERSON, vocab.actor_from)):
        try:
            reader({**base, **document, "type": document.get("type") or base["type"]})
        except PeerError as error:
            assert error.reason  # noqa: PT017 - both outcomes are right
    assert loose.plain(document) is not None


@pytest.mark.parametrize("kind", ["x:Recipe", "Place", "Profile", None])
def test_unknown_type_is_shown_by_its_name_words_and_address(kind: str | None) -> None:
    """Whatever another server makes up, readers see what it says and where it is."""
    document = {"type": kind, "name": "Bread", "content": "<p>Flour, water.</p>", "url": "https://x.example/bread"}

    found = read(note(**document))

    assert found.content_html.startswith("<p><strong>Bread</strong></p><p>Flour, water.</p>")
    assert 'href="https://x.example/bread"' in found.content_html


@pytest.mark.parametrize(
    "document",
    [
        {"type": "x:Recipe", "content": "", "name": " "},
        {"type": "Tombstone", "content": "gone"},
        {"type": "OrderedCollection", "name": "Outbox"},
        {"type": "Like", "content": "🍵"},
        {"type": "x:Recipe", "content": "whose?", "attributedTo": None},
    ],
)
def test_what_says_nothing_or_is_no_post_stays_unknown(document: dict[str, object]) -> None:
    """Collections, activities and what nobody made are not posts, whatever words they carry."""
    with pytest.raises(PeerError) as caught:
        read(note(**document))

    assert caught.value.reason is Reason.UNKNOWN_TYPE


def test_sensitive_picture_makes_its_post_sensitive() -> None:
    """Some say it of the picture alone."""
    picture = {"type": "Image", "url": "https://x.example/a.png", "sensitive": True}

    assert read(note(attachment=[picture])).is_sensitive


def test_size_of_a_picture_may_stand_on_its_link() -> None:
    """The attachment has several links, each with what it leads to."""
    link = {"type": "Link", "href": "https://x.example/a.png", "mediaType": "image/png", "width": 640, "height": 480}

    [found] = read(note(attachment=[{"type": "Image", "url": [link]}])).attachments

    assert (found.width, found.height) == (640, 480)
