"""Outgoing documents: the boring form, checked by reading them back with our own eyes."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from federation import activities, audience, compose, loose, vocab
from federation.compose import (
    OutgoingActor,
    OutgoingHashtag,
    OutgoingImage,
    OutgoingKey,
    OutgoingMedia,
    OutgoingMention,
    OutgoingNote,
)
from federation.effects import (
    AcceptFollow,
    ActorFact,
    CancelFollow,
    RejectFollow,
    RequestFollow,
    StoreStatus,
    UpdateStatus,
)
from tests.federation.people import ASHA, FOLLOW, NOW, OKAPI, OURS, facts, recorded

PUBLISHED = datetime(2026, 6, 1, 8, 0, 0, 250_000, tzinfo=UTC)
ACTOR = OutgoingActor(
    uri=ASHA,
    kind="person",
    preferred_username="asha",
    inbox=f"{ASHA}/inbox",
    outbox=f"{ASHA}/outbox",
    followers=f"{ASHA}/followers",
    following=f"{ASHA}/following",
    shared_inbox="https://ward.example/inbox",
    keys=(OutgoingKey(f"{ASHA}#main-key", "rsa", "-----BEGIN PUBLIC KEY-----"),),
    handle="asha@ward.example",
    name="Asha",
    icon=OutgoingImage("https://media.example/a.png", "image/png", "A tea cup"),
    fields=(("Ward", "<a href='https://ward.example'>7</a>"),),
    published=datetime(2026, 1, 1, tzinfo=UTC),
    is_indexable=True,
)
NOTE = OutgoingNote(
    uri=OURS,
    author_uri=ASHA,
    content_html="<p>Two bags look the same.</p>",
    published=PUBLISHED,
    to=(loose.PUBLIC,),
    cc=(f"{ASHA}/followers", OKAPI),
    url="https://ward.example/@asha/1001",
    language="en",
    in_reply_to=f"{OKAPI}/statuses/1",
    context="https://ward.example/contexts/1",
    mentions=(OutgoingMention(OKAPI, "@okapi@masto.example"),),
    hashtags=(OutgoingHashtag("Learning", "https://ward.example/tags/learning"),),
    attachments=(
        OutgoingMedia(
            url="https://media.example/1.png",
            media_type="image/png",
            description="A run chart",
            width=960,
            height=480,
            focus=(0.0, 0.5),
        ),
    ),
    quote_uri=f"{OKAPI}/statuses/2",
    replies_uri=f"{OURS}/replies",
)
LISTS = ("to", "cc", "tag", "attachment")
SINGLES = ("id", "type", "actor", "attributedTo", "url")


def assert_boring(document: dict[str, object]) -> None:
    """Lists are lists, single things are strings, the context names ActivityStreams literally, all of it is JSON."""
    context = document["@context"]
    assert "https://www.w3.org/ns/activitystreams" in (context if isinstance(context, list) else [context])
    for part in (document, document.get("object")):
        if isinstance(part, dict):
            assert all(isinstance(part[key], list) for key in LISTS if key in part)
            assert all(isinstance(part[key], str) for key in SINGLES if key in part)
    assert loose.decode(json.dumps(document).encode()) == document


ALL = {
    "actor": compose.actor(ACTOR),
    "note": compose.note(NOTE),
    "create": compose.create(NOTE),
    "update": compose.update(NOTE, uri=f"{OURS}#updates/2"),
    "update actor": compose.update_actor(ACTOR, uri=f"{ASHA}#updates/2"),
    "delete": compose.delete(ASHA, OURS, to=NOTE.to, cc=NOTE.cc),
    "delete actor": compose.delete(ASHA, ASHA, to=(loose.PUBLIC,)),
    "follow": compose.follow(ASHA, OKAPI, uri=FOLLOW),
    "accept": compose.accept(ASHA, uri=f"{ASHA}#accepts/1", follow_uri=f"{OKAPI}#follow/1", follower=OKAPI),
    "reject": compose.reject(ASHA, uri=f"{ASHA}#rejects/1", follow_uri=None, follower=OKAPI),
    "like": compose.like(ASHA, f"{OKAPI}/statuses/1", uri=f"{ASHA}#likes/1", author=OKAPI),
    "announce": compose.announce(ASHA, OURS, uri=f"{ASHA}#a/1", published=NOW, to=(loose.PUBLIC,), cc=()),
    "undo": compose.undo(compose.follow(ASHA, OKAPI, uri=FOLLOW)),
    "collection": compose.ordered_collection(f"{ASHA}/outbox", total=3, first=f"{ASHA}/outbox?page=1"),
    "page": compose.ordered_page(f"{ASHA}/outbox?page=1", part_of=f"{ASHA}/outbox", items=[OURS]),
    "tombstone": compose.tombstone(OURS, deleted=NOW),
}


@pytest.mark.parametrize("name", ALL)
def test_everything_we_send_has_the_boring_form(name: str) -> None:
    """Peers of every make read it the same way."""
    assert_boring(ALL[name])


def test_own_actor_reads_back_as_it_was_written() -> None:
    """Our own reader, strict as it is, loses nothing."""
    read = vocab.actor_from(compose.actor(ACTOR))

    assert (read.uri, read.kind, read.webfinger, read.shared_inbox) == (
        ASHA,
        "person",
        "asha@ward.example",
        "https://ward.example/inbox",
    )
    assert (read.icon_alt, read.fields, read.is_indexable) == ("A tea cup", ACTOR.fields, True)
    assert [key.uri for key in read.keys] == [f"{ASHA}#main-key"]


def test_own_actor_lists_what_signs_now_first_and_what_proves_apart() -> None:
    """One key stands alone, of several the first is the one that signs; the other kind is a Multikey."""
    pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"
    proving = OutgoingKey(f"{ASHA}#ed25519-key", "ed25519", pem)
    older = OutgoingKey(f"{ASHA}#old-key", "rsa", "-----BEGIN PUBLIC KEY-----")

    alone = compose.actor(replace(ACTOR, keys=(*ACTOR.keys, proving)))
    several = compose.actor(replace(ACTOR, keys=(older, *ACTOR.keys, proving)))

    assert isinstance(alone["publicKey"], dict)
    assert [key["id"] for key in several["publicKey"]] == [f"{ASHA}#old-key", f"{ASHA}#main-key"]  # type: ignore[attr-defined]
    assert [key.kind for key in vocab.actor_from(several).keys] == ["rsa", "rsa", "ed25519"]
    assert vocab.actor_from(alone).keys[1].pem == pem


def test_own_note_reads_back_as_it_was_written() -> None:
    """Addressing, tags, media, quote and milliseconds."""
    read = vocab.note_from(compose.note(NOTE), received_at=NOW, followers=f"{ASHA}/followers")

    assert (read.uri, read.author_uri, read.content_html, read.published) == (OURS, ASHA, NOTE.content_html, PUBLISHED)
    assert (read.visibility, read.to, read.cc) == ("public", NOTE.to, NOTE.cc)
    assert (read.in_reply_to, read.context, read.quote_uri) == (NOTE.in_reply_to, NOTE.context, NOTE.quote_uri)
    assert (read.hashtags, [mention.href for mention in read.mentions]) == (("Learning",), [OKAPI])
    assert [(image.description, image.width, image.focus) for image in read.attachments] == [
        ("A run chart", 960, (0.0, 0.5))
    ]


@given(st.sampled_from(["public", "unlisted", "private", "direct"]), st.sets(st.sampled_from([OKAPI, f"{OKAPI}2"])))
def test_visibility_survives_the_wire(visibility: str, mentioned: set[str]) -> None:
    """What we address is read with the same visibility at the other end."""
    addressed = audience.addressing_for(visibility, followers=f"{ASHA}/followers", mentioned=sorted(mentioned))

    document = compose.create(replace(NOTE, to=addressed.to, cc=addressed.cc))
    read = vocab.note_from(document["object"], received_at=NOW, followers=f"{ASHA}/followers")  # type: ignore[arg-type]

    assert read.visibility == visibility
    assert (document["to"], document["cc"]) == (list(addressed.to), list(addressed.cc))


@pytest.mark.parametrize(
    ("at", "expected"),
    [(NOW, "2026-06-02T08:00:00Z"), (PUBLISHED, "2026-06-01T08:00:00.250Z")],
)
def test_moment_shows_milliseconds_only_when_there_are_any(at: datetime, expected: str) -> None:
    """Seconds are enough for most peers."""
    assert compose.moment(at) == expected


def test_record_travels_inside_the_note_and_its_terms_end_the_context() -> None:
    """The extension is inline: nobody has to fetch anything."""
    terms = {"rounds": "https://w3id.org/rounds/v1#", "learningRecord": "rounds:learningRecord"}
    record = {"schemaVersion": 1, "type": "Learning", "title": "Bags", "text": "Two bags look the same."}

    document = compose.create(replace(NOTE, record=record, record_context=terms))

    context, sent = document["@context"], document["object"]
    assert isinstance(context, list)
    assert isinstance(sent, dict)
    assert (context[-1], sent["learningRecord"], "learningRecord" in document) == (terms, record, False)
    assert "learningRecord" not in compose.note(NOTE)


def test_quote_is_said_in_every_way_that_peers_read() -> None:
    """FEP-044f, its predecessors, and the link of FEP-e232; without a quote, nothing of it."""
    document = compose.note(NOTE)

    assert {document[key] for key in ("quote", "quoteUri", "_misskey_quote", "quoteUrl")} == {NOTE.quote_uri}
    assert [tag["href"] for tag in document["tag"] if tag["type"] == "Link"] == [NOTE.quote_uri]  # type: ignore[attr-defined]
    assert "quote" not in compose.note(replace(NOTE, quote_uri=None))


def test_own_share_has_the_shape_of_the_reference_document() -> None:
    """Every property that the reference encoding of a Share has, ours can say."""
    reference = recorded("own-create-share")["object"]
    assert isinstance(reference, dict)

    ours = compose.note(
        replace(
            NOTE,
            record={"type": "LearningShare"},
            quote_authorization=f"{OKAPI}/quote_authorizations/1",
            interaction_policy={"canQuote": {"automaticApproval": [loose.PUBLIC]}},
        )
    )

    assert set(reference) - set(ours) == set()


def test_two_nodes_understand_each_other() -> None:
    """What one composes, the other judges as meant: follow, accept, undo, reject, create, update."""
    there = facts(
        actors={OKAPI: ActorFact(OKAPI, is_local=True), ASHA: ActorFact(ASHA, is_local=False)},
        statuses={},
        signer_has_local_followers=True,
    )

    def judged(document: dict[str, object], signer: str, known: object = there) -> object:
        return activities.judge(activities.parse(document), signer=signer, facts=known)  # type: ignore[arg-type]

    follow = compose.follow(ASHA, OKAPI, uri=FOLLOW)
    accept = compose.accept(OKAPI, uri=f"{OKAPI}#accepts/1", follow_uri=FOLLOW, follower=ASHA)
    reject = compose.reject(OKAPI, uri=f"{OKAPI}#rejects/1", follow_uri=FOLLOW, follower=ASHA)
    create, update = judged(compose.create(NOTE), ASHA), judged(compose.update(NOTE, uri=f"{OURS}#2"), ASHA)

    assert judged(follow, ASHA) == (RequestFollow(FOLLOW, ASHA, OKAPI),)
    assert judged(accept, OKAPI, facts()) == (AcceptFollow(ASHA, OKAPI),)
    assert judged(reject, OKAPI, facts()) == (RejectFollow(ASHA, OKAPI),)
    assert judged(compose.undo(follow), ASHA) == (CancelFollow(ASHA, OKAPI),)
    assert isinstance(create, tuple)
    assert isinstance(create[0], StoreStatus)
    assert isinstance(update, tuple)
    assert isinstance(update[0], UpdateStatus)
