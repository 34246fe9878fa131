"""The report of a loop: prefilled from what was recorded, for whoever may see the loop, as every kind of file."""

import io
import re
from html.parser import HTMLParser

import docx
import pytest
from markdown_it import MarkdownIt

from node.errors import Problem
from node.learning.report import file as html_files
from node.learning.report import markdown, word
from node.learning.report.model import TYPED, Report
from node.services import learning, sharing, summarising
from node.services.measuring import NewPoint, record_point
from tests.node.services import loops
from tests.support.world import Person, World

NASTY = '<script>alert(1)</script> & "q" [a](https://evil.example/) **b** `c` | d'


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines", display_name="Ines Halloran")


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar", display_name="Omar Said")


async def _loop(world: World, ines: Person, omar: Person, **more: str) -> tuple[int, int]:
    learned = await loops.learned(world, ines, visibility="public")
    begun = await loops.begun(world, omar, learned, visibility="public")
    await loops.counted(world, omar, begun)
    return begun, await loops.shared(world, omar, begun, visibility="public", **more)


async def _report(world: World, status_id: int, reader: int | None = None) -> Report:
    return (await world.db.read(summarising.summary_of, reader, status_id)).report


def _texts(report: Report, key: str) -> list[str]:
    return [one.text for section in report.sections if section.key == key for one in section.sentences]


async def test_a_normal_loop_fills_twelve_of_the_eighteen_items(world: World, ines: Person, omar: Person) -> None:
    """Decision and one sentence are enough; nothing else was typed."""
    _, shared = await _loop(world, ines, omar)

    report = await _report(world, shared)

    assert len(report.sections) == 18
    assert report.filled >= 12
    assert report.completeness == f"Report, {report.filled} of 18 prefilled"
    assert all(one.origin.url and one.origin.label for section in report.sections for one in section.sentences)


async def test_a_negative_result_fills_as_many_items(world: World, ines: Person, omar: Person) -> None:
    """Tried, stopped, because: it has the same places as a success."""
    _, kept = await _loop(world, ines, omar)
    learned = await loops.learned(world, ines, visibility="public")
    begun = await loops.begun(world, omar, learned, visibility="public")
    await loops.counted(world, omar, begun)
    stopped = await loops.shared(
        world, omar, begun, visibility="public", decision="abandon", decision_reason="The lids broke."
    )

    one, other = await _report(world, kept), await _report(world, stopped)

    assert [section.key for section in one.sections if section.is_filled] == [
        section.key for section in other.sections if section.is_filled
    ]
    assert _texts(other, "conclusions") == ["Tried, stopped, because: The lids broke."]
    assert "Tried, stopped, because: The lids broke." in _texts(other, "abstract")


async def test_cycles_before_are_part_of_the_report_and_other_places_are_told_apart(
    world: World, ines: Person, omar: Person
) -> None:
    """What was adapted here is one story; what somebody else began is not."""
    begun, _ = await _loop(world, ines, omar, decision="adapt")
    world.clock.pass_time(minutes=5)
    second = await loops.begun(world, omar, begun, visibility="public")

    report = await _report(world, second, omar.id)

    assert [text[:7] for text in _texts(report, "interventions") if text.startswith("Cycle")] == ["Cycle 1", "Cycle 2"]


async def test_an_undecided_action_is_told_with_numbers_in_the_house_alone(
    world: World, ines: Person, omar: Person
) -> None:
    """Rows of data do not leave; what is for the house says so."""
    learned = await loops.learned(world, ines, visibility="public")
    begun = await loops.begun(world, omar, learned, visibility="public")
    await loops.counted(world, omar, begun)

    here, outside = await _report(world, begun, ines.id), await _report(world, begun)

    assert (here.is_internal, outside.is_internal) == (True, False)
    assert (len(here.charts), len(outside.charts)) == (1, 0)
    assert "42%" in " ".join(_texts(here, "results"))
    assert _texts(outside, "results") == []


async def test_small_numbers_are_withheld_and_said_to_be(world: World, ines: Person, omar: Person) -> None:
    """A number of 1 to 4 is in no sentence, table or drawing, whoever reads what was shared."""
    learned = await loops.learned(world, ines, visibility="public")
    begun = await loops.begun(world, omar, learned, visibility="public")
    measure = await loops.counted(world, omar, begun)
    await world.db.write(record_point, omar.id, measure, NewPoint(day=loops.DAY_ZERO, entry="3/47"))
    shared = await loops.shared(world, omar, begun, visibility="public")

    reports = [await _report(world, shared, reader) for reader in (None, omar.id)]

    for report in reports:
        assert any("1 week withheld" in text for text in _texts(report, "limitations"))
        assert "47" not in markdown.markdown(report)
        assert not re.search(r">47<", html_files.html(report))


async def test_what_is_not_for_a_reader_has_no_report(world: World, ines: Person, omar: Person) -> None:
    """The same answer as for nothing."""
    learned = await loops.learned(world, ines, visibility="public")
    hidden = await loops.begun(world, omar, learned, visibility="direct")

    assert _texts(await _report(world, learned), "interventions") == []
    with pytest.raises(Problem, match="not-found"):
        await _report(world, hidden)


async def test_a_learning_alone_has_a_report_that_says_so(world: World, ines: Person) -> None:
    """Nothing is made up: what is not known stays empty."""
    learned = await loops.learned(world, ines, visibility="public")

    report = await _report(world, learned)

    assert [section.key for section in report.sections if section.is_filled] == [
        "title",
        "abstract",
        "problem",
        "context",
    ]
    for form in (html_files.html(report), markdown.markdown(report)):
        assert "Nothing yet" in form
    assert word.document(report)


async def test_what_is_written_into_an_item_stays_and_may_be_taken_away(
    world: World, ines: Person, omar: Person
) -> None:
    """By its author, into the six items that nobody can know from the log."""
    _, shared = await _loop(world, ines, omar)

    for item in TYPED:
        await world.db.write(summarising.keep_text, omar.id, shared, item, f"Typed {item}")
    full = await _report(world, shared)
    await world.db.write(summarising.keep_text, omar.id, shared, "funding", "")
    less = await _report(world, shared)

    assert all(f"Typed {item}." in _texts(full, item) for item in TYPED)
    assert _texts(less, "funding") == []


async def test_nobody_else_writes_into_a_report(world: World, ines: Person, omar: Person) -> None:
    """Only its author and moderators, into an item that may be written, within its length."""
    _, shared = await _loop(world, ines, omar)

    refused = []
    for who, item, text in ((ines, "funding", "x"), (omar, "results", "x"), (omar, "funding", "x" * 2001)):
        with pytest.raises(Problem) as caught:
            await world.db.write(summarising.keep_text, who.id, shared, item, text)
        refused.append((caught.value.status, caught.value.field))

    assert refused == [(403, None), (422, "item"), (422, "funding")]


async def test_what_was_written_before_a_share_is_for_the_house(world: World, ines: Person, omar: Person) -> None:
    """Nothing typed leaves before its author said what came of it."""
    learned = await loops.learned(world, ines, visibility="public")
    begun = await loops.begun(world, omar, learned, visibility="public")
    await world.db.write(summarising.keep_text, omar.id, begun, "ethics", "Not human subjects research.")

    here, outside = await _report(world, begun, ines.id), await _report(world, begun)
    await loops.shared(world, omar, begun, visibility="public")
    after = await _report(world, begun)

    assert [_texts(one, "ethics") for one in (here, outside, after)] == [
        ["Not human subjects research."],
        [],
        ["Not human subjects research."],
    ]
    assert (here.is_internal, after.is_internal) == (True, False)


async def test_a_withdrawn_share_is_no_evidence(world: World, ines: Person, omar: Person) -> None:
    """The report says why, and tells nothing of it as a result."""
    _, shared = await _loop(world, ines, omar)
    await world.db.write(sharing.withdraw, omar.id, shared, reason="data-error", explanation="Counted twice.")

    report = await _report(world, shared)

    assert report.withdrawn == "Counted twice."
    assert "It is quieter, and four euros a bin." not in str(report)


async def test_markup_in_every_text_is_text_in_every_file(world: World, ines: Person, omar: Person) -> None:
    """HTML, Markdown and Word show what was typed, letter by letter, and nothing of it does anything."""
    learned = await world.db.write(
        learning.record,
        ines.id,
        learning.NewLearning(
            title=f"T {NASTY}",
            text=f"X {NASTY}",
            setting=f"S {NASTY}",
            source="L <script>alert(2)</script> **b**",
            visibility="public",
        ),
    )
    begun = await loops.begun(
        world,
        omar,
        learned,
        title=f"A {NASTY}",
        change=f"C {NASTY}",
        prediction=f"P {NASTY}",
        day_zero_on=None,
        steps=(f"Step {NASTY}",),
        measures=(loops.NewMeasure(label=f"M{NASTY}"[:80], definition=f"D {NASTY}"),),
        visibility="public",
    )
    shared = await loops.shared(
        world, omar, begun, sentence=f"R {NASTY}", learned=f"N {NASTY}", again="no", visibility="public"
    )
    await world.db.write(summarising.keep_text, omar.id, shared, "funding", f"F {NASTY}")

    report = await _report(world, shared)
    wanted = [one.text for section in report.sections for one in section.sentences]

    shown = _Page()
    shown.feed(html_files.html(report))
    rendered = _Page()
    rendered.feed(MarkdownIt("commonmark").render(markdown.markdown(report)))
    written = docx.Document(io.BytesIO(word.document(report)))
    paragraphs = [paragraph.text for paragraph in written.paragraphs]
    for text in wanted:
        assert text in shown.text
        assert text in rendered.text
        assert any(text in paragraph for paragraph in paragraphs)
    for page in (shown, rendered):
        assert "script" not in page.tags
        assert [url for url in page.links if "evil" in url] == []
    assert not any("evil" in part.target_ref for part in written.part.rels.values() if part.is_external)


async def test_the_word_file_is_described_and_always_the_same(world: World, ines: Person, omar: Person) -> None:
    """Headings, a text for the picture, title, institution and language; equal reports give equal bytes."""
    _, shared = await _loop(world, ines, omar)
    report = await _report(world, shared)

    data = word.document(report)

    made = docx.Document(io.BytesIO(data))
    pictures = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]
    assert data == word.document(report)
    assert (made.core_properties.title, made.core_properties.author) == (report.title, "St Mary's")
    assert made.core_properties.language == "en"
    assert len([one for one in made.paragraphs if one.style and one.style.name == "Heading 2"]) == 18
    assert [text.startswith("Run chart: Patients who slept well") for text in pictures] == [True]


class _Page(HTMLParser):
    """The text, tags and links of a page as a browser reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data
