"""Two real nodes for all contract tests of this folder: Ines is at the first one, Otto at the second."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from node.demonstrating.places import Place
from tests.support.processes import INES, OTTO, nodes


class Pair(NamedTuple):
    """Where Ines is and where Otto is."""

    ines: Place
    otto: Place


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Return two places that are served by processes of their own."""
    with nodes(tmp_path_factory.mktemp("pair"), INES, OTTO) as (ines, otto):
        yield Pair(ines.place, otto.place)
