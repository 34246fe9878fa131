"""Documents in the shapes of forums, blogs, players, calendars and markets, each with what is expected of it.

Their people and hosts live in `others/` alone; what one document is about lies there too. Several are given in a row:
both forms of a group's Announce in either order, an edit and a removal after what they change.
"""

from pathlib import Path

import pytest

from tests.recorded import expecting
from tests.recorded.folder import EXPECTED, Folder
from tests.recorded.seeding import Seeds

OTHERS = Path(__file__).parent / "others"
NAMES = [name.removesuffix(".json") for name in Folder(OTHERS).files]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    """Return what fresh nodes are copied from."""
    return Seeds(tmp_path_factory.mktemp("others"))


@pytest.mark.parametrize("name", NAMES)
async def test_each_document_of_others_gives_what_is_expected(name: str, seeds: Seeds) -> None:
    """Verdict, rows and what is sent; nothing else changes."""
    faults = await expecting.faults(OTHERS, name, seeds)

    assert not faults, "\n".join(faults)


def test_every_document_of_others_says_what_is_expected_of_it() -> None:
    """And nothing is expected of a document that is not there."""
    assert set(NAMES) == {path.name.removesuffix(EXPECTED) for path in OTHERS.glob(f"*{EXPECTED}")}
