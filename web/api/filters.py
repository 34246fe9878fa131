"""Filters: what the reader does not want to read, or only behind a warning."""

from msgspec import UNSET, Struct, UnsetType
from starlette.responses import Response

from node.errors import invalid
from node.services import filtering
from node.services.filtering import FilterWanted, KeywordWanted
from web import answers
from web.api import auth, params
from web.routing import Call, Route, id_of

MAX_KEYWORDS = 200
Life = str | int | float | UnsetType | None


class _Keyword(Struct):
    id: str | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    _destroy: bool | None = None


class _Sent(Struct):
    title: str | None = None
    context: list[str] | None = None
    filter_action: str | None = None
    expires_in: Life = UNSET
    keywords_attributes: list[_Keyword] | None = None


class _Marked(Struct):
    status_id: str | None = None


def life(sent: Life) -> int | UnsetType | None:
    """Return for how many seconds a filter lasts, None for ever; not set when nothing was sent. Raises: 422."""
    if sent is UNSET:
        return UNSET
    if sent is None or sent == "":
        return None
    try:
        return int(float(sent))
    except (ValueError, OverflowError):
        raise invalid("Validation failed: expires_in must be a number of seconds", field="expires_in") from None


def _wanted(sent: _Sent) -> FilterWanted:
    keywords = sent.keywords_attributes or ()
    if len(keywords) > MAX_KEYWORDS:
        text = f"Validation failed: keywords_attributes may have at most {MAX_KEYWORDS} entries"
        raise invalid(text, field="keywords_attributes")
    made = tuple(_keyword(one) for one in keywords)
    return FilterWanted(sent.title, sent.context, sent.filter_action, life(sent.expires_in), made)


def _keyword(sent: _Keyword) -> KeywordWanted:
    known = None if sent.id is None else id_of(sent.id)
    return KeywordWanted(known, sent.keyword, sent.whole_word, bool(sent._destroy))


async def show_all(call: Call) -> Response:
    """Return every filter of the reader."""
    return answers.json(await call.node.db.read(filtering.every, call.account_id))


async def create(call: Call) -> Response:
    """Make a filter."""
    wanted = _wanted(await params.decode(call, _Sent))
    return answers.json(await call.node.db.write(filtering.create, call.account_id, wanted))


async def show(call: Call) -> Response:
    """Return a filter."""
    return answers.json(await call.node.db.read(filtering.show, call.account_id, call.id()))


async def change(call: Call) -> Response:
    """Change a filter and its keywords."""
    wanted = _wanted(await params.decode(call, _Sent))
    return answers.json(await call.node.db.write(filtering.change, call.account_id, call.id(), wanted))


async def remove(call: Call) -> Response:
    """Remove a filter."""
    await call.node.db.write(filtering.remove, call.account_id, call.id())
    return answers.json({})


async def keywords(call: Call) -> Response:
    """Return the keywords of a filter."""
    return answers.json(await call.node.db.read(filtering.keywords_of, call.account_id, call.id("filter_id")))


async def add_keyword(call: Call) -> Response:
    """Add a keyword to a filter."""
    wanted = _keyword(await params.decode(call, _Keyword))
    found = await call.node.db.write(filtering.add_keyword, call.account_id, call.id("filter_id"), wanted)
    return answers.json(found)


async def show_keyword(call: Call) -> Response:
    """Return a keyword."""
    return answers.json(await call.node.db.read(filtering.keyword, call.account_id, call.id()))


async def change_keyword(call: Call) -> Response:
    """Change a keyword."""
    wanted = _keyword(await params.decode(call, _Keyword))
    return answers.json(await call.node.db.write(filtering.change_keyword, call.account_id, call.id(), wanted))


async def remove_keyword(call: Call) -> Response:
    """Remove a keyword."""
    await call.node.db.write(filtering.remove_keyword, call.account_id, call.id())
    return answers.json({})


async def marked(call: Call) -> Response:
    """Return the posts that a filter names."""
    return answers.json(await call.node.db.read(filtering.marked_of, call.account_id, call.id("filter_id")))


async def mark(call: Call) -> Response:
    """Filter a post, whatever it says."""
    status_id = id_of((await params.decode(call, _Marked)).status_id or "")
    found = await call.node.db.write(filtering.mark, call.account_id, call.id("filter_id"), status_id)
    return answers.json(found)


async def show_marked(call: Call) -> Response:
    """Return a post that a filter names."""
    return answers.json(await call.node.db.read(filtering.marked, call.account_id, call.id()))


async def unmark(call: Call) -> Response:
    """Filter a post no more."""
    await call.node.db.write(filtering.unmark, call.account_id, call.id())
    return answers.json({})


# ------------------------------------------------------------------ the older form


class _SentV1(Struct):
    phrase: str | None = None
    context: list[str] | None = None
    irreversible: bool | None = None
    whole_word: bool | None = None
    expires_in: Life = UNSET


def _wanted_v1(sent: _SentV1) -> FilterWanted:
    action = None if sent.irreversible is None else "hide" if sent.irreversible else "warn"
    title = None if sent.phrase is None else sent.phrase[: filtering.MAX_TITLE_CHARS]
    return FilterWanted(title, sent.context, action, life(sent.expires_in))


async def show_all_v1(call: Call) -> Response:
    """Return every keyword of the reader as a filter."""
    return answers.json(await call.node.db.read(filtering.every_v1, call.account_id))


async def create_v1(call: Call) -> Response:
    """Make a filter of one keyword."""
    sent = await params.decode(call, _SentV1)
    keyword = KeywordWanted(None, sent.phrase, bool(sent.whole_word))
    found = await call.node.db.write(filtering.create_v1, call.account_id, _wanted_v1(sent), keyword)
    return answers.json(found)


async def show_v1(call: Call) -> Response:
    """Return a keyword as a filter."""
    return answers.json(await call.node.db.read(filtering.show_v1, call.account_id, call.id()))


async def change_v1(call: Call) -> Response:
    """Change a keyword and its filter."""
    sent = await params.decode(call, _SentV1)
    keyword = KeywordWanted(None, sent.phrase, sent.whole_word)
    found = await call.node.db.write(filtering.change_v1, call.account_id, call.id(), _wanted_v1(sent), keyword)
    return answers.json(found)


async def remove_v1(call: Call) -> Response:
    """Remove a keyword."""
    await call.node.db.write(filtering.remove_v1, call.account_id, call.id())
    return answers.json({})


_read, _write = auth.user("read:filters"), auth.user("write:filters")

routes = [
    Route("GET", "/api/v2/filters", show_all, _read),
    Route("POST", "/api/v2/filters", create, _write),
    Route("GET", "/api/v2/filters/{id}", show, _read),
    Route("PUT", "/api/v2/filters/{id}", change, _write),
    Route("PATCH", "/api/v2/filters/{id}", change, _write),
    Route("DELETE", "/api/v2/filters/{id}", remove, _write),
    Route("GET", "/api/v2/filters/{filter_id}/keywords", keywords, _read),
    Route("POST", "/api/v2/filters/{filter_id}/keywords", add_keyword, _write),
    Route("GET", "/api/v2/filters/keywords/{id}", show_keyword, _read),
    Route("PUT", "/api/v2/filters/keywords/{id}", change_keyword, _write),
    Route("PATCH", "/api/v2/filters/keywords/{id}", change_keyword, _write),
    Route("DELETE", "/api/v2/filters/keywords/{id}", remove_keyword, _write),
    Route("GET", "/api/v2/filters/{filter_id}/statuses", marked, _read),
    Route("POST", "/api/v2/filters/{filter_id}/statuses", mark, _write),
    Route("GET", "/api/v2/filters/statuses/{id}", show_marked, _read),
    Route("DELETE", "/api/v2/filters/statuses/{id}", unmark, _write),
    Route("GET", "/api/v1/filters", show_all_v1, _read),
    Route("POST", "/api/v1/filters", create_v1, _write),
    Route("GET", "/api/v1/filters/{id}", show_v1, _read),
    Route("PUT", "/api/v1/filters/{id}", change_v1, _write),
    Route("PATCH", "/api/v1/filters/{id}", change_v1, _write),
    Route("DELETE", "/api/v1/filters/{id}", remove_v1, _write),
]
