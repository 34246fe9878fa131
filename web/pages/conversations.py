"""A post in its thread: reading it, answering, boosting, thanking."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from federation.audience import OPEN
from node.errors import Problem, invalid, not_found
from node.services import backfilling, bookmarking, polling, posting, reacting, reading
from node.services.posting import Draft
from web.pages.cards import Look, card, cards, record_of
from web.pages.entities import Status, page_of, person_of, read_status
from web.pages.timelines import look
from web.pages.views.forms import Form
from web.pages.views.pages import StatusPage
from web.pages.visits import Visit, anyone, local_path, refused, signed_in
from web.routing import Route

MOST_SHOWN: Final = 200  # above a post, and below it


async def show(visit: Visit) -> Response:
    """Show a post with what came before and after. Raises: 404; 401 for a guest who asks for a post of elsewhere."""
    status = await _status(visit)
    url = f"{page_of(status.account)}/{status.id}"
    if visit.call.request.url.path != url:
        return visit.go(url)
    return await _page(visit, status, Form(_greeting(visit, status)))


async def answer(visit: Visit) -> Response:
    """Answer a post; who sees the answer is who sees the post."""
    status = await _status(visit)
    draft = Draft(text=visit.form.get("text", ""), reply_to_id=int(status.id))
    try:
        await visit.call.node.db.write(posting.post, visit.account_id, draft)
    except Problem as problem:
        return await _page(visit, status, refused(visit, problem, {"status": "text"}), status_code=problem.status)
    return visit.go(visit.call.request.url.path, "answered")


async def boost(visit: Visit) -> Response:
    """Boost a post, or take it back."""
    return await _react(visit, reacting.boost, reacting.unboost, ("boosted", "unboosted"))


async def favourite(visit: Visit) -> Response:
    """Thank for a post, or take it back."""
    return await _react(visit, reacting.favourite, reacting.unfavourite, ("thanked", "unthanked"))


async def bookmark(visit: Visit) -> Response:
    """Keep a post for oneself, or keep it no more."""
    return await _react(visit, bookmarking.bookmark, bookmarking.unbookmark, ("bookmarked", "unbookmarked"))


async def vote(visit: Visit) -> Response:
    """Vote in the poll of a post. Raises: 422 for no choice or one that cannot be."""
    chosen = [value for name, value in visit.form.items() if name == "choice" or name.startswith("choice-")]
    if not chosen or not all(value.isascii() and value.isdigit() and len(value) < 4 for value in chosen):
        raise invalid("Choose something, then vote.", field="choice")
    await visit.call.node.db.write(polling.vote, visit.account_id, visit.call.id(), [int(value) for value in chosen])
    return visit.go(_back(visit), "voted")


async def _react(
    visit: Visit, do: Callable[..., object], undo: Callable[..., object], flashes: tuple[str, str]
) -> Response:
    is_undo = bool(visit.form.get("undo"))
    await visit.call.node.db.write(undo if is_undo else do, visit.account_id, visit.call.id())
    return visit.go(_back(visit), flashes[is_undo])


def _back(visit: Visit) -> str:
    """Return the page the button stood on, or the post's own."""
    own = f"/@{quote(visit.call.params['acct'], safe='@')}/{visit.call.id()}"
    referer, base = visit.call.request.headers.get("referer", ""), visit.site.base_url
    return local_path(referer.removeprefix(base), own) if referer.startswith(f"{base}/") else own


async def _status(visit: Visit) -> Status:
    status = read_status(await visit.call.node.db.read(reading.status, visit.reader_id, visit.call.id()))
    if status.reblog is not None:
        status = status.reblog
    if "@" in status.account.acct and visit.session is None:
        raise Problem(401, "unauthorised", "Sign in to see posts of other places.")
    if visit.call.params["acct"].casefold() != status.account.acct.casefold():
        raise not_found()
    return status


async def _page(visit: Visit, status: Status, form: Form, *, status_code: int = 200) -> Response:
    thread = await visit.call.node.db.read(reading.thread, visit.reader_id, int(status.id), most=MOST_SHOWN)
    await backfilling.look(visit.call.node.db, visit.reader_id, int(status.id))
    before = [read_status(line.json) for line in thread.ancestors]
    after = [read_status(line.json) for line in thread.descendants]
    where = await look(visit, (*before, status, *after), "thread")
    page = StatusPage(
        title=_title(status, where),
        before=cards(before, where),
        post=card(status, where, is_focus=True),
        after=cards(after, where),
        form=form,
        embed_url=_embed_url(status, where),
    )
    return visit.page("status", page, status=status_code)


def _embed_url(status: Status, where: Look) -> str:
    """Return where other sites are told how to show a post of ours that is open to everybody."""
    if status.visibility not in OPEN or "@" in status.account.acct or not status.url:
        return ""
    return f"{where.site.base_url}/api/oembed?url={quote(status.url, safe='')}"


def _title(status: Status, where: Look) -> str:
    record = record_of(status, where)
    return record.title if record else f"A post by {person_of(status.account, where.site).name}"


def _greeting(visit: Visit, status: Status) -> dict[str, str]:
    if visit.session is None or status.account.acct == visit.session.username:
        return {}
    return {"text": f"@{status.account.acct} "}


routes = (
    Route("GET", "/@{acct}/{id}", anyone(show), serves="html"),
    Route("POST", "/@{acct}/{id}", signed_in(answer)),
    Route("POST", "/@{acct}/{id}/boost", signed_in(boost)),
    Route("POST", "/@{acct}/{id}/favourite", signed_in(favourite)),
    Route("POST", "/@{acct}/{id}/bookmark", signed_in(bookmark)),
    Route("POST", "/@{acct}/{id}/vote", signed_in(vote)),
)
