"""Fills in what a Status says of quotes that depends on the reader: the quoted post, and whether they may quote.

How it works. The part of a post that quotes says `"quote":"#ID"` and that of one with a narrow policy
`"current_user":"#ID"`, both with the post's own id, or `"current_user":"@ID"` with its author's, who alone may; a text
cannot hold these words, since quotation marks inside one are escaped. A page without such a mark costs one look at its text. A quoted post is shown with its own quote as an id, so
that a ring of quotes ends.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import exists, false, select

from federation.vocab import policy
from federation.vocab.policy import Asking
from node.social.consent import quote_rule
from node.store.tables import accounts, blocks, follows, quotes, statuses
from node.store.unit import Snapshot
from node.store.visible import is_muted, is_of_blocked_host, visible_to

_QUOTE: Final = re.compile(r'"quote":"#(\d+)"')
_CURRENT_USER: Final = re.compile(r'"current_user":"#(\d+)"')
_AUTHOR: Final = re.compile(r'"current_user":"@(\d+)"')
Show = Callable[[Iterable[int]], Mapping[int, str]]


class Seen(Struct, frozen=True):
    """A quote as one reader sees it: `quoted_id` only where they may see the quoted post."""

    state: str
    quoted_id: int | None = None


def filled(snapshot: Snapshot, viewer_id: int | None, texts: list[str], show: Show) -> list[str]:
    """Return Status entities with their quotes; `show` gives those of several ids that the reader may see, unfilled."""
    if not any(_has_mark(text) for text in texts):
        return texts
    seen = _seen(snapshot, viewer_id, _marked(_QUOTE, texts))
    shown = show({quote.quoted_id for quote in seen.values() if quote.quoted_id is not None})
    inner = _seen(snapshot, viewer_id, _marked(_QUOTE, shown.values()))
    mine = _may_quote(snapshot, viewer_id, _marked(_CURRENT_USER, [*texts, *shown.values()]))

    def current_user(match: re.Match[str]) -> str:
        return f'"current_user":"{mine.get(int(match[1]), "denied")}"'

    def shallow(match: re.Match[str]) -> str:
        quote = inner.get(int(match[1]))
        return '"quote":null' if quote is None else f'"quote":{_shallow(quote)}'

    def whole(match: re.Match[str]) -> str:
        quote = seen.get(int(match[1]))
        text = shown.get(quote.quoted_id) if quote is not None and quote.quoted_id is not None else None
        return '"quote":null' if quote is None else f'"quote":{_whole(quote, text and _QUOTE.sub(shallow, text))}'

    def author(match: re.Match[str]) -> str:
        return f'"current_user":"{"automatic" if int(match[1]) == viewer_id else "denied"}"'

    return [_AUTHOR.sub(author, _CURRENT_USER.sub(current_user, _QUOTE.sub(whole, text))) for text in texts]


def _has_mark(text: str) -> bool:
    return '"current_user":"@' in text or '"quote":"#' in text or '"current_user":"#' in text


def _marked(pattern: re.Pattern[str], texts: Iterable[str]) -> set[int]:
    return {int(found) for text in texts for found in pattern.findall(text)}


def _shallow(quote: Seen) -> str:
    quoted_id = "null" if quote.quoted_id is None else f'"{quote.quoted_id}"'
    return f'{{"state":"{quote.state}","quoted_status_id":{quoted_id}}}'


def _whole(quote: Seen, text: str | None) -> str:
    state = "unauthorized" if quote.quoted_id is not None and text is None else quote.state
    return f'{{"state":"{state}","quoted_status":{text or "null"}}}'


def _seen(snapshot: Snapshot, viewer_id: int | None, status_ids: Iterable[int]) -> dict[int, Seen]:
    wanted = sorted(status_ids)
    if not wanted:
        return {}
    quoted, author = statuses.alias("quoted"), accounts.alias("quoted_author")
    statement = (
        select(
            quotes.c.status_id,
            quotes.c.state,
            quotes.c.quoted_id,
            *_unwanted(viewer_id, author.c.id, snapshot.now),
            visible_to(viewer_id, quoted, author).label("is_visible"),
        )
        .select_from(quotes)
        .outerjoin(quoted, quoted.c.id == quotes.c.quoted_id)
        .outerjoin(author, author.c.id == quoted.c.account_id)
        .where(quotes.c.status_id.in_(wanted))
    )
    return {row.status_id: _as_seen(row) for row in snapshot.conn.execute(statement)}


def _unwanted(viewer_id: int | None, author_id: Any, at: datetime) -> list[Any]:
    blocked: list[Any] = [false(), false(), false()]
    if viewer_id is not None:
        is_blocked = exists(select(1).where(blocks.c.account_id == viewer_id, blocks.c.target_id == author_id))
        blocked = [is_blocked, is_of_blocked_host(viewer_id, author_id), is_muted(viewer_id, author_id, at=at)]
    return [one.label(name) for one, name in zip(blocked, ("is_blocked", "is_host_blocked", "is_muted"), strict=True)]


def _as_seen(row: Any) -> Seen:
    if row.state != "accepted":
        return Seen(row.state)
    if row.quoted_id is None:
        return Seen("deleted")
    if row.is_blocked:
        return Seen("blocked_account")
    if row.is_host_blocked:
        return Seen("blocked_domain")
    if row.is_muted:
        return Seen("muted_account")
    return Seen("accepted", row.quoted_id) if row.is_visible else Seen("unauthorized")


def _may_quote(snapshot: Snapshot, viewer_id: int | None, status_ids: Iterable[int]) -> dict[int, str]:
    """Return, for posts with a narrow policy, whether a reader may quote them."""
    wanted = sorted(status_ids)
    if not wanted or viewer_id is None:
        return {}
    author, viewer, edge = accounts.alias("author"), accounts.alias("viewer"), follows.alias("edge")
    is_edge = [
        exists(select(1).where(edge.c.account_id == one, edge.c.target_id == other, edge.c.is_accepted))
        for one, other in ((viewer.c.id, author.c.id), (author.c.id, viewer.c.id))
    ]
    statement = (
        select(
            statuses.c.id,
            statuses.c.visibility,
            statuses.c.interaction_policy,
            viewer.c.uri,
            author.c.uri,
            author.c.followers_uri,
            author.c.following_uri,
            *is_edge,
        )
        .select_from(statuses)
        .join(author, author.c.id == statuses.c.account_id)
        .join(viewer, viewer.c.id == viewer_id)
        .where(statuses.c.id.in_(wanted))
    )
    found: dict[int, str] = {}
    for status_id, visibility, kept, *asking in snapshot.conn.execute(statement):
        rule = quote_rule(policy.from_kept(kept), visibility)
        found[status_id] = policy.verdict(rule, Asking(*asking))
    return found
