"""One real node with Ines, and beside it a server of another make, for all tests of this folder."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from node.demonstrating.apps import sign_in
from node.demonstrating.places import Place
from tests.peer.phone import Phone
from tests.peer.speaking import Peer, peer
from tests.support.processes import INES, nodes


@pytest.fixture(scope="package")
def wren(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """Return the peer; started first, so that nothing else is when it is missing."""
    with peer(tmp_path_factory.mktemp("peer")) as running:
        yield running


@pytest.fixture(scope="package")
def place(wren: Peer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Return where our node is."""
    with nodes(tmp_path_factory.mktemp("node"), INES) as (node,):
        yield node.place


@pytest.fixture(scope="package")
def ines(place: Place) -> Iterator[Phone]:
    """Return the app of Ines, who is at our node."""
    app = sign_in(place, INES, name="Ward round")
    app.close()
    with closing(Phone(place, app.token)) as phone:
        yield phone


@pytest.fixture(scope="package")
def ines_uri(place: Place) -> str:
    """Return the id of Ines on the wire."""
    return f"{place.base_url}/users/{INES.username}"


@pytest.fixture
def stranger(place: Place, tmp_path: Path) -> Iterator[Peer]:
    """Return another peer, which our node has never heard of."""
    with peer(tmp_path) as running:
        yield running


@pytest.fixture
def followed(wren: Peer, ines: Phone, ines_uri: str) -> str:
    """Return the id of Wren's follow of Ines, after our node accepted it."""
    sent = wren.send(ines_uri, "Follow", object=ines_uri)
    wren.await_received("Accept", sent["id"])
    return str(sent["id"])
