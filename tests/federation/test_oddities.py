"""Whatever a peer sends, of any shape in any place: a typed answer or a PeerError with its reason, never anything else."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation import activities, audience, authority, delivery, discovery, loose, records, uris, vocab
from federation.effects import Ignored, Refs, Refused
from federation.reasons import PeerError
from federation.signatures import cavage
from federation.signatures.keys import public_key
from federation.vocab import note as notes
from tests.federation.oddities import ODD, TEXTS, WORDS, documents, places, replaced, spoilt
from tests.federation.people import NOW, OKAPI, activity, facts, note, recorded

READERS: dict[str, Callable[[Any], object]] = {
    "as_list": loose.as_list,
    "first": loose.first,
    "id_of": loose.id_of,
    "ids_of": loose.ids_of,
    "types_of": loose.types_of,
    "is_link": loose.is_link,
    "is_public": loose.is_public,
    "timestamp": loose.timestamp,
    "whole_number": loose.whole_number,
    "links_of": loose.links_of,
    "page_url": loose.page_url,
    "emojis_of": vocab.emoji.emojis_of,
    "seconds_of": vocab.attachment.seconds_of,
    "plain_of": authority.plain_of,
    "is_usable": uris.is_usable,
}
DOCUMENT_READERS: dict[str, Callable[[Any], object]] = {
    "plain": loose.plain,
    "text_of": loose.text_of,
    "language_of": loose.language_of,
    "media_type_of": loose.media_type_of,
    "addressing_of": audience.addressing_of,
    "authors_of": notes.authors_of,
    "is_vote": notes.is_vote,
    "quote_from": vocab.quote.quote_from,
    "policy_of": vocab.policy.policy_of,
    "attachments_of": vocab.attachment.attachments_of,
    "cards_of": vocab.attachment.cards_of,
    "has_record": records.has_record,
    "parse_nodeinfo": discovery.parse_nodeinfo,
    "parse_nodeinfo_index": discovery.parse_nodeinfo_index,
    "refers_to_object": activities.refers_to_object,
}
REFUSING: dict[str, Callable[[Any], object]] = {
    "parse_jrd": discovery.parse_jrd,
    "actor_from": vocab.actor_from,
    "note_from": lambda document: vocab.note_from(document, received_at=NOW),
    "author_of": notes.author_of,
    "parse": activities.parse,
}
OBJECTS = st.dictionaries(st.sampled_from(WORDS), ODD, max_size=6)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60)
@given(value=ODD)
def test_any_value_is_read_by_every_loose_reader(name: str, value: object) -> None:
    """They have an answer for whatever it is; none of them refuses."""
    READERS[name](value)


@pytest.mark.parametrize("name", DOCUMENT_READERS)
@settings(max_examples=60)
@given(document=OBJECTS)
def test_any_object_is_read_by_every_loose_reader(name: str, document: Mapping[str, object]) -> None:
    """They have an answer for whatever is in it; none of them refuses."""
    DOCUMENT_READERS[name](document)


@pytest.mark.parametrize("name", REFUSING)
@settings(max_examples=80)
@given(document=OBJECTS)
def test_any_object_is_read_or_refused(name: str, document: Mapping[str, object]) -> None:
    """Where something cannot be done without, the refusal has a reason."""
    with suppress(PeerError):
        REFUSING[name](document)


@settings(max_examples=500)
@given(spoilt())
def test_a_recorded_document_with_an_odd_part_is_judged_or_refused(found: tuple[str, Any]) -> None:
    """As an activity, as a fetched object, as an actor: effects, a reason to ignore, or a reason to refuse."""
    _, document = found

    judged(document)
    judged_object(document)


@pytest.mark.parametrize("name", sorted(documents()))
@pytest.mark.parametrize("value", [None, "", 0, True, [], {}, [[{}]]], ids=repr)
def test_every_place_of_a_recorded_document_may_hold_something_else(name: str, value: object) -> None:
    """Each place in turn, at any depth, with the plainest values that do not belong there."""
    for at in places(documents()[name]):
        changed = replaced(documents()[name], at, value)

        judged(changed)
        judged_object(changed)


def judged(document: Mapping[str, object]) -> None:
    """Judge a document as an activity that its actor signed."""
    with suppress(PeerError):
        read = activities.parse(document)
        refs = activities.refers_to(read)
        assert isinstance(refs, Refs)
        known = facts(signer_has_local_followers=True, fetched={uri: document for uri in refs.fetch_objects})
        for fetched in (known, facts()):
            assert isinstance(activities.judge(read, signer=read.actor, facts=fetched), tuple | Ignored | Refused)


def judged_object(document: Mapping[str, object]) -> None:
    """Judge a document as what its own origin answered."""
    refs = activities.refers_to_object(document)
    assert isinstance(refs, Refs)
    assert isinstance(activities.judge_object(document, facts=facts()), tuple | Ignored | Refused)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(WORDS), ODD, max_size=5), st.sampled_from(["Create", "Update", "Announce"]))
def test_a_post_with_odd_parts_within_an_activity_is_judged_or_refused(parts: dict[str, object], kind: str) -> None:
    """What its author says of it is believed only as far as it can be read."""
    judged(activity(kind, note(**parts)))


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(WORDS), ODD, max_size=5))
def test_an_odd_learning_record_is_kept_as_a_post_or_refused(parts: dict[str, object]) -> None:
    """The record is verified in full before anything is believed."""
    create = recorded("own-create-learning")
    post = loose.first(create["object"])
    assert isinstance(post, dict)

    judged({**create, "object": {**post, "learningRecord": {**post["learningRecord"], **parts}}})


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["signature", "signature-input", "authorization", "date", "digest", "host", "content-digest"]),
        st.one_of(
            TEXTS,
            st.from_regex(r'([a-zA-Z]{1,9}="[^"]{0,9}",?){0,6}', fullmatch=True),
            st.just('keyId="https://a.example/k",headers="(request-target) host date digest",signature="aGk="'),
            st.just(
                'keyId="k",algorithm="hs2019",created=9e9,headers="(created) host (request-target)",signature="AA=="'
            ),
        ),
    ),
    st.binary(max_size=20),
)
def test_any_headers_are_refused_with_a_reason(headers: dict[str, str], body: bytes) -> None:
    """Nothing that was not signed with the key is ever accepted."""
    with pytest.raises(PeerError):
        cavage.verify("POST", "/inbox", headers, body, public_pem="", now=NOW, hosts=("ward.example",))


@settings(max_examples=100)
@given(st.one_of(TEXTS, st.binary(max_size=40).map(lambda raw: raw.decode("latin-1"))))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    """Also between the marks of a PEM."""
    for pem in (text, f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----"):
        with suppress(PeerError):
            public_key(pem)


@settings(max_examples=200)
@given(
    attempt=st.integers(-5, 10**6),
    status=st.integers(-1, 10**6),
    headers=st.fixed_dictionaries(
        {}, optional={"retry-after": st.one_of(TEXTS, st.integers(-(10**12), 10**12).map(str))}
    ),
    error=st.none() | TEXTS,
    jitter=st.floats(allow_nan=False),
)
def test_any_answer_to_a_delivery_has_a_next_step(
    attempt: int, status: int, headers: dict[str, str], error: str | None, jitter: float
) -> None:
    """A next try lies ahead and at most a good day away."""
    step = delivery.next_step(attempt, status, headers, error, now=NOW, jitter=jitter)

    if isinstance(step, delivery.Retry):
        assert NOW < step.at <= NOW + timedelta(days=1.25)
    else:
        assert isinstance(step, delivery.Done | delivery.Drop)
    delivery.is_host_failure(status, error)


@settings(max_examples=300)
@given(
    st.one_of(TEXTS, st.tuples(TEXTS, TEXTS, TEXTS).map(lambda parts: f"https://{parts[0]}@{parts[1]}:1/{parts[2]}"))
)
def test_any_text_is_an_address_or_refused(text: str) -> None:
    """And what is one has a host and an origin."""
    uris.parse_handle(text)
    if uris.is_usable(text):
        assert uris.origin_of(text) == f"https://{uris.host_of(text)}"
    with suppress(PeerError):
        assert uris.canonical_host(text) == uris.canonical_host(uris.canonical_host(text))


@given(st.datetimes(), st.sampled_from(["T", " "]), st.sampled_from(["", "Z", "+0000", "+05:45", "-1100"]))
def test_any_moment_is_read_as_utc(moment: datetime, between: str, offset: str) -> None:
    """However it is written; at the ends of time it is no moment."""
    found = loose.timestamp(f"{moment.isoformat(between)}{offset}")

    assert found is None or found.tzinfo is UTC
    if offset in ("", "Z"):
        assert found == moment.replace(tzinfo=UTC)


def test_the_actor_of_the_property_tests_is_one_we_judge() -> None:
    """So that the tests above reach what lies behind the first refusal."""
    assert isinstance(
        activities.judge(activities.parse(activity("Create", note())), signer=OKAPI, facts=facts()), Ignored
    )
    held = facts(signer_has_local_followers=True)
    assert isinstance(activities.judge(activities.parse(activity("Create", note())), signer=OKAPI, facts=held), tuple)
