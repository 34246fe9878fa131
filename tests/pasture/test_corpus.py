"""The input corpus of the fediverse pasture, given to a fresh node: every shape of a post that its makers thought of."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from tests.pasture.recording import record
from tests.recorded.folder import Folder
from tests.recorded.replay import Result, replay

pytestmark = pytest.mark.processes  # one of the pasture's, and too slow for the quick tests
READABLE = 252  # measured
NOT_SHOWN = {
    "html_tags-27": "a script and nothing else",
    "html_tags-28": "an image in the text and nothing else",
    "necessary_properties-02": "no id",
    "necessary_properties-04": "no author",
    "necessary_properties-05": "no type",
    "object_types-08": "a Place",
    "object_types-09": "a Profile",
    "object_types-10": "a Relationship",
    "object_types-11": "a Tombstone",
    "object_types-14": "no type",
}


class Replayed(NamedTuple):
    """The examples of the corpus and what came of each."""

    examples: Mapping[str, Any]
    results: Mapping[str, Result]

    def status(self, name: str) -> Mapping[str, Any]:
        """Return the post that came of an example."""
        [found] = self.results[name].rows["statuses"]
        return found

    def is_readable(self, name: str) -> bool:
        """Tell whether an example became one post with something to read or to look at."""
        rows = self.results[name].rows
        return any(status["content_html"] or rows.get("media") for status in rows.get("statuses", []))

    def names(self, group: str) -> list[str]:
        """Return the names of the examples of one group."""
        return [name for name in self.examples if name.rpartition("-")[0] == group]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """Return the corpus, all of it replayed once."""
    folder = tmp_path_factory.mktemp("pasture")
    examples = record(folder)
    results = asyncio.run(replay(Folder(folder), tmp_path_factory.mktemp("replay")))
    return Replayed(examples, {result.file.removesuffix(".json"): result for result in results})


def test_nothing_of_the_corpus_is_an_error(replayed: Replayed) -> None:
    """Whatever shape a post has, it is accepted, ignored or refused with a reason."""
    unexplained = [one for one in replayed.results.values() if one.verdict != "accepted" and one.reason is None]

    assert [one for one in replayed.results.values() if one.verdict == "error"] == []
    assert unexplained == []


def test_what_can_be_read_is_a_post(replayed: Replayed, capsys: pytest.CaptureFixture[str]) -> None:
    """All but the few that say nothing, or that nobody vouches for, become a post with something to read."""
    readable = {name for name in replayed.examples if replayed.is_readable(name)}

    with capsys.disabled():
        print(f"\nfediverse pasture: {len(readable)} of {len(replayed.examples)} examples are a readable post")
    assert set(replayed.examples) - readable <= set(NOT_SHOWN)
    assert len(readable) >= READABLE


@pytest.mark.parametrize("group", ["public_addressing", "quotes", "attributed_to", "context", "url", "language"])
def test_every_spelling_means_the_same(replayed: Replayed, group: str) -> None:
    """Public, by its author, with its quote: however that is spelt."""
    for name in replayed.names(group):
        status = replayed.status(name)
        assert (name, status["visibility"]) == (name, "public")
        assert bool(status["quote_uri"]) == (group == "quotes")


def test_every_image_is_kept_as_one(replayed: Replayed) -> None:
    """An attachment with an address is a file of the post, with or without its media type; inlined data is not."""
    kinds = {name: replayed.results[name].rows.get("media", []) for name in replayed.names("image_attachments")}

    without = [name for name, media in kinds.items() if [one["kind"] for one in media] != ["image"]]
    assert without == ["image_attachments-17"]


def test_no_markup_of_the_corpus_is_dangerous(replayed: Replayed) -> None:
    """No script, frame, form or foreign media is left in what we show."""
    pages = [replayed.status(name)["content_html"].lower() for name in replayed.examples if replayed.is_readable(name)]

    for tag in ("<script", "<iframe", "<form", "<input", "<button", "<img", "<audio", "<video", "<style"):
        assert [page for page in pages if tag in page] == []
