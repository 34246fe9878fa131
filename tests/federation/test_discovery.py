"""WebFinger, host-meta and NodeInfo: what we say, and what we believe."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation import discovery
from federation.discovery import NodeInfo, Usage
from federation.reasons import PeerError, Reason
from federation.uris import Handle

RECORDED = Path(__file__).parents[1] / "recorded" / "documents"
ASHA = Handle("asha", "ward.example")
ASHA_URI = "https://ward.example/users/asha"
AP = "application/activity+json"
WORDS = (
    "subject",
    "links",
    "rel",
    "type",
    "href",
    "self",
    "template",
    "software",
    "usage",
    "users",
    "total",
    "metadata",
)
REL = "http://nodeinfo.diaspora.software/ns/schema/"


def recorded(name):
    """Read a recorded document."""
    return json.loads((RECORDED / f"{name}.json").read_text())


def answer(subject="acct:ines@peer.example", href="https://peer.example/users/ines", kind=AP, **link):
    """Give a WebFinger answer with one self link."""
    return {"subject": subject, "links": [{"rel": "self", "type": kind, "href": href} | link]}


def test_our_answer_is_read_back_by_our_reader():
    """What we say about an account is what others will find."""
    jrd = discovery.build_jrd(
        ASHA,
        ASHA_URI,
        profile_url="https://ward.example/@asha",
        subscribe_template="https://ward.example/authorize_interaction?uri={uri}",
    )

    found = discovery.parse_jrd(jrd)

    assert jrd["subject"] == "acct:asha@ward.example"
    assert found.subject == ASHA
    assert found.actor_uri == ASHA_URI
    assert found.profile_url == "https://ward.example/@asha"
    assert found.subscribe_template == "https://ward.example/authorize_interaction?uri={uri}"
    assert found.aliases == ("https://ward.example/@asha", ASHA_URI)


@pytest.mark.parametrize(
    ("resource", "asked"),
    [
        ("acct:asha@ward.example", ASHA),
        ("ACCT:asha@WARD.example", ASHA),
        ("asha@ward.example", ASHA),
        ("@asha@ward.example", ASHA),
        (ASHA_URI, ASHA_URI),
        ("https://ward.example/@asha", "https://ward.example/@asha"),
        ("asha", None),
        ("acct:", None),
        ("https://a@b/", None),
        ("mailto:asha@ward.example", None),
        ("", None),
    ],
)
def test_question_about_an_account_may_take_many_forms(resource, asked):
    """Peers ask by handle, bare or not, and by address."""
    assert discovery.parse_resource(resource) == asked


def refusal(read, value):
    """Give the reason for which something is not read, or None."""
    try:
        read(value)
    except PeerError as error:
        return error.reason
    return None


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(WORDS), ANY_JSON, max_size=6))
def test_any_document_is_read_or_refused_with_a_reason(document):
    """Peers send what they like; nothing but a refusal comes out."""
    discovery.parse_nodeinfo(document)
    discovery.parse_nodeinfo_index(document)

    assert refusal(discovery.parse_jrd, document) in (None, Reason.MALFORMED)


def test_question_is_asked_at_the_host_of_the_handle():
    """The resource is escaped and goes to the handle's own host."""
    assert (
        discovery.resource_url(ASHA) == "https://ward.example/.well-known/webfinger?resource=acct%3Aasha%40ward.example"
    )


@pytest.mark.parametrize(
    "kind",
    [
        AP,
        "application/activity+json; charset=utf-8",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        'application/ld+json;profile="https://www.w3.org/ns/activitystreams"',
    ],
)
def test_every_content_type_of_an_actor_is_understood(kind):
    """With and without the space."""
    assert discovery.parse_jrd(answer(kind=kind)).actor_uri == "https://peer.example/users/ines"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"subject": "acct:ines@peer.example"},
        {"subject": "acct:ines@peer.example", "links": "none"},
        answer(subject="https://peer.example/users/ines"),
        answer(subject="acct:ines"),
        answer(subject=7),
        answer(kind="text/html"),
        answer(href="http://peer.example/users/ines"),
        answer(href="javascript:alert(1)"),
        answer(href=None),
        answer(rel="other"),
    ],
)
def test_answer_without_handle_or_actor_is_malformed(document):
    """A half answer is none."""
    with pytest.raises(PeerError) as caught:
        discovery.parse_jrd(document)

    assert caught.value.reason == Reason.MALFORMED


def test_page_addresses_that_could_run_script_are_dropped():
    """A profile page or template is kept only when it is a web address."""
    document = answer()
    document["links"] += [
        {"rel": discovery.PROFILE_PAGE, "href": "javascript:alert(1)"},
        {"rel": discovery.SUBSCRIBE, "template": "data:text/html,{uri}"},
    ]

    found = discovery.parse_jrd(document)

    assert found.profile_url is None
    assert found.subscribe_template is None


def test_split_domain_needs_the_word_of_the_actors_host():
    """The handle's host points at the actor, and the actor's host must point back."""
    found = discovery.parse_jrd(recorded("webfinger-split-domain"))
    osier = Handle("osier", "osier.example")

    asked = discovery.confirmation(osier, found.actor_uri, "osier")

    assert found.subject == osier
    assert asked == Handle("osier", "social.osier.example")
    assert discovery.loops_back(osier, found.actor_uri, found)
    assert not discovery.loops_back(Handle("osier", "evil.example"), found.actor_uri, found)


def test_claim_on_somebody_elses_actor_does_not_loop_back():
    """A host may say what it likes about its handles, the actor's host decides."""
    claimed = Handle("ines", "evil.example")
    truth = discovery.parse_jrd(answer())

    asked = discovery.confirmation(claimed, truth.actor_uri, "ines")

    assert asked == Handle("ines", "peer.example")
    assert not discovery.loops_back(claimed, truth.actor_uri, truth)


def test_handle_on_the_actors_own_host_needs_no_second_question():
    """The same host has already answered."""
    assert discovery.confirmation(Handle("Ines", "peer.example"), "https://peer.example/users/ines", "ines") is None


def test_one_change_of_subject_is_followed_and_no_second():
    """Chains of handles end after one step."""
    first = Handle("ines", "alias.example")
    found = discovery.parse_jrd(answer())

    assert discovery.next_lookup([first], found) == Handle("ines", "peer.example")
    assert discovery.next_lookup([first, Handle("INES", "peer.example")], found) is None
    with pytest.raises(PeerError) as caught:
        discovery.next_lookup([first, Handle("other", "peer.example")], found)
    assert caught.value.reason == Reason.WRONG_ID


def test_nodeinfo_index_names_both_schemas_and_the_server_actor():
    """Old and new readers find theirs."""
    index = discovery.build_nodeinfo_index("https://ward.example", server_actor="https://ward.example/actor")

    assert [link["href"] for link in index["links"]] == [
        "https://ward.example/nodeinfo/2.0",
        "https://ward.example/nodeinfo/2.1",
        "https://ward.example/actor",
    ]
    assert discovery.parse_nodeinfo_index(index) == "https://ward.example/nodeinfo/2.1"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_index_may_have_its_only_link_without_a_list(scheme):
    """And name the schema by either scheme."""
    link = {"rel": f"{scheme}://nodeinfo.diaspora.software/ns/schema/2.0", "href": "https://a.example/nodeinfo"}

    assert discovery.parse_nodeinfo_index({"links": link}) == "https://a.example/nodeinfo"


def test_nodeinfo_is_read_back_with_its_counts_and_metadata():
    """The document says what the node is and how it is used, and may carry more."""
    node = NodeInfo("rounds", "0.1.0", Usage(12, 8, 10, 340), metadata={"nodeName": "Ward"})

    document = discovery.build_nodeinfo(node, schema="2.1", repository="https://code.example/rounds")

    assert document["version"] == "2.1"
    assert document["software"]["repository"] == "https://code.example/rounds"
    assert discovery.parse_nodeinfo(document) == node
    assert "repository" not in discovery.build_nodeinfo(node, schema="2.0", repository="https://x.example")["software"]


def test_recorded_nodeinfo_of_a_peer_is_understood():
    """Another server's documents are read as they are."""
    found = discovery.parse_nodeinfo(recorded("nodeinfo-21"))

    assert discovery.parse_nodeinfo_index(recorded("nodeinfo-links")) == "https://akkoma.example/nodeinfo/2.1.json"
    assert (found.software, found.usage.total_users, found.usage.local_posts) == ("akkoma", 41, 90211)


@pytest.mark.parametrize(
    "document", [{}, {"software": "x", "usage": []}, {"software": {"name": 3}, "usage": {"users": {"total": -1}}}]
)
def test_odd_nodeinfo_is_unknown_and_not_an_error(document):
    """Nothing depends on it, so nothing fails for it."""
    assert discovery.parse_nodeinfo(document) == NodeInfo()


@pytest.mark.parametrize("href", ["http://10.0.0.1/", "data:application/json,{}", "ftp://peer.example/x"])
def test_S011_nodeinfo_address_that_may_not_be_fetched_is_not_given(href):
    """A peer cannot send us anywhere."""
    assert discovery.parse_nodeinfo_index({"links": [{"rel": f"{REL}2.0", "href": href}]}) is None
