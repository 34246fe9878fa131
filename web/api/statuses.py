"""Posts: write, read, change and delete one, and what stands around it. What readers do with a post is in `reactions`."""

import re
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.errors import invalid
from node.services import answering, backfilling, consenting, reading
from node.services.polling import NewPoll
from node.services.posting import Draft
from node.services.uploading import FileChange, focus_of
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Route, id_of

MAX_MANY: Final = 20
MAX_LANGUAGE_CHARS: Final = 16
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class _FileChange(Struct):
    id: str
    description: str | None = None
    focus: str | None = None


class _Poll(Struct):
    options: list[str]
    expires_in: int
    multiple: bool | None = None
    hide_totals: bool | None = None


class _Sent(Struct):
    status: str | None = None
    spoiler_text: str | None = None
    sensitive: bool | None = None
    visibility: str | None = None
    language: str | None = None
    in_reply_to_id: str | None = None
    quoted_status_id: str | None = None
    quote_approval_policy: str | None = None
    media_ids: list[str] | None = None
    media_attributes: list[_FileChange] | None = None
    scheduled_at: str | None = None
    poll: _Poll | None = None


async def create(call: Call) -> Response:
    """Write a post; the same Idempotency-Key gives the same post."""
    sent = await params.decode(call, _Sent)
    draft = _draft(call, sent, key=call.request.headers.get("idempotency-key"))
    return answers.rendered(await call.node.db.write(answering.posted, call.account_id, draft))


async def edit(call: Call) -> Response:
    """Replace what a post says, its files too; who sees it stays."""
    sent = await params.decode(call, _Sent)
    return answers.rendered(await call.node.db.write(answering.edited, call.account_id, call.id(), _draft(call, sent)))


def _draft(call: Call, sent: _Sent, *, key: str | None = None) -> Draft:
    _refuse_unbuilt(sent)
    text, warning = (sent.status or "").strip(), (sent.spoiler_text or "").strip()
    if not (text or sent.media_ids or sent.quoted_status_id or sent.poll is not None):
        text, warning = warning, ""  # a warning without a text is the text
    return Draft(
        text=text,
        spoiler_text=warning,
        is_sensitive=sent.sensitive,
        visibility=sent.visibility or None,
        language=_language(sent.language),
        reply_to_id=id_of(sent.in_reply_to_id) if sent.in_reply_to_id else None,
        quote_of_id=id_of(sent.quoted_status_id) if sent.quoted_status_id else None,
        quote_policy=consenting.policy_word(sent.quote_approval_policy) if sent.quote_approval_policy else None,
        media_ids=_media_ids(sent),
        poll=_poll(sent.poll) if sent.poll is not None else None,
        media_changes=tuple(_file_change(one) for one in sent.media_attributes or ()),
        idempotency_key=key or None,
        app_id=call.viewer.app_id if call.viewer is not None else None,
    )


def _refuse_unbuilt(sent: _Sent) -> None:
    """Refuse what would otherwise be lost in silence."""
    unbuilt = {"scheduled_at": "posts at a later time"}
    for field, words in unbuilt.items():
        if getattr(sent, field):
            raise invalid(f"Validation failed: this server does not offer {words} yet", field=field, code="not-offered")


def _poll(sent: _Poll) -> NewPoll:
    return NewPoll(
        options=tuple(sent.options),
        lasts_s=sent.expires_in,
        is_multiple=bool(sent.multiple),
        hides_totals=bool(sent.hide_totals),
    )


def _media_ids(sent: _Sent) -> tuple[int, ...]:
    wrong = [one for one in sent.media_ids or () if not listing.is_id(one)]
    if wrong:
        raise invalid("Validation failed: a file is not there", field="media_ids")
    return tuple(dict.fromkeys(int(one) for one in sent.media_ids or ()))


def _file_change(sent: _FileChange) -> FileChange:
    return FileChange(id_of(sent.id), sent.description, focus_of(sent.focus))


def _language(sent: str | None) -> str | None:
    is_code = sent is not None and len(sent) <= MAX_LANGUAGE_CHARS and _LANGUAGE.fullmatch(sent)
    return sent if is_code else None


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
    await backfilling.look(call.node.db, call.reader_id, call.id())
    above, below = (listing.array(line.json for line in part) for part in (found.ancestors, found.descendants))
    return answers.rendered(f'{{"ancestors":{above},"descendants":{below}}}')


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
    Route("PUT", "/api/v1/statuses/{id}", edit, _write),
    Route("DELETE", "/api/v1/statuses/{id}", delete, _write),
    Route("GET", "/api/v1/statuses/{id}/context", context, _see),
    Route("GET", "/api/v1/statuses/{id}/source", source, auth.app("read:statuses")),
    Route("GET", "/api/v1/statuses/{id}/history", history, _see),
    Route("POST", "/api/v1/statuses/{id}/pin", pin, auth.user("write:accounts")),
    Route("POST", "/api/v1/statuses/{id}/unpin", unpin, auth.user("write:accounts")),
    Route("GET", "/api/v1/statuses/{id}/favourited_by", favourited_by, _see_people),
    Route("GET", "/api/v1/statuses/{id}/reblogged_by", boosted_by, _see_people),
]
