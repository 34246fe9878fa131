"""Every recorded document gives what is expected of it: the words of the index, taken apart in the file beside it."""

from pathlib import Path

import pytest

from tests.recorded import expecting
from tests.recorded.folder import EXPECTED, Folder
from tests.recorded.seeding import Seeds

DOCUMENTS = Path(__file__).parent / "documents"
NAMES = [name.removesuffix(".json") for name in Folder(DOCUMENTS).files]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    """Return what fresh nodes are copied from."""
    return Seeds(tmp_path_factory.mktemp("expectations"))


@pytest.mark.parametrize("name", NAMES)
async def test_each_recorded_document_gives_what_is_expected(name: str, seeds: Seeds) -> None:
    """Verdict, rows, what is sent and what apps are shown."""
    faults = await expecting.faults(DOCUMENTS, name, seeds)

    assert not faults, "\n".join(faults)


def test_every_recorded_document_says_what_is_expected_of_it() -> None:
    """And nothing is expected of a document that is not there."""
    expected = {path.name.removesuffix(EXPECTED) for path in DOCUMENTS.glob(f"*{EXPECTED}")}

    assert set(NAMES) == expected
