"""My loops, and a loop as one page: learned, did, came of it, the chart, where else, and the talk."""

from typing import Final

from starlette.responses import Response

from federation.records.fields import Learning, LearningShare
from node.learning.loop import Ring
from node.services import looping, tending
from node.services.families import Part
from node.services.looping import Branch, Doing
from node.services.looping import Loop as Found
from node.services.tending import Mine
from web.pages.alike import alike_to
from web.pages.breath import before_after, elsewhere, in_one_breath
from web.pages.cards import DECIDED, Look, day_in_words, source_of
from web.pages.citing import cite_of
from web.pages.entering import plan
from web.pages.timelines import cards_of, look
from web.pages.views.charts import chart_of
from web.pages.views.dates import day_words
from web.pages.views.loops import Column, Fact, Loop, LoopItem, Loops, Site
from web.pages.views.posts import Stage, Stages, audience_of
from web.pages.views.shell import Link
from web.pages.visits import Visit, anyone, signed_in
from web.routing import Route

MAX_SHOWN: Final = 100
_CHIPS: Final = {
    "Trying": ("Doing", "do", "clock"),
    "Kept": ("Adopted", "better", "check"),
    "Adapted": ("Adapted", "learn", "branch"),
    "Stopped": ("Abandoned", "worse", "x"),
    "Withdrawn": ("Withdrawn", "warn", "warn"),
}
_UNTRIED: Final = ("Nobody has tried it yet", "learn", "pen")
_OUTCOMES: Final = {"improved": "Improved", "unchanged": "No change", "worse": "Worse", "unclear": "Not clear"}


async def mine(visit: Visit) -> Response:
    """List the loops a person has a part in, the open ones first."""
    found = (await visit.call.node.db.read(tending.my_loops, visit.account_id))[:MAX_SHOWN]
    where = await look(visit)
    page = Loops(
        open=tuple(item(one, where) for one in found if one.is_open),
        closed=tuple(item(one, where) for one in found if not one.is_open),
    )
    return visit.page("loops", page, current="loops")


async def show(visit: Visit) -> Response:
    """Show the loop that a record belongs to. Raises: 404."""
    found = await visit.call.node.db.read(looping.loop_of, visit.reader_id, visit.call.id())
    where = await look(visit)
    focus, root = found.focus, found.root
    chip, tone, icon = _CHIPS[focus.word] if focus else _UNTRIED
    taken_back = next((p.withdrawal for p in (focus.part if focus else root, root) if p.withdrawal), None)
    page = Loop(
        title=root.title,
        stages=_stages(found.ring),
        chip=chip,
        chip_tone=tone,
        chip_icon=icon,
        audience=audience_of(root.visibility, visit.site.institution_name),
        byline=_byline(root, focus, where),
        lead=in_one_breath(focus, found.doings),
        learn=_learned(root, where),
        do=_did(visit, found, where),
        share=_came(visit, focus, where),
        charts=tuple(
            chart_of(series, change="Change", ident=f"c{number}")
            for number, series in enumerate(focus.series if focus else ())
            if series.points
        ),
        lineage=_tree(found, where),
        talk=await cards_of(visit, found.talk, "thread"),
        url=f"/@{_acct(root)}/{root.status_id}",
        idea_url=f"/ideas/{root.status_id}",
        nowhere="Only this hospital has tried it so far." if focus else "Nobody has tried it yet.",
        try_url=f"/loops/{_to_try(visit, found)}/try" if visit.session else "",
        withdrawn=taken_back.explanation if taken_back else "",
        report_url=f"/loops/{(focus.part if focus else root).status_id}/report",
        cite=cite_of(focus.share or focus.part if focus else root, visit.site),
        alike=await alike_to(visit, root.status_id),
    )
    return visit.page("loop", page, current="loops" if visit.session else "")


def item(one: Mine, where: Look) -> LoopItem:
    """Return a loop as one line of a list."""
    due = day_words(one.due_on, where.today) if one.due_on else ""
    step = None
    if one.action_status_id is not None:
        step = Link("Enter a number", f"/actions/{one.action_status_id}/numbers")
    elif one.is_open and not one.tried:
        step = Link("I will ...", f"/loops/{one.id}/try")
    late = (where.today - one.due_on).days if one.due_on and one.is_overdue else 0
    return LoopItem(
        title=one.root.title,
        url=f"/loops/{one.own[0].status_id}",
        stages=_stages(one.ring),
        detail=f"Decide by {due}" if due else _told(one),
        warning=f"{late} {'day' if late == 1 else 'days'} overdue" if late else "",
        step=step,
    )


def _told(one: Mine) -> str:
    newest = next((part.record for part in one.own if isinstance(part.record, LearningShare)), None)
    if newest is not None:
        return DECIDED[newest.decision]
    if one.root.state == "withdrawn":
        return "Withdrawn"
    if one.tried:
        return elsewhere(one.tried)
    return "Say what came of it" if one.ring.doing == "done" else "Nobody has tried it yet"


def _stages(ring: Ring) -> Stages:
    return Stages(
        Stage(ring.learned, "Learned"),
        Stage(ring.doing, "Did" if ring.doing == "done" else "Doing"),
        Stage(ring.shared, "Came to"),
    )


def _acct(part: Part) -> str:
    return f"{part.author.username}@{part.author.host}" if part.author.host else part.author.username


def _name(part: Part) -> str:
    return part.author.display_name.strip() or part.author.username


def _day_of(part: Part, where: Look) -> str:
    return day_words(part.published_at.astimezone(where.zone).date(), where.today)


def _byline(root: Part, focus: Doing | None, where: Look) -> str:
    parts = [f"{_name(root)}, {root.place}"]
    if focus and focus.action.day_zero:
        parts.append(f"Day 0: {day_in_words(focus.action.day_zero, where)}")
    if focus and focus.share:
        parts.append(f"Shared {_day_of(focus.share, where)}")
    return ". ".join(parts) + "."


def _by(part: Part, where: Look) -> Fact:
    return Fact("By", f"{_name(part)}, {part.place}", f"/@{_acct(part)}", aside=_day_of(part, where))


def _learned(root: Part, where: Look) -> Column:
    record = root.record
    if not isinstance(record, Learning):
        return Column(missing="What this began from is not known here.")
    facts = []
    source = source_of(record)
    if source is not None:
        facts.append(Fact("From", source.words, source.url))
    facts.append(_by(root, where))
    if record.question:
        facts.append(Fact("Question", record.question))
    return Column(text=_text(record.title, record.text), facts=tuple(facts))


def _text(title: str, rest: str | None) -> str:
    return title if not rest or rest == title else f"{title}\n{rest}"


def _did(visit: Visit, found: Found, where: Look) -> Column:
    focus, root = found.focus, found.root
    if focus is None:
        may_begin = visit.session is not None and root.state != "withdrawn"
        begin = (Link("I will ...", f"/loops/{root.status_id}/try"),) if may_begin else ()
        return Column(missing="Nobody has tried it yet.", steps=begin)
    record, part = focus.action, focus.part
    facts = (_by(part, where), Fact("By when", day_words(focus.due_on, where.today)), *plan(record, None, where.today))
    return Column(text=_text(record.title, record.change), facts=facts, steps=_steps(visit, focus))


def _steps(visit: Visit, focus: Doing) -> tuple[Link, ...]:
    if not _is_mine(visit, focus):
        return ()
    here = focus.part.status_id
    if focus.is_open:
        return (Link("Enter a number", f"/actions/{here}/numbers"),)
    if focus.word == "Adapted" and focus.share is not None:
        return (Link(f"Begin cycle {(focus.action.cycle or 1) + 1}", f"/loops/{here}/try"),)
    return ()


def _is_mine(visit: Visit, focus: Doing) -> bool:
    return visit.reader_id is not None and focus.part.author.id == visit.reader_id and focus.word != "Withdrawn"


def _untold(visit: Visit, focus: Doing | None, where: Look) -> Column:
    if focus is None:
        return Column(missing="Nothing to tell yet.")
    said = f"Nothing to tell yet. It is decided by {day_words(focus.due_on, where.today)}."
    words = "Decide and share" if focus.is_open else "Say what came of it"
    step = Link(words, f"/actions/{focus.part.status_id}/decide")
    missing = said if focus.is_open else "Nothing was told."
    return Column(missing=missing, steps=(step,) if _is_mine(visit, focus) else ())


def _came(visit: Visit, focus: Doing | None, where: Look) -> Column:
    shared = focus.shared if focus else None
    if focus is None or shared is None:
        return _untold(visit, focus, where)
    told = before_after(shared)
    big, big_of = (f"{told.before} → {told.after}", told.label) if told else ("", "")
    facts = []
    for term, words in (
        ("Outcome", _OUTCOMES.get(shared.outcome or "", "")),
        ("Why", shared.decision_reason),
        ("Changed here", shared.modifications),
        ("Learned", shared.learned),
    ):
        if words:
            facts.append(Fact(term, words))
    return Column(big=big, big_of=big_of, quote=f"{DECIDED[shared.decision]}. {shared.sentence}", facts=tuple(facts))


def _tree(found: Found, where: Look) -> tuple[Site, ...]:
    if not found.branches:
        return ()
    focus = found.focus.part.uri if found.focus else ""
    sites = tuple(_site(branch, focus, where) for branch in found.branches)
    root = found.root
    if root.kind == "action":
        return sites
    learned = Site(
        place=root.place,
        detail=f"{_name(root)}, {_day_of(root, where)}",
        words="Learned" if root.kind == "learning" else "Reports",
        tone="learn",
        icon="pen",
        url=f"/@{_acct(root)}/{root.status_id}",
        below=sites,
    )
    return (learned,)


def _site(branch: Branch, focus: str, where: Look) -> Site:
    doing = branch.doing
    words = doing.word if doing.word != "Kept" or not doing.part.is_here else "Adopted"
    return Site(
        place=doing.part.place,
        detail=f"{_name(doing.part)}: {doing.shared.sentence}" if doing.shared else _until(doing, where),
        words=words,
        tone=_CHIPS[doing.word][1],
        icon=_CHIPS[doing.word][2],
        url=f"/loops/{doing.part.status_id}",
        is_here=doing.part.uri == focus,
        below=tuple(_site(below, focus, where) for below in branch.below),
    )


def _until(doing: Doing, where: Look) -> str:
    return f"{_name(doing.part)}, by {day_words(doing.due_on, where.today)}"


def _to_try(visit: Visit, found: Found) -> int:
    """Return what one would begin from: what another hospital did about it, or the root."""
    focus = found.focus
    if focus is None or focus.part.author.id == visit.reader_id or focus.word == "Withdrawn":
        return found.root.status_id
    return focus.share.status_id if focus.share else focus.part.status_id


routes = (
    Route("GET", "/loops", signed_in(mine)),
    Route("GET", "/loops/{id}", anyone(show)),
)
