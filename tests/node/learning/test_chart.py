"""The drawn chart: accessible, fluid, escaped, and the same in SVG and PNG."""

import io
import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from node.learning import drawing
from node.learning.chart import chart_svg, legend, table
from node.learning.layout import Text, lay_out, roles
from node.learning.measures import MeasureDefinition, PeriodPoint
from node.learning.spc import analyse
from tests.node.learning.series import SLEEP, measure, values

WEEKS = [date(2026, 6, 29) + timedelta(days=7 * number) for number in range(len(SLEEP))]
MIXED = (
    *values(3, 9, 4, 8, first=-4),
    PeriodPoint(period=0, state="excluded", value=20, note="ward closed"),
    PeriodPoint(period=1, state="suppressed"),
    *values(5, None, 6, first=2),
)


def svg(slept: MeasureDefinition, points: tuple[PeriodPoint, ...], **more: object) -> ElementTree.Element:
    """Return the chart as parsed XML."""
    return ElementTree.fromstring(chart_svg(slept, points, analyse(slept, points), **more))  # type: ignore[arg-type]


def test_svg_is_an_image_with_title_and_description() -> None:
    """Who cannot see it hears the measure, its span, the finding and the aim."""
    slept = measure("proportion", goal=60)

    root = svg(slept, SLEEP, labels=WEEKS, change_label="Soft-close lids", ident="c1")

    title, about = root[0], root[1]
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "c1-t c1-d")
    assert (title.tag, title.get("id"), title.text) == ("title", "c1-t", "Slept well, by week, 29 Jun to 26 Oct")
    assert (about.tag, about.get("id")) == ("desc", "c1-d")
    assert about.text is not None
    assert all(part in about.text for part in ("Run chart in percent", "Shift: all 8 weeks", "41% before", "Aim 60%"))


def test_svg_is_fluid_and_keeps_the_content_policy() -> None:
    """No viewBox, no inline style, no script, no address."""
    slept = measure("proportion", goal=60)

    text = chart_svg(slept, SLEEP, analyse(slept, SLEEP), change_label="Lids")

    assert not any(word in text for word in ("viewBox", "style", "script", "href", "http", "fill=", "stroke="))


def test_text_of_people_is_escaped_everywhere() -> None:
    """Labels, titles, changes and dates are text."""
    evil = '</svg><script>alert("1")</script>&'
    slept = MeasureDefinition(key="k", label=evil, kind="outcome", form="continuous", unit=evil)
    points = values(1, 2, 3, first=-1)

    root = svg(slept, points, title=evil, change_label=evil, labels=[evil] * 3, ident='"><b>')

    assert root[0].text == evil
    assert not [element for element in root.iter() if element.tag == "script"]


def test_control_and_direction_characters_do_not_reach_the_page() -> None:
    """A label cannot break the markup or turn the reading direction."""
    slept = MeasureDefinition(key="k", label="A\x00B\u202eC\u00a0D", kind="outcome", form="continuous")

    root = svg(slept, values(1, 2, 3), title="")

    assert root[0].text == "ABC D, by week, week 0 to 2 from the change"


def test_large_numbers_are_short_on_the_axis() -> None:
    """Room for the axis is narrow on a phone."""
    marks = lay_out(measure(), values(10_000, 40_000), analyse(measure(), values(10_000, 40_000)))

    assert [mark.text for mark in marks if isinstance(mark, Text)][:3] == ["0", "10k", "20k"]


def test_signal_is_told_by_shape_and_not_only_by_colour() -> None:
    """Better points are diamonds, worse ones triangles, others circles; the rest of the series stays hollow."""
    better, worse = svg(measure("proportion"), SLEEP), svg(measure("proportion", better="down"), SLEEP)

    assert len(better.findall(".//path[@class='pb']")) == 8
    assert len(worse.findall(".//path[@class='pw']")) == 8
    assert len(better.findall(".//circle[@class='pt']")) == 10


def test_left_out_point_is_drawn_crossed_and_gaps_are_not_bridged() -> None:
    """A withheld or missing period is a gap in the line, a left-out one a crossed square."""
    root = svg(measure(), MIXED)

    assert len(root.findall(".//path[@class='px']")) == 1
    assert len(root.findall(".//line[@class='seg-l']")) == 3
    assert len(root.findall(".//circle")) == 6


def test_table_says_in_words_what_is_not_a_number() -> None:
    """Withheld, missing and left-out periods are named."""
    told = table(measure(unit="minutes"), MIXED)

    assert told.heads == ("Week", "minutes", "Note")
    assert told.rows[4:8] == (
        ("0", "20", "left out: ward closed"),
        ("1", "withheld", ""),
        ("2", "5", ""),
        ("3", "no number", ""),
    )


def test_key_names_only_what_is_drawn() -> None:
    """No entry for worse where nothing is worse."""
    slept = measure("proportion", goal=60)

    words = [text for _, text in legend(slept, SLEEP, analyse(slept, SLEEP))]

    assert words == ["a week", "a week in a signal, better", "median before", "aim"]


@settings(max_examples=60)
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=240),
    st.integers(-240, 10),
    st.one_of(st.none(), st.floats(-1e9, 1e9)),
)
def test_every_series_can_be_drawn_inside_the_frame(
    numbers: list[float | None], first: int, goal: float | None
) -> None:
    """Whatever the numbers, the SVG parses and every mark lies within the drawing."""
    points, wide = values(*numbers, first=first), measure(goal=goal)
    analysis = analyse(wide, points)

    svg(wide, points)

    for mark in lay_out(wide, points, analysis):
        for name in ("x", "x1", "x2"):
            assert -1 <= getattr(mark, name, 0) <= 101
        for name in ("y", "y1", "y2"):
            assert 0 <= getattr(mark, name, 0) <= 240


def test_neutral_measure_colours_nothing_better_or_worse() -> None:
    """A signal without a direction is a hollow diamond."""
    neutral = measure("proportion", better="neutral")

    assert set(roles(neutral, analyse(neutral, SLEEP)).values()) == {"signal"}


@pytest.mark.parametrize("points", [SLEEP, (), SLEEP[:1]], ids=["full", "empty", "one point"])
def test_png_is_a_picture_with_something_on_it(points: tuple[PeriodPoint, ...]) -> None:
    """It has the promised size, is not blank, and carries no metadata."""
    slept = measure("proportion")

    picture = Image.open(io.BytesIO(drawing.chart_png(slept, points, analyse(slept, points))))

    assert (picture.format, picture.size) == ("PNG", (1200, 675))
    assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 10
    assert not picture.getexif()


def test_png_survives_endless_words() -> None:
    """A word wider than the page is broken, long captions are cut."""
    slept = MeasureDefinition(key="k", label="Ä" * 80, kind="outcome", form="continuous", unit="W" * 40)
    points = values(*range(12), first=-6)

    data = drawing.chart_png(slept, points, analyse(slept, points), title="x" * 500, change_label="y" * 200)

    assert Image.open(io.BytesIO(data)).size == (1200, 675)


def test_png_can_be_drawn_in_another_process() -> None:
    """The function and its arguments can be pickled."""
    slept = measure("proportion")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        data = pool.submit(drawing.chart_png, slept, SLEEP, analyse(slept, SLEEP), labels=WEEKS).result()

    assert data == drawing.chart_png(slept, SLEEP, analyse(slept, SLEEP), labels=WEEKS)


def has_glyph(letter: str) -> bool:
    """Tell whether the font can draw a letter and not only its box for unknown ones."""
    face = drawing.font(40)
    return bytes(face.getmask(letter)) != bytes(face.getmask("\U0010fffe"))


@pytest.mark.parametrize("letter", "äöüßÄłŁąęśćżźøåæéèñçğışžčřůőűđŧþð–—•Ω≥≤→−½µ“”„’…±×%°€£ДжщЯієїґαβγλΣ₂²³")
def test_font_has_every_letter_needed(letter: str) -> None:
    """No box stands for a letter of a European language or a sign of a unit."""
    assert has_glyph(letter)


def test_font_check_notices_a_letter_it_lacks() -> None:
    """The check above can fail."""
    assert not has_glyph("\U0001f9ff")


def test_svg_needs_no_picture_library() -> None:
    """Pages draw charts without Pillow in memory."""
    code = "import sys, node.learning.chart, node.learning.wire; print('PIL' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
