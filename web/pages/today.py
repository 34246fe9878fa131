"""Today: record a thought, save the number that is due, see what others made of one's ideas. Two minutes."""

import secrets
from datetime import date
from typing import Final

from starlette.responses import Response

from federation.records.fields import LearningAction, LearningShare
from node.learning.phrases import period_title, shortened
from node.services import plotting, tending
from node.services.tending import Due, News, NumberDue
from web.pages import audiences, boxes
from web.pages.cards import Look
from web.pages.loops import item
from web.pages.recalling import due_cards
from web.pages.timelines import look, told, waiting
from web.pages.views.dates import moment
from web.pages.views.forms import Form
from web.pages.views.posts import Stage, Stages, audience_of
from web.pages.views.today import NewsItem, NumberBox, Today
from web.pages.visits import Visit, signed_in
from web.routing import Route

MAX_BOXES: Final = 2
MAX_LOOPS: Final = 5
MAX_WORDS: Final = 240
_RESULTS: Final = {
    "adopt": ("Tried, kept", "better", "check"),
    "adapt": ("Tried, adapted", "learn", "branch"),
    "abandon": ("Tried, stopped", "worse", "x"),
}
_DOING: Final = Stages(Stage("done", "Learned"), Stage("now", "Doing"), Stage("todo", "Reports"))


async def show(visit: Visit) -> Response:
    """Show what wants two minutes."""
    db, me = visit.call.node.db, visit.account_id
    due = await db.read(tending.what_is_due, me)
    wanted = [(one, number) for one in due for number in one.numbers]
    where = await look(visit)
    numbers = [await _box(visit, one, number, where.today) for one, number in wanted[:MAX_BOXES]]
    cards = await due_cards(visit)
    news = await db.read(tending.news, me)
    mine = [one for one in await db.read(tending.my_loops, me) if one.is_open]
    page = Today(
        told=await told(visit),
        waiting=await waiting(visit),
        form=Form({"audience": audiences.CAREFUL, "once": secrets.token_urlsafe(12)}),
        day=where.now.astimezone(where.zone).strftime("%A %-d %B"),
        summary=_summary(len(wanted), len(cards), len(news)),
        audience=audience_of(audiences.CAREFUL, visit.site.institution_name),
        numbers=tuple(numbers),
        more_numbers=len(wanted) - len(numbers),
        cards=cards,
        news=tuple(_news(one, where) for one in news),
        loops=tuple(item(one, where) for one in mine[:MAX_LOOPS]),
        count=len(mine),
    )
    return visit.page("today", page, current="today")


def _summary(numbers: int, cards: int, news: int) -> str:
    parts = [
        said
        for count, said in (
            (numbers, "a number is due" if numbers == 1 else f"{numbers} numbers are due"),
            (cards, "one thing is worth seeing again" if cards == 1 else f"{cards} things are worth seeing again"),
            (news, "one thing is new" if news == 1 else f"{news} things are new"),
        )
        if count
    ]
    if not parts:
        return "Nothing is due. Good moment to write down one thing you learned."
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


async def _box(visit: Visit, due: Due, number: NumberDue, today: date) -> NumberBox:
    measure, action = number.measure, due.action
    series = await visit.call.node.db.read(plotting.chart_of, visit.account_id, measure.id)
    return NumberBox(
        title=action.title,
        url=f"/loops/{action.status_id}",
        action=f"/actions/{action.status_id}/numbers",
        measure=measure.label,
        key=measure.key,
        day=number.starts_on.isoformat(),
        period=period_title(number.starts_on, measure.every, today),
        is_fraction=boxes.is_fraction(series),
        top_label=boxes.top_label(series),
        denominator=boxes.whole_before(series),
        last=boxes.last_time(series, today),
        stages=_DOING,
    )


def _news(one: News, where: Look) -> NewsItem:
    part, record = one.part, one.part.record
    words, tone, icon = ("Learned from yours", "learn", "pen")
    text = part.title
    if isinstance(record, LearningShare):
        words, tone, icon = _RESULTS[record.decision]
        text = " ".join(filter(None, (record.sentence, record.decision_reason)))
    elif isinstance(record, LearningAction):
        words, tone, icon = ("Trying your idea", "do", "branch")
    if part.state == "withdrawn":
        words, tone, icon = ("Withdrawn", "warn", "warn")
    return NewsItem(
        words=words,
        tone=tone,
        icon=icon,
        when=moment(one.at, where.now, where.zone),
        title=f"{part.place}: {one.mine}",
        url=f"/loops/{part.status_id}",
        text=shortened(text, MAX_WORDS),
        idea_url=f"/ideas/{part.status_id}",
    )


routes = (Route("GET", "/today", signed_in(show)),)
