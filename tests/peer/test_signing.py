"""Signatures between us and a server of another make: who signs how, and what each side's own code makes of it."""

import pytest

from node.demonstrating.places import Place
from tests.peer.phone import Phone
from tests.peer.speaking import Peer

pytestmark = pytest.mark.processes
REFUSED = (400, 401)


def test_a_stranger_knocks_until_we_understand(stranger: Peer, place: Place, ines_uri: str) -> None:
    """The library signs by RFC 9421 first; if we refuse that, it signs as everybody did before, and is taken."""
    sent = stranger.send(ines_uri, "Follow", object=ines_uri)

    *refused, (form, status) = [(one["form"], one["status"]) for one in sent["knocks"]]
    assert refused in ([], [("rfc9421", 401)])
    assert (form, status) == ("cavage" if refused else "rfc9421", 202)
    assert stranger.await_received("Accept", sent["id"])["verified"]


def test_what_was_understood_is_remembered(stranger: Peer, ines_uri: str) -> None:
    """From the second request on there is one knock, in the form that we took."""
    first = stranger.send(ines_uri, "Follow", object=ines_uri)["knocks"][-1]

    second = stranger.send(ines_uri, "Follow", object=ines_uri)["knocks"]

    assert [(one["form"], one["status"]) for one in second] == [(first["form"], 202)]


def test_everything_we_sign_holds(wren: Peer, ines: Phone, followed: str) -> None:
    """Whatever came with a signature, fetches and deliveries alike, is judged valid by the library's own code."""
    ines.find_account(wren.handle)
    posted = ines.post("/api/v1/statuses", status="Signed")
    wren.await_received("Create", posted["uri"])

    signed = [one for one in wren.received() if one["form"] != "none"]

    assert {one["method"] for one in signed} >= {"GET", "POST"}
    assert [one for one in signed if not one["verified"]] == []


def test_no_integrity_proof_of_ours_fails(wren: Peer, ines: Phone, followed: str) -> None:
    """A public post carries a proof that holds, or none."""
    posted = ines.post("/api/v1/statuses", status="Proven")

    create = wren.await_received("Create", posted["uri"])

    assert create["proof"] is not False
