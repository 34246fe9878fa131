"""A server of another make follows us and is followed: what is sent arrives, and its signature holds there and here."""

from collections.abc import Iterator

import pytest

from tests.peer.phone import Phone
from tests.peer.speaking import Peer

pytestmark = pytest.mark.processes


def test_a_follow_is_accepted(wren: Peer, ines: Phone, followed: str) -> None:
    """The Accept names the follow, its signature holds, and the peer is a follower."""
    accept = wren.await_received("Accept", followed)

    assert (accept["verified"], accept["is_heard"]) == (True, True)
    assert ines.relationship(ines.find_account(wren.handle))["followed_by"]


def test_a_post_reaches_the_follower(wren: Peer, ines: Phone, ines_uri: str, followed: str) -> None:
    """A post is delivered, signed by its author, and the library takes it."""
    posted = ines.post("/api/v1/statuses", status="Two names for every key")

    create = wren.await_received("Create", posted["uri"])

    assert (create["verified"], create["is_heard"], create["status"]) == (True, True, 202)
    assert create["key"].startswith(ines_uri)
    assert create["activity"]["object"]["content"] == posted["content"]


def test_an_edit_and_a_deletion_reach_the_follower(wren: Peer, ines: Phone, followed: str) -> None:
    """Update and Delete follow the post."""
    posted = ines.post("/api/v1/statuses", status="Before")

    ines.put(f"/api/v1/statuses/{posted['id']}", status="After")
    update = wren.await_received("Update", posted["uri"])
    ines.delete(f"/api/v1/statuses/{posted['id']}")

    delete = wren.await_received("Delete", posted["uri"])
    assert "After" in update["activity"]["object"]["content"]
    assert [(one["verified"], one["is_heard"]) for one in (update, delete)] == [(True, True)] * 2


def test_what_the_peer_posts_is_in_home(wren: Peer, ines: Phone, ines_uri: str) -> None:
    """We follow, the peer accepts, and its post is in the home timeline."""
    ines.follow(wren.handle)

    sent = wren.send(ines_uri, "Create", content="<p>Gel by <strong>every</strong> bed</p>")

    home = ines.await_home(sent["object"])
    assert home["content"] == "<p>Gel by <strong>every</strong> bed</p>"
    assert f"@{home['account']['acct']}" == wren.handle


def test_a_learning_is_a_note_for_others(wren: Peer, ines: Phone, followed: str) -> None:
    """A record travels in an ordinary post, whose words and signature a server that knows no records understands."""
    posted = ines.post("/api/v1/statuses", status="Ask the patient first #learning")

    create = wren.await_received("Create", posted["uri"])
    note = wren.lookup(posted["uri"])["document"]

    assert (create["verified"], create["is_heard"]) == (True, True)
    assert create["activity"]["object"]["learningRecord"]["type"] == "Learning"
    assert (note["type"], note["content"]) == ("Note", posted["content"])


def test_a_direct_post_reaches_the_one_it_names(wren: Peer, ines: Phone) -> None:
    """It goes to the personal inbox of the one it names, and says so in its addressing."""
    posted = ines.post("/api/v1/statuses", status=f"{wren.handle} only you", visibility="direct")

    create = wren.await_received("Create", posted["uri"])

    assert (create["path"], create["verified"]) == ("/users/wren/inbox", True)
    assert (create["activity"]["to"], create["activity"]["cc"]) == ([wren.actor], [])


def test_a_new_profile_reaches_the_follower(wren: Peer, ines: Phone, followed: str) -> None:
    """What Ines says of herself is sent to who follows her."""
    ines.change_profile(note="On the stroke ward")

    update = wren.await_received("Update", "On the stroke ward")

    assert (update["verified"], update["is_heard"]) == (True, True)
    assert update["activity"]["object"]["type"] == "Person"


@pytest.fixture
def locked(ines: Phone) -> Iterator[None]:
    """Let Ines decide about her followers while a test runs."""
    ines.change_profile(locked=True)
    yield
    ines.change_profile(locked=False)


@pytest.mark.usefixtures("locked")
def test_a_locked_account_decides(stranger: Peer, ines: Phone, ines_uri: str) -> None:
    """A follow waits until Ines rejects or accepts it, and the peer hears what she decided."""
    first = stranger.send(ines_uri, "Follow", object=ines_uri)
    asked = ines.await_request(stranger.handle)
    ines.post(f"/api/v1/follow_requests/{asked['id']}/reject")
    reject = stranger.await_received("Reject", first["id"])

    second = stranger.send(ines_uri, "Follow", object=ines_uri)
    ines.await_request(stranger.handle)
    ines.post(f"/api/v1/follow_requests/{asked['id']}/authorize")
    accept = stranger.await_received("Accept", second["id"])

    assert [(one["verified"], one["is_heard"]) for one in (reject, accept)] == [(True, True)] * 2
