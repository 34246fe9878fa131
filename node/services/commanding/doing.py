"""What each command does, by the services that the pages use: begins, counts, defines, decides. And what is said of it."""

from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from federation.records import fields
from node.errors import Problem, invalid
from node.learning.commands import Data, Define, Tell, Try, Verb
from node.learning.measures import State, default_measure
from node.learning.phrases import period_words, week_day
from node.learning.typed import split_box
from node.services import acting, adjusting, beginning, measuring, plotting, recording, sharing
from node.services.acting import ActionEdit
from node.services.beginning import NewAction
from node.services.commanding import heeding
from node.services.commanding.heeding import Meant
from node.services.defining import NewMeasure
from node.services.measuring import NewPoint
from node.services.sharing import NewShare, ShareEdit
from node.store import actions, commands, measures, shares, statuses
from node.store.actions import Action
from node.store.commands import CommandRow
from node.store.measures import Measure, Point
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

_SEEN_BY = {
    "public": "Anyone can see it",
    "unlisted": "Anyone with the link can see it",
    "private": "Your followers can see it",
    "direct": "Only the people named can see it",
}
_WORDS = {"adopt": "Adopted", "adapt": "Adapted", "abandon": "Abandoned"}


class Asked(Struct, frozen=True):
    """A command with its post, and what it is about."""

    row: CommandRow
    status: Status
    about: Meant | None

    @property
    def account_id(self) -> int:
        """Whose command it is."""
        return self.row.account_id


class Done(Struct, frozen=True, kw_only=True):
    """What a command did, and what to say of it."""

    verb: Verb
    said: str
    url: str = ""
    made_id: int | None = None
    measure_id: int | None = None
    starts_on: date | None = None
    previous: Any = None


# ------------------------------------------------------------------ doing


def begin(unit: Unit, asked: Asked, said: Try) -> Done:
    """Begin an action about what the command answers. Raises: 422 in words."""
    if asked.about is None:
        raise _nowhere("learning")
    above = asked.about.status
    if isinstance(asked.about.record, fields.LearningShare):  # what comes next after one's own is the next cycle
        own = shares.of_status(unit, above.id)
        action = actions.by_id(unit, own.action_id) if own is not None and own.account_id == asked.account_id else None
        above = (statuses.by_id(unit, action.status_id) if action is not None else None) or above
    new = NewAction(
        based_on=above.id,
        change=said.change,
        due_on=said.due_on,
        topics=tuple(topic for topic in said.topics if topic.casefold() != "learning"),
        language=asked.status.language,
        visibility=_audience(unit, asked, above),
    )
    made_id = beginning.begin(unit, asked.account_id, new)
    return _begun(unit, made_id, acting.row_of(unit, made_id))


def count(unit: Unit, asked: Asked, said: Data) -> Done:
    """Save a number for the action that the command leads to. Raises: 422 in words."""
    action = _action(unit, asked)
    before = {measure.id for measure in measures.of_action(unit, action.id)}
    measure = _measure_for(unit, asked, action, said)
    if said.is_fraction:
        _check_noun(measure, said)
    entry = said.number if said.is_fraction else f"{said.number} {said.unit}".strip()
    state: State = "shown" if said.left_out is None else "excluded"
    new = NewPoint(day=said.day, entry=entry, note=said.left_out or said.note, state=state)
    saved = measuring.record_point(unit, asked.account_id, measure.id, new)
    series = plotting.series_of(unit, measure, acting.row_of(unit, action.status_id))
    today = recording.today(unit)
    when = "today" if measure.every == "event" else period_words(saved.starts_on, measure.every, today)
    left = ", left out" if said.left_out is not None else ""
    return Done(
        verb="data",
        said=f"Saved for “{measure.label}”, {when}: {_number(said, measure)}{left}. {series.finding}",
        url=unit.site.loop_url(action.status_id),
        measure_id=measure.id,
        starts_on=saved.starts_on,
        previous={
            "saved": _kept(saved.point),
            "before": _kept(saved.previous),
            "made_measure": measure.id not in before,
        },
    )


def define(unit: Unit, asked: Asked, said: Define) -> Done:
    """Give the action one more measure. Raises: 422 in words."""
    action = _action(unit, asked)
    form = "continuous" if said.unit and said.unit != "%" else "proportion"
    new = NewMeasure(label=said.label, kind=said.kind, better=said.better, form=form, unit=said.unit or None)
    measure_id = measuring.define(unit, asked.account_id, action.status_id, new)
    example = "!data 7.5" if form == "continuous" else "!data 7/20"
    return Done(
        verb="measure",
        said=f"“{action.title}” counts “{said.label}” now ({said.kind}, better {said.better}). Reply {example} to it.",
        url=unit.site.loop_url(action.status_id),
        measure_id=measure_id,
    )


def tell(unit: Unit, asked: Asked, said: Tell) -> Done:
    """Decide about the action and share what came of it. Raises: 422 in words."""
    action = _action(unit, asked)
    above = statuses.by_id(unit, action.status_id)
    assert above is not None
    new = NewShare(
        action_id=action.status_id,
        decision=said.decision,
        sentence=said.sentence,
        decision_reason=said.reason,
        language=asked.status.language,
        visibility=_audience(unit, asked, above),
    )
    made_id = sharing.share(unit, asked.account_id, new)
    return _told(unit, made_id, action.title, said)


def change(unit: Unit, asked: Asked, said: Try | Data | Define | Tell) -> Done | None:
    """Change what an edited command made, where that can stay what it is; None where it must be taken back.

    Raises: 422 in words.
    """
    made_id, account_id = asked.row.made_id, asked.account_id
    if made_id is None:
        return None
    if isinstance(said, Try) and (action := actions.of_status(unit, made_id)) is not None:
        box = split_box(said.change, field="change")
        changes = ActionEdit(title=box.title, change=box.text or "", due_on=said.due_on)
        acting.edit(unit, account_id, made_id, changes)
        return _begun(unit, made_id, acting.row_of(unit, action.status_id))
    if isinstance(said, Tell) and (share := shares.of_status(unit, made_id)) is not None:
        if share.decision != said.decision or share.state == "withdrawn":
            return None
        sharing.correct(unit, account_id, made_id, ShareEdit(sentence=said.sentence, decision_reason=said.reason))
        return _told(unit, made_id, share.title, said)
    return None


# ------------------------------------------------------------------ which


def _action(unit: Unit, asked: Asked) -> Action:
    if asked.about is None:
        raise _nowhere("action")
    found = heeding.own_action(unit, asked.account_id, asked.about)
    if found is None:
        raise invalid(
            "Nobody tries this here in your name yet. Begin with: !try next friday what you will do.",
            code="action-missing",
        )
    return found


def _measure_for(unit: Unit, asked: Asked, action: Action, said: Data) -> Measure:
    """Return the measure that a number is for, made now if there is none. Raises: 422 naming those there are."""
    found = measures.of_action(unit, action.id)
    if not found:
        return _first_measure(unit, asked, action, said)
    chosen = _named(found, said.name) if said.name else found
    if len(chosen) != 1:
        names = ", ".join(f"“{measure.label}”" for measure in found)
        start = f"“{said.name[:40]}” is none of what you count" if said.name else "Say which one you counted"
        raise invalid(
            f"{start}: {names}. Write the beginning of its name first: !data {found[0].label.split()[0]} 7/20",
            field="measure",
            code="measure-unclear",
        )
    measure = chosen[0]
    if not said.is_fraction and measure.form == "proportion" and said.unit != "%":
        return _as_one_number(unit, asked, action, measure, said)
    return measure


def _first_measure(unit: Unit, asked: Asked, action: Action, said: Data) -> Measure:
    made = default_measure(is_fraction=said.is_fraction)
    new = NewMeasure(
        label=said.name or made.label,
        kind=made.kind,
        form=made.form,
        better=made.better,
        unit=made.unit if said.is_fraction else said.unit or None,
        key=None if said.name else made.key,
    )
    return _row(unit, measuring.define(unit, asked.account_id, action.status_id, new))


def _as_one_number(unit: Unit, asked: Asked, action: Action, measure: Measure, said: Data) -> Measure:
    """Let a measure be one number that `!measure` made without saying so, as long as it has none."""
    made_by = commands.of_measure(unit, measure.id)
    if made_by is None or made_by.verb != "measure" or measures.points_of(unit, measure.id):
        return measure
    adjusting.remove(unit, asked.account_id, measure)
    new = NewMeasure(
        label=measure.label, kind=measure.kind, form="continuous", better=measure.better, unit=said.unit or None
    )
    row = _row(unit, measuring.define(unit, asked.account_id, action.status_id, new))
    commands.change(unit, made_by.status_id, measure_id=row.id)
    return row


def _named(found: list[Measure], name: str) -> list[Measure]:
    """Return the measures of a name: the same, else those that begin so, else those with a word that does."""
    small = name.casefold()
    return next(
        filter(
            None,
            (
                [one for one in found if small in (one.key, one.label.casefold())],
                [one for one in found if one.label.casefold().startswith(small)],
                [one for one in found if any(word.startswith(small) for word in one.label.casefold().split())],
            ),
        ),
        [],
    )


def _check_noun(measure: Measure, said: Data) -> None:
    """Refuse a unit behind `7/20` that is neither what is counted nor the measure's own. Raises: 422."""
    nouns = {
        "patients",
        "patient",
        "people",
        "persons",
        "times",
        "events",
        "items",
        "%",
        (measure.unit or "").casefold(),
    }
    if said.unit and said.unit.casefold() not in nouns:
        raise invalid(
            f"“{measure.label}” is so many of all, not {said.unit}. Write the two numbers alone: !data {said.number}",
            field="value",
            code="entry-unit",
        )


def _audience(unit: Unit, asked: Asked, above: Status) -> str | None:
    """Return who sees what a command makes: as its author chose, no wider than what it is about.

    An answer to what is for its author alone, as apps write it, chooses nothing: then as the work it goes on with, and
    else as its author usually posts.
    """
    wanted: str | None = asked.row.audience
    if wanted == "thread":
        wanted = above.visibility if above.account_id == asked.account_id else None
    if wanted == "house":
        wanted = "direct"
    author = recording.author_of(unit, asked.account_id)
    try:
        return recording.audience(unit, wanted, author, (above,))
    except Problem:
        return None


# ------------------------------------------------------------------ saying


def _begun(unit: Unit, made_id: int, action: Action) -> Done:
    status = statuses.by_id(unit, made_id)
    seen_by = _SEEN_BY.get(status.visibility, "") if status is not None else ""
    said = f"You will try “{action.title}” by {week_day(action.due_on)}. {seen_by}. Reply !data 7/20 with your first number."
    return Done(verb="try", said=said, url=unit.site.loop_url(made_id), made_id=made_id)


def _told(unit: Unit, made_id: int, title: str, said: Tell) -> Done:
    status = statuses.by_id(unit, made_id)
    seen_by = _SEEN_BY.get(status.visibility, "") if status is not None else ""
    words = f"{_WORDS[said.decision]}, and shared: “{title}”. {seen_by}."
    return Done(verb="share", said=words, url=unit.site.loop_url(made_id), made_id=made_id)


def _nowhere(thing: str) -> Problem:
    text = f"This answers nothing that can be tried here. Write it as a reply to {'a' if thing == 'learning' else 'an'} {thing}."
    return invalid(text, code="parent-unknown")


def _number(said: Data, measure: Measure) -> str:
    unit = said.unit or (measure.unit or "" if not said.is_fraction else "")
    return f"{said.number} {unit}".strip()


def _row(snapshot: Snapshot, measure_id: int) -> Measure:
    row = measures.by_id(snapshot, measure_id)
    assert row is not None
    return row


def _kept(point: Point | None) -> Any:
    return msgspec.to_builtins(point) if point is not None else None
