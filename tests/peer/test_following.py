"""A server of another make follows us and is followed: what is sent arrives, and its signature holds there and here."""

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
