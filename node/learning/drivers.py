"""A driver diagram: an aim, what drives it, what drives that, and the ideas that are tried; as a tree, drawn, and in words.

Pure: it knows neither who may see it nor the actions themselves, only in words how each idea stands.
"""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final, Literal

from msgspec import Struct

from node.errors import invalid
from node.learning.chart import escape

Kind = Literal["primary", "secondary", "idea"]
KINDS: Final[tuple[Kind, ...]] = ("primary", "secondary", "idea")
UNDER: Final[dict[str, tuple[Kind | None, ...]]] = {
    "primary": (None,),
    "secondary": ("primary",),
    "idea": ("primary", "secondary"),
}
WORDS: Final = {"primary": "primary driver", "secondary": "secondary driver", "idea": "change idea"}
MAX_NODES: Final = 100
MAX_TEXT: Final = 200
_ROW: Final = 62
_BOX: Final = 52
_WIDE: Final = 21.0
_COLUMNS: Final = {"aim": 0.0, "primary": 26.0, "secondary": 52.0, "idea": 78.0}
_LINES: Final = 3
_LETTERS: Final = 27


class Driver(Struct, frozen=True, kw_only=True):
    """One driver or idea. `parent_id` None: it hangs on the aim. `detail` says how an idea stands."""

    id: int
    kind: Kind
    text: str
    parent_id: int | None = None
    position: int = 0
    detail: str = ""


class Branch(Struct, frozen=True):
    """A driver with what hangs on it, in order."""

    driver: Driver
    below: tuple["Branch", ...] = ()


def check(kind: str, parent: Driver | None, *, count: int) -> None:
    """Refuse what does not fit: drivers hang on the aim, then on each other, ideas on drivers. Raises: 422."""
    if count > MAX_NODES:
        raise invalid(
            f"A diagram holds {MAX_NODES} drivers and ideas. Begin another one.", field="text", code="too-many"
        )
    fits = UNDER.get(kind)
    if fits is None:
        raise invalid("Choose primary, secondary or idea.", field="kind", code="kind-unknown")
    if (parent.kind if parent else None) not in fits:
        places = {
            "primary": "A primary driver hangs on the aim.",
            "secondary": "A secondary driver hangs on a primary one. Choose which.",
            "idea": "A change idea hangs on a driver. Choose which.",
        }
        raise invalid(places[kind], field="parent", code="wrong-place")


def tree(drivers: Sequence[Driver]) -> tuple[Branch, ...]:
    """Return the drivers as they hang on each other; the kinds allow a depth of three and no cycle."""
    ordered = sorted(drivers, key=lambda one: (one.position, one.id))

    def grow(parent_id: int | None, depth: int) -> tuple[Branch, ...]:
        found = [one for one in ordered if one.parent_id == parent_id]
        return tuple(Branch(one, grow(one.id, depth + 1) if depth < len(KINDS) else ()) for one in found)

    return grow(None, 1)


def described(aim: str, branches: Sequence[Branch]) -> str:
    """Return the diagram in words, for those who do not see it."""
    if not branches:
        return f"Aim: {aim}. Nothing drives it yet."
    return " ".join((f"Aim: {aim}.", *(_sentence(branch) for branch in branches)))


def _sentence(branch: Branch) -> str:
    driver = branch.driver
    name = f"{WORDS[driver.kind].capitalize()}: {driver.text}"
    name += f" ({driver.detail})" if driver.detail else ""
    return " ".join((f"{name}.", *(_sentence(below) for below in branch.below)))


# ------------------------------------------------------------------ drawn


class _Box(Struct, frozen=True):
    column: str
    text: str
    detail: str
    y: float


def svg(aim: str, branches: Sequence[Branch], *, ident: str = "d") -> str:
    """Return the diagram as an inline SVG: columns in percent, rows in pixels, a box each, joined by elbows."""
    boxes: list[_Box] = []
    joins: list[tuple[_Box, _Box]] = []
    rows = iter(range(MAX_NODES + 1))
    tops = [_placed(branch, rows, boxes, joins) for branch in branches]
    root = _Box("aim", aim, "", _middle([top.y for top in tops]))
    joins += [(root, top) for top in tops]
    tall = max([box.y for box in (root, *boxes)]) + _BOX + 4
    lines = "".join(_elbow(one, other) for one, other in joins)
    return (
        f'<svg class="chart drivers" height="{tall:.0f}" role="img" aria-labelledby="{ident}-t {ident}-d">'
        f'<title id="{ident}-t">Driver diagram: {escape(aim)}</title>'
        f'<desc id="{ident}-d">{escape(described(aim, branches))}</desc>'
        f"{lines}{''.join(_drawn(box) for box in (root, *boxes))}</svg>"
    )


def _placed(branch: Branch, rows: Iterator[int], boxes: list[_Box], joins: list[tuple[_Box, _Box]]) -> _Box:
    """Place a driver beside the middle of what hangs on it; a leaf takes the next row."""
    below = [_placed(one, rows, boxes, joins) for one in branch.below]
    y = _middle([one.y for one in below]) if below else 2.0 + _ROW * next(rows)
    box = _Box(branch.driver.kind, branch.driver.text, branch.driver.detail, y)
    boxes.append(box)
    joins += [(box, one) for one in below]
    return box


def _middle(places: Sequence[float]) -> float:
    return (places[0] + places[-1]) / 2 if places else 2.0


def _drawn(box: _Box) -> str:
    x = _COLUMNS[box.column]
    lines = wrap(" ".join(box.text.split()), _LETTERS) or [""]
    room = _LINES - bool(box.detail)
    if len(lines) > room:
        lines = [*lines[: room - 1], lines[room - 1][: _LETTERS - 1] + "…"]
    said = [
        f'<text class="lab" x="{x}%" dx="8" y="{box.y + 17 + 14 * n:.1f}">{escape(t)}</text>'
        for n, t in enumerate(lines)
    ]
    if box.detail:
        said.append(
            f'<text x="{x}%" dx="8" y="{box.y + 17 + 14 * len(lines):.1f}">{escape(box.detail[:_LETTERS])}</text>'
        )
    return f'<rect class="box {box.column}" x="{x}%" y="{box.y:.1f}" width="{_WIDE}%" height="{_BOX}" rx="6"/>{"".join(said)}'


def _elbow(one: _Box, other: _Box) -> str:
    start, end = _COLUMNS[one.column] + _WIDE, _COLUMNS[other.column]
    middle, y1, y2 = start + 2.5, one.y + _BOX / 2, other.y + _BOX / 2
    pieces = ((start, y1, middle, y1), (middle, y1, middle, y2), (middle, y2, end, y2))
    return "".join(f'<line class="elbow" x1="{a}%" y1="{b:.1f}" x2="{c}%" y2="{d:.1f}"/>' for a, b, c, d in pieces)
