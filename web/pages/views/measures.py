"""The view-models of plans, measures and tables of numbers."""

from dataclasses import dataclass

from web.pages.views.forms import Choice, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A line of a table: what it gives, what saving it would do (new, replaces, same, left-out, wrong), and in words."""

    number: int
    text: str
    day: str
    reading: str
    effect: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the table does not say."""

    name: str
    words: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table before it is saved, or, with `undo`, after."""

    form: Form
    action: str
    title: str
    back_url: str
    hint: str
    lines: tuple[TableLine, ...] = ()
    questions: tuple[Question, ...] = ()
    count: int = 0
    wrong: int = 0
    is_ready: bool = False
    undo: str = ""
    undo_action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureForm:
    """How something is counted and read; `locked` says what may not change any more and why; empty `charts`: a new one."""

    form: Form
    action: str
    title: str
    back_url: str
    counts: tuple[Choice, ...] = ()
    kinds: tuple[Choice, ...] = ()
    directions: tuple[Choice, ...] = ()
    charts: tuple[Choice, ...] = ()
    rules: tuple[Choice, ...] = ()
    periods: tuple[Choice, ...] = ()
    locked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanForm:
    """The plan of an action; `locked` is the prediction that may not change any more, with since when."""

    form: Form
    action: str
    title: str
    back_url: str
    may_predict: bool
    locked: str = ""
    measures: tuple[Choice, ...] = ()
    add_url: str = ""
