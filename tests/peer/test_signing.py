"""Signatures between us and a server of another make: who signs how, and what each side's own code makes of it."""

from pathlib import Path

import pytest

from node.demonstrating.places import Place
from tests.peer.phone import Phone
from tests.peer.speaking import Peer, peer

pytestmark = pytest.mark.processes


@pytest.mark.parametrize(("option", "form"), [("rfc9421", "rfc9421"), ("draft-cavage-http-signatures-12", "cavage")])
def test_a_stranger_is_understood_at_the_first_knock(
    place: Place, ines_uri: str, tmp_path: Path, option: str, form: str
) -> None:
    """Whichever form the library signs in first, RFC 9421 or the older draft, there is no need for the other one."""
    with peer(tmp_path, firstKnock=option) as stranger:
        sent = stranger.send(ines_uri, "Follow", object=ines_uri)
        accept = stranger.await_received("Accept", sent["id"])

    assert [(one["form"], one["status"]) for one in sent["knocks"]] == [(form, 202)]
    assert (accept["verified"], accept["is_heard"]) == (True, True)


def test_a_forged_signature_is_refused_in_both_forms(wren: Peer, ines: Phone, ines_uri: str, followed: str) -> None:
    """A key that only claims to be the actor's opens nothing, and the post is nowhere."""
    sent = wren.try_to_send(ines_uri, "Create", content="<p>Forged</p>", is_forged=True)

    assert {one["form"] for one in sent["knocks"]} == {"rfc9421", "cavage"}
    assert {one["status"] for one in sent["knocks"]} == {401}
    assert ines.get("/api/v2/search", q=sent["object"], type="statuses")["statuses"] == []


def test_everything_we_sign_holds(wren: Peer, ines: Phone, followed: str) -> None:
    """Whatever came with a signature, fetches and deliveries alike, is judged valid by the library's own code."""
    ines.find_account(wren.handle)
    posted = ines.post("/api/v1/statuses", status="Signed")
    wren.await_received("Create", posted["uri"])

    signed = [one for one in wren.received() if one["form"] != "none"]

    assert {one["method"] for one in signed} >= {"GET", "POST"}
    assert [one for one in signed if not one["verified"]] == []


def test_a_public_post_carries_a_proof_that_holds(wren: Peer, ines: Phone, followed: str) -> None:
    """The integrity proof of a public post is judged valid by the library's own code."""
    posted = ines.post("/api/v1/statuses", status="Proven")

    create = wren.await_received("Create", posted["uri"])

    assert create["proof"] is True


def test_what_bears_its_authors_proof_may_be_delivered_by_another(
    wren: Peer, stranger: Peer, place: Place, ines: Phone, ines_uri: str
) -> None:
    """A proof made by the library's own code speaks for the author; a word changed, it speaks for nobody."""
    mention = {"uri": ines_uri, "handle": f"@ines@{place.host}"}
    good, bad = (wren.compose("Create", content="<p>Passed on</p>", mentions=[mention]) for _ in range(2))
    bad["object"]["content"] = "<p>Bent on the way</p>"

    stranger.deliver(f"{ines_uri}/inbox", bad)
    stranger.deliver(f"{ines_uri}/inbox", good)

    notified = ines.await_notified("mention", good["object"]["id"])
    assert f"@{notified['account']['acct']}" == wren.handle
    assert ines.notified("mention", bad["object"]["id"]) is None


def test_a_private_post_is_read_by_a_follower_alone(wren: Peer, stranger: Peer, ines: Phone, followed: str) -> None:
    """Whose signature a fetch bears decides what is answered, in whichever form it is signed."""
    posted = ines.post("/api/v1/statuses", status="For followers", visibility="private")

    read = wren.lookup(posted["uri"])

    assert read["document"]["content"] == posted["content"]
    assert stranger.lookup(posted["uri"]) is None


def test_a_server_that_takes_rfc9421_alone_gets_our_posts(
    place: Place, ines: Phone, ines_uri: str, tmp_path: Path
) -> None:
    """What is refused in the older form is sent again in the one that is asked for, and from then on at once."""
    with peer(tmp_path, refuses="cavage") as strict:
        followed = strict.send(ines_uri, "Follow", object=ines_uri)
        accept = strict.await_received("Accept", followed["id"])
        posted = ines.post("/api/v1/statuses", status="In the newer form")
        create = strict.await_received("Create", posted["uri"])

        tried = [one["form"] for one in strict.received("Create") if one["activity"]["id"] == create["activity"]["id"]]
    assert (accept["form"], accept["verified"]) == ("rfc9421", True)
    assert (tried, create["verified"]) == (["rfc9421"], True)
