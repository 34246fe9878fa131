"""A server of another make reads what we serve with its own code: actors, posts, collections, handles; and we read it."""

import pytest

from node.demonstrating.places import Place
from tests.peer.phone import Phone
from tests.peer.speaking import Peer

pytestmark = pytest.mark.processes


def test_the_peer_reads_our_actor(wren: Peer, ines: Phone, ines_uri: str) -> None:
    """The actor is a person with an inbox and a key that is the actor's."""
    found = wren.lookup(ines_uri)

    document = found["document"]
    assert found["kind"] == "Person"
    assert (document["id"], document["preferredUsername"]) == (ines_uri, "ines")
    assert document["inbox"].startswith(ines_uri)
    assert document["publicKey"]["owner"] == ines_uri


def test_the_peer_reads_our_newer_key(wren: Peer, ines_uri: str) -> None:
    """Beside the key that everybody knows there is an Ed25519 key for proofs (FEP-521a)."""
    keys = wren.lookup(ines_uri)["document"]["assertionMethod"]

    [multikey] = [key for key in (keys if isinstance(keys, list) else [keys]) if key["type"] == "Multikey"]
    assert multikey["controller"] == ines_uri
    assert multikey["publicKeyMultibase"].startswith("z6Mk")


def test_the_peer_reads_what_software_we_are(wren: Peer, place: Place) -> None:
    """Both documents of NodeInfo name us and our protocol, and the library takes them for valid."""
    found = wren.nodeinfo(place.base_url)

    assert [(one["software"]["name"], one["protocols"]) for one in found] == [("rounds", ["activitypub"])] * 2


@pytest.mark.parametrize(("name", "kind"), [("users/institution", "Organization"), ("actor", "Application")])
def test_the_peer_reads_the_actors_of_the_house(wren: Peer, place: Place, name: str, kind: str) -> None:
    """The institution and the server are actors as well."""
    assert wren.lookup(f"{place.base_url}/{name}")["kind"] == kind


def test_the_peer_finds_us_by_our_handle(wren: Peer, place: Place, ines_uri: str) -> None:
    """WebFinger names the actor, and the actor is the one with this handle."""
    links = wren.webfinger(f"acct:ines@{place.host}")["links"]

    assert ines_uri in [link.get("href") for link in links if link["rel"] == "self"]
    assert wren.lookup(f"@ines@{place.host}")["document"]["id"] == ines_uri


def test_we_find_the_peer_by_its_handle(wren: Peer, ines: Phone) -> None:
    """A handle typed into the search box leads to the peer's actor."""
    found = ines.find_account(wren.handle)

    assert (found["uri"], found["display_name"]) == (wren.actor, "Wren of the other house")
    assert f"@{found['acct']}" == wren.handle


def test_the_peer_reads_a_post(wren: Peer, ines: Phone, ines_uri: str) -> None:
    """A post is a note by its author, public, with its tag and its language."""
    posted = ines.post("/api/v1/statuses", status="Ask who is cold #warmth", language="en")

    found = wren.lookup(posted["uri"])

    note = found["document"]
    assert found["kind"] == "Note"
    assert (note["attributedTo"], note["to"]) == (ines_uri, "as:Public")
    assert note["contentMap"]["en"] == note["content"] == posted["content"]
    assert note["tag"]["name"] == "#warmth"


def test_the_peer_reads_our_outbox(wren: Peer, ines: Phone, ines_uri: str) -> None:
    """Each item is an activity that the library understands."""
    posted = ines.post("/api/v1/statuses", status="In the outbox")

    outbox = wren.collection(f"{ines_uri}/outbox")

    assert {"kind": "Create", "id": f"{posted['uri']}/activity"} in outbox["items"]
    assert outbox["total"] >= len(outbox["items"]) > 0


def test_the_peer_reads_a_thread(wren: Peer, ines: Phone) -> None:
    """The replies and the context of a post are collections."""
    posted = ines.post("/api/v1/statuses", status="Who has tried it?")
    reply = ines.post("/api/v1/statuses", status="We have", in_reply_to_id=posted["id"])
    note = wren.lookup(posted["uri"])["document"]

    for name in ("replies", "context"):
        assert reply["uri"] in [item["id"] for item in wren.collection(note[name])["items"]]


def test_what_is_not_there_is_nothing(wren: Peer, place: Place, ines_uri: str) -> None:
    """A missing actor and a missing post are not found, and nothing breaks."""
    assert wren.lookup(f"{place.base_url}/users/nobody") is None
    assert wren.lookup(f"{ines_uri}/statuses/1") is None
    assert wren.webfinger(f"acct:nobody@{place.host}") is None
