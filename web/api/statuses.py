"""Posts: write, read, change and delete one, and what stands around it. What readers do with a post is in `reactions`."""

from typing import Final

import msgspec
from msgspec import Struct
from starlette.responses import Response

from node.errors import not_found
from node.services import answering, backfilling, reading
from node.services.drafting import Unexpected
from web import answers
from web.api import auth, drafts, files, listing, paging, params, refreshes
from web.api.drafts import SentPost
from web.routing import Call, Route

MAX_MANY: Final = 20


async def create(call: Call) -> Response:
    """Write a post, or keep it for later; the same Idempotency-Key gives the same."""
    sent = await params.decode(call, SentPost)
    draft = drafts.draft(call, sent, key=call.request.headers.get("idempotency-key"))
    due_at = drafts.instant(sent.scheduled_at, field="scheduled_at")
    try:
        return answers.rendered(await call.node.db.write(answering.posted, call.account_id, draft, due_at))
    except Unexpected as refused:
        people = await call.node.db.read(reading.profiles, refused.account_ids)
        accounts = [msgspec.Raw(one.encode()) for one in people]
        body = {"error": refused.text, "code": refused.code, "unexpected_accounts": accounts}
        return answers.json(body, refused.status)


async def edit(call: Call) -> Response:
    """Replace what a post says, its files too; who sees it stays."""
    sent = await params.decode(call, SentPost)
    draft = drafts.draft(call, sent)
    async with files.thumbnails(call, drafts.thumbnails(sent)) as kept:
        what = drafts.with_thumbnails(draft, kept)
        return answers.rendered(await call.node.db.write(answering.edited, call.account_id, call.id(), what))


class _Deletion(Struct):
    delete_media: bool | None = None


async def delete(call: Call) -> Response:
    """Delete a post and return it with its source; its files stay for a while to write it anew."""
    sent = params.query(call, _Deletion)
    gone = await call.node.db.write(answering.deleted, call.account_id, call.id(), keeps_media=not sent.delete_media)
    return answers.json(gone)


async def show(call: Call) -> Response:
    """Return a post."""
    return answers.rendered(await call.node.db.read(reading.status, call.reader_id, call.id()))


class _Many(Struct):
    id: list[str] | None = None


async def show_many(call: Call) -> Response:
    """Return those of several posts that the reader may see."""
    wanted = listing.ids(params.query(call, _Many).id, field="id", most=MAX_MANY)
    found = {line.id: line.json for line in await call.node.db.read(reading.some_statuses, call.reader_id, wanted)}
    return answers.rendered(listing.array(found[i] for i in wanted if i in found))


async def context(call: Call) -> Response:
    """Return the thread around a post."""
    found = await call.node.db.read(reading.thread, call.reader_id, call.id())
    refresh = await backfilling.look(call.node.db, call.reader_id, call.id())
    above, below = (listing.array(line.json for line in part) for part in (found.ancestors, found.descendants))
    return answers.rendered(f'{{"ancestors":{above},"descendants":{below}}}', headers=refreshes.header(refresh))


async def translate(call: Call) -> Response:
    """Refuse to translate: this server gives no text to another service."""
    await call.node.db.read(reading.check_translatable, call.account_id, call.id())
    raise not_found()


async def source(call: Call) -> Response:
    """Return a post as it was typed."""
    text, spoiler_text = await call.node.db.read(reading.source, call.reader_id, call.id())
    return answers.json({"id": str(call.id()), "text": text, "spoiler_text": spoiler_text})


async def history(call: Call) -> Response:
    """Return every version of a post, oldest first."""
    return answers.json(await call.node.db.read(answering.versions, call.reader_id, call.id()))


async def pin(call: Call) -> Response:
    """Show a post of one's own at the top of one's profile; twice is once."""
    return answers.rendered(await call.node.db.write(answering.pinned, call.account_id, call.id()))


async def unpin(call: Call) -> Response:
    """Take a post from the top of one's profile; one that is not there is fine."""
    return answers.rendered(await call.node.db.write(answering.unpinned, call.account_id, call.id()))


async def favourited_by(call: Call) -> Response:
    """Return who favourited a post."""
    page = paging.page(call, default=40, most=80)
    return listing.edges(call, await call.node.db.read(reading.favourited_by, call.reader_id, call.id(), page), page)


async def boosted_by(call: Call) -> Response:
    """Return who boosted a post."""
    page = paging.page(call, default=40, most=80)
    return listing.edges(call, await call.node.db.read(reading.boosted_by, call.reader_id, call.id(), page), page)


_see = auth.anyone("read:statuses")
_see_people = auth.anyone("read:accounts")
_write = auth.user("write:statuses")

routes = [
    Route("POST", "/api/v1/statuses", create, _write),
    Route("GET", "/api/v1/statuses", show_many, _see),
    Route("GET", "/api/v1/statuses/{id}", show, _see),
    Route("PUT", "/api/v1/statuses/{id}", edit, _write, is_upload=True),
    Route("PATCH", "/api/v1/statuses/{id}", edit, _write, is_upload=True),
    Route("DELETE", "/api/v1/statuses/{id}", delete, _write),
    Route("GET", "/api/v1/statuses/{id}/context", context, _see),
    Route("POST", "/api/v1/statuses/{id}/translate", translate, auth.user("read:statuses")),
    Route("GET", "/api/v1/statuses/{id}/source", source, auth.app("read:statuses")),
    Route("GET", "/api/v1/statuses/{id}/history", history, _see),
    Route("POST", "/api/v1/statuses/{id}/pin", pin, auth.user("write:accounts")),
    Route("POST", "/api/v1/statuses/{id}/unpin", unpin, auth.user("write:accounts")),
    Route("GET", "/api/v1/statuses/{id}/favourited_by", favourited_by, _see_people),
    Route("GET", "/api/v1/statuses/{id}/reblogged_by", boosted_by, _see_people),
]
