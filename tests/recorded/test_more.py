"""More documents, in the shapes that servers send beside those of the collection, each with what is expected of it.

Their people and hosts live in `more/` alone; the Create of a post that another document is about lies there too.
"""

from pathlib import Path

import pytest

from tests.recorded import expecting
from tests.recorded.folder import EXPECTED, Folder
from tests.recorded.seeding import Seeds

MORE = Path(__file__).parent / "more"
NAMES = [name.removesuffix(".json") for name in Folder(MORE).files]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    """Return what fresh nodes are copied from."""
    return Seeds(tmp_path_factory.mktemp("more"))


@pytest.mark.parametrize("name", NAMES)
async def test_each_further_document_gives_what_is_expected(name: str, seeds: Seeds) -> None:
    """Verdict, rows and what is sent; nothing else changes."""
    faults = await expecting.faults(MORE, name, seeds)

    assert not faults, "\n".join(faults)


def test_every_further_document_says_what_is_expected_of_it() -> None:
    """And nothing is expected of a document that is not there."""
    assert set(NAMES) == {path.name.removesuffix(EXPECTED) for path in MORE.glob(f"*{EXPECTED}")}
