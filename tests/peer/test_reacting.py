"""A server of another make answers, likes, boosts, edits, deletes and takes back: our node shows each and forgets each."""

from typing import Any

import pytest

from node.demonstrating.places import Place
from node.demonstrating.watching import eventually
from tests.peer.phone import Phone
from tests.peer.speaking import Peer

pytestmark = pytest.mark.processes


def named(ines: Phone, account_id: str, name: str) -> Any:
    """Return the account when it bears this name, None when it does not."""
    account = ines.get(f"/api/v1/accounts/{account_id}")
    return account if account["display_name"] == name else None


@pytest.mark.parametrize(
    ("kind", "notification", "counts"), [("Like", "favourite", (1, 0)), ("Announce", "reblog", (0, 1))]
)
def test_a_reaction_is_notified_and_taken_back(
    wren: Peer, ines: Phone, ines_uri: str, kind: str, notification: str, counts: tuple[int, int]
) -> None:
    """Like and Announce notify the author and count; Undo takes both back."""
    posted = ines.post("/api/v1/statuses", status=f"For a {kind}")

    sent = wren.send(ines_uri, kind, object=posted["uri"])
    notified = ines.await_notified(notification, posted["uri"])
    counted = ines.counts(posted)
    wren.send(ines_uri, "Undo", object=sent["id"])

    assert f"@{notified['account']['acct']}" == wren.handle
    assert counted == counts
    eventually("nothing to be counted", lambda: True if ines.counts(posted) == (0, 0) else None)
    assert ines.notified(notification, posted["uri"]) is None


def test_a_reply_is_a_mention_in_the_thread(wren: Peer, ines: Phone, ines_uri: str, place: Place) -> None:
    """A reply that names the author notifies them and stands below the post."""
    posted = ines.post("/api/v1/statuses", status="Which day suits the ward?")
    mention = {"uri": ines_uri, "handle": f"@ines@{place.host}"}

    sent = wren.send(ines_uri, "Create", content="<p>Tuesday</p>", reply=posted["uri"], mentions=[mention])

    notified = ines.await_notified("mention", sent["object"])
    assert notified["status"]["in_reply_to_id"] == posted["id"]
    thread = ines.get(f"/api/v1/statuses/{posted['id']}/context")["descendants"]
    assert [one["uri"] for one in thread] == [sent["object"]]


def test_an_edit_is_shown_and_a_deletion_removes(wren: Peer, ines: Phone, ines_uri: str, place: Place) -> None:
    """Update changes what is shown and keeps the version before; Delete leaves nothing."""
    mention = {"uri": ines_uri, "handle": f"@ines@{place.host}"}
    sent = wren.send(ines_uri, "Create", content="<p>Tuesday</p>", mentions=[mention])
    status = ines.await_notified("mention", sent["object"])["status"]
    path = f"/api/v1/statuses/{status['id']}"

    wren.send(ines_uri, "Update", object=sent["object"], content="<p>Wednesday</p>")
    edited = eventually("the edit", lambda: one if "Wednesday" in (one := ines.get(path))["content"] else None)
    history = ines.get(f"{path}/history")
    wren.send(ines_uri, "Delete", object=sent["object"])

    assert edited["edited_at"] is not None
    assert [version["content"] for version in history] == ["<p>Tuesday</p>", "<p>Wednesday</p>"]
    eventually("the mention to be gone", lambda: True if ines.notified("mention", sent["object"]) is None else None)


def test_an_unfollow_is_heard(wren: Peer, ines: Phone, ines_uri: str) -> None:
    """Undo of a Follow ends it: one follower less."""
    sent = wren.send(ines_uri, "Follow", object=ines_uri)
    wren.await_received("Accept", sent["id"])
    account = ines.find_account(wren.handle)
    assert ines.relationship(account)["followed_by"]

    wren.send(ines_uri, "Undo", object=sent["id"])

    eventually("no follower", lambda: None if ines.relationship(account)["followed_by"] else True)


def test_our_reactions_reach_the_peer(wren: Peer, ines: Phone, ines_uri: str) -> None:
    """What Ines likes, boosts and answers is sent, signed, and understood; so is taking it back."""
    ines.follow(wren.handle)
    sent = wren.send(ines_uri, "Create", content="<p>Count the beds at night</p>")
    status = ines.await_home(sent["object"])
    path = f"/api/v1/statuses/{status['id']}"

    ines.post(f"{path}/favourite")
    ines.post(f"{path}/reblog")
    reply = ines.post("/api/v1/statuses", status=f"{wren.handle} we did", in_reply_to_id=status["id"])

    came = [wren.await_received(kind, sent["object"]) for kind in ("Like", "Announce")]
    came.append(wren.await_received("Create", reply["uri"]))
    ines.post(f"{path}/unfavourite")
    came.append(wren.await_received("Undo", came[0]["activity"]["id"]))
    assert [(one["verified"], one["is_heard"]) for one in came] == [(True, True)] * 4
    assert came[2]["activity"]["object"]["inReplyTo"] == sent["object"]


def test_a_new_name_is_shown(wren: Peer, ines: Phone, ines_uri: str) -> None:
    """Update of an actor changes how it is shown."""
    account = ines.find_account(wren.handle)

    wren.send(ines_uri, "Rename", title="Wren, on holiday")
    renamed = eventually("the new name", lambda: named(ines, account["id"], "Wren, on holiday"))
    wren.send(ines_uri, "Rename", title=account["display_name"])

    assert renamed["uri"] == wren.actor
    eventually("the old name", lambda: named(ines, account["id"], account["display_name"]))


def test_a_quote_is_authorised(wren: Peer, ines: Phone, ines_uri: str) -> None:
    """Who asks to quote a post that anybody may quote gets a stamp, and reads it where it is kept (FEP-044f)."""
    posted = ines.post("/api/v1/statuses", status="Worth repeating", quote_approval_policy="public")

    sent = wren.send(ines_uri, "QuoteRequest", object=posted["uri"], content="<p>Indeed</p>")
    accept = wren.await_received("Accept", sent["id"])
    stamp = wren.lookup(accept["activity"]["result"])

    assert (accept["verified"], accept["is_heard"]) == (True, True)
    assert (stamp["kind"], stamp["document"]["attributedTo"]) == ("QuoteAuthorization", ines_uri)
    assert stamp["document"]["interactionTarget"] == posted["uri"]
    assert stamp["document"]["interactingObject"].startswith(wren.origin)


def test_a_quote_that_nobody_may_make_is_rejected(wren: Peer, ines: Phone, ines_uri: str) -> None:
    """Who asks to quote what nobody may quote hears no."""
    posted = ines.post("/api/v1/statuses", status="Not to be quoted", quote_approval_policy="nobody")

    sent = wren.send(ines_uri, "QuoteRequest", object=posted["uri"], content="<p>All the same</p>")

    assert wren.await_received("Reject", sent["id"])["is_heard"]


def test_a_poll_of_the_peer_is_shown(wren: Peer, ines: Phone, ines_uri: str) -> None:
    """Its question, its options and its end are read."""
    ines.follow(wren.handle)

    sent = wren.send(ines_uri, "Poll", content="<p>Which day?</p>", options=["Tuesday", "Friday"])

    poll = ines.await_home(sent["object"])["poll"]
    assert [option["title"] for option in poll["options"]] == ["Tuesday", "Friday"]
    assert (poll["multiple"], poll["expired"]) == (False, False)
