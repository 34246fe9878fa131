"""The report of a loop by the 18 items of SQUIRE 2.0: made from what was recorded, and what was written into it.

How it works. A report is about one action with the cycles before it. It is made anew whenever somebody reads it, from
the loop as that reader may see it: of a decided action what the Share tells, small numbers hidden; the numbers of an
undecided one, and what was written into its report, only for people of this node.
"""

import re
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from federation.records.fields import Learning, LearningAction, LearningShare
from node.errors import invalid, not_found
from node.learning import report as reports
from node.learning.report import file as html_files
from node.learning.report import markdown, word
from node.learning.report.model import TYPED, Cycle, Drawn, Facts, Report, Told, Typed
from node.learning.typed import text as read_text
from node.ports import Workshop
from node.services import acting, citing, looping, recording
from node.services.families import Part
from node.services.looping import Doing, Loop
from node.services.plotting import Series
from node.store import actions, report_texts
from node.store.database import Database
from node.store.unit import Snapshot, Unit

MAX_CHARS: Final = 2000
MAX_CYCLES: Final = 20
MAX_ELSEWHERE: Final = 30


class Summary(Struct, frozen=True, kw_only=True):
    """A report with what it is about: the action, or the record itself where nobody has acted."""

    report: Report
    about: Part
    is_writable: bool


def summary_of(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> Summary:
    """Return the report of the loop that a record belongs to, as a reader may see it. Raises: 404."""
    found = looping.loop_of(snapshot, viewer_id, status_id)
    focus = found.focus
    about = (focus.share or focus.part) if focus else found.root
    facts = _facts(snapshot, found, viewer_id)
    record = about.record
    made = reports.report_of(
        facts,
        language=record.language or snapshot.site.language,
        licence=about.licence or "",
        citation=citing.line_of(about, snapshot.site),
        withdrawn=_withdrawn(focus, found.root),
        is_internal=_is_internal(facts, focus, viewer_id),
    )
    return Summary(report=made, about=about, is_writable=_is_writable(snapshot, focus, viewer_id))


def keep_text(unit: Unit, account_id: int, status_id: int, item: str, text: str) -> None:
    """Keep what somebody writes into an item of the report of an action; an empty text takes it away.

    Raises: 404, 403; 422 with the item at fault.
    """
    focus = looping.loop_of(unit, account_id, status_id).focus
    if focus is None:
        raise not_found()
    recording.editable(unit, account_id, focus.part.status_id)
    recording.check_change(recording.kept_of(unit, focus.part.status_id))
    if item not in TYPED:
        raise invalid(f"“{item}” is no item one may write. Choose one of {', '.join(TYPED)}.", field="item")
    row = acting.row_of(unit, focus.part.status_id)
    report_texts.keep(unit, row.id, item, read_text(text, MAX_CHARS, field=item))


async def file_of(db: Database, workshop: Workshop, viewer_id: int | None, status_id: int, form: str) -> bytes:
    """Return the report as a file: `html`, `md`, or `docx`, which another process writes. Raises: 404."""
    made = (await db.read(summary_of, viewer_id, status_id)).report
    if form == "docx":
        return await workshop.run(word.document, made)
    return (html_files.html(made) if form == "html" else markdown.markdown(made)).encode()


def file_name(title: str, form: str) -> str:
    """Return what a downloaded report is called."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-")
    return f"{stem or 'report'}.{form}"


# ------------------------------------------------------------------ inside


def _facts(snapshot: Snapshot, found: Loop, viewer_id: int | None) -> Facts:
    cycles = _cycles(found)
    own = {doing.part.uri for doing in cycles}
    others = [one for one in found.doings if one.part.uri not in own and one.word != "Withdrawn"]
    here = cycles[-1].part if cycles else found.root
    return Facts(
        institution=here.place,
        url=f"{snapshot.site.loop_url(here.status_id)}/report",
        learning=_told(snapshot, found.root) if found.learning is not None else None,
        cycles=tuple(_cycle(snapshot, one) for one in cycles),
        elsewhere=tuple(_cycle(snapshot, one) for one in others[:MAX_ELSEWHERE]),
        typed=_typed(snapshot, cycles[-1], viewer_id) if cycles else {},
    )


def _cycles(found: Loop) -> list[Doing]:
    """Return the action that a report is about and the cycles before it, the first first."""
    if found.focus is None:
        return []
    acted = {doing.part.uri: doing for doing in found.doings}
    acted |= {share.uri: doing for doing in found.doings for share in doing.shares}
    chain = [found.focus]
    while len(chain) < MAX_CYCLES and chain[0].relation == "adapts":
        before = acted.get(chain[0].action.based_on)
        if before is None or before in chain or before.part.origin != found.focus.part.origin:
            break
        if before.word == "Withdrawn":
            break
        chain.insert(0, before)
    return chain


def _cycle(snapshot: Snapshot, doing: Doing) -> Cycle:
    is_evidence = doing.word != "Withdrawn"
    return Cycle(
        action=_told(snapshot, doing.part),
        word=doing.word,
        share=_told(snapshot, doing.share) if doing.share and is_evidence else None,
        series=tuple(map(_drawn, doing.series)) if is_evidence else (),
    )


def _told(snapshot: Snapshot, part: Part) -> Told:
    assert isinstance(part.record, Learning | LearningAction | LearningShare)
    return Told(
        record=part.record,
        by=part.author.display_name.strip() or part.author.username,
        place=part.place,
        on=_day(snapshot, part.published_at),
        url=snapshot.site.loop_url(part.status_id),
    )


def _drawn(series: Series) -> Drawn:
    return Drawn(definition=series.definition, points=series.points, analysis=series.analysis, labels=series.labels)


def _day(snapshot: Snapshot, at: datetime) -> date:
    return at.astimezone(snapshot.site.zone).date()


def _typed(snapshot: Snapshot, doing: Doing, viewer_id: int | None) -> dict[str, Typed]:
    """Return what was written into a report: before a Share stands, to people of this node alone."""
    if not doing.part.is_here or (viewer_id is None and doing.share is None):
        return {}
    row = actions.of_status(snapshot, doing.part.status_id)
    texts = report_texts.of_action(snapshot, row.id) if row else []
    return {one.item: Typed(one.text, _day(snapshot, one.updated_at)) for one in texts}


def _withdrawn(focus: Doing | None, root: Part) -> str:
    """Return why the newest of what a report is about was taken back, if it was."""
    parts = [root] if focus is None else [*((focus.shares[-1:]) if focus.share is None else ()), focus.part, root]
    return next((part.withdrawal.explanation for part in parts if part.withdrawal), "")


def _is_internal(facts: Facts, focus: Doing | None, viewer_id: int | None) -> bool:
    """Tell whether a report holds what has not left the house."""
    if focus is None or viewer_id is None or not focus.part.is_here or focus.share is not None:
        return False
    return bool(facts.typed) or any(series.points for series in focus.series)


def _is_writable(snapshot: Snapshot, focus: Doing | None, viewer_id: int | None) -> bool:
    if focus is None or viewer_id is None or not focus.part.is_here or focus.word == "Withdrawn":
        return False
    return focus.part.author.id == viewer_id or recording.is_moderating(snapshot, viewer_id)
