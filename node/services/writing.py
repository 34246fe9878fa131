"""Writes a status whole: its row with the rendered part, who is named, hashtags, media. For ours and for theirs alike.

Decides nothing and records no event: `posting`, `reacting` and `inbox` do.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from federation.vocab import policy
from node.entities.media import media_json
from node.entities.status import MentionView, StatusView, render_part
from node.services import attaching
from node.social import consent
from node.social.markup import plain
from node.social.references import with_reference, without_reference
from node.social.site import Site
from node.store import accounts, edits, living, media, memo, polls, quotes, records, statuses, tags, words
from node.store.accounts import Account
from node.store.media import Media
from node.store.polls import Poll
from node.store.quotes import Quote
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit


class App(Struct, frozen=True):
    """The app a status was written with."""

    id: int
    name: str
    website: str | None = None


class Asked(Struct, frozen=True, kw_only=True):
    """A poll: what can be chosen and, of a peer's, how often it was as far as its server says."""

    options: tuple[str, ...]
    tallies: tuple[int, ...] = ()
    voters_count: int | None = 0
    is_multiple: bool = False
    hides_totals: bool = False
    ends_at: datetime | None = None
    closed_at: datetime | None = None


class Content(Struct, frozen=True, kw_only=True):
    """What a status says and to whom: everything an edit may replace. `silent` are addressed without being named."""

    content_html: str
    text: str = ""
    spoiler_text: str = ""
    is_sensitive: bool = False
    language: str | None = None
    named: tuple[Account, ...] = ()
    silent: tuple[Account, ...] = ()
    tags: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    record: dict[str, Any] | None = None
    emojis: tuple[dict[str, str], ...] = ()
    poll: Asked | None = None


class NewStatus(Struct, frozen=True, kw_only=True):
    """A status to write."""

    id: int
    uri: str
    url: str
    account: Account
    visibility: str
    content: Content
    created_at: datetime
    context_uri: str
    is_local: bool = True
    reply_to: Status | None = None
    reply_to_uri: str | None = None
    boost_of_id: int | None = None
    quote_uri: str | None = None
    interaction_policy: dict[str, Any] | None = None
    approval: str | None = None
    approved_by: str | None = None
    app: App | None = None
    edited_at: datetime | None = None


def write(unit: Unit, new: NewStatus) -> bool:
    """Write a new status; False when it (or the same boost) is there already."""
    content = new.content
    row = {
        "id": new.id,
        "uri": new.uri,
        "url": new.url,
        "account_id": new.account.id,
        "is_local": new.is_local,
        "visibility": new.visibility,
        "reply_to_id": new.reply_to.id if new.reply_to else None,
        "reply_to_uri": new.reply_to.uri if new.reply_to else new.reply_to_uri,
        "reply_to_account_id": new.reply_to.account_id if new.reply_to else None,
        "boost_of_id": new.boost_of_id,
        "quote_uri": new.quote_uri,
        "interaction_policy": new.interaction_policy,
        "approval": new.approval,
        "approved_by": new.approved_by,
        "context_uri": new.context_uri,
        "app_id": new.app.id if new.app else None,
        "created_at": new.created_at,
        "edited_at": new.edited_at,
        "received_at": unit.now,
        "part": render_part(_view(new, unit.site), unit.site),
        **_columns(content),
    }
    if not statuses.insert(unit, row):
        return False
    statuses.add_mentions(unit, new.id, _ids(content.named), silent_ids=_ids(content.silent))
    tags.put(unit, new.id, content.tags)
    attaching.write_media(unit, new.id, content.media, is_local=new.is_local)
    if content.poll is not None:
        polls.keep(unit, _poll(unit, new.id, content.poll))
    if new.boost_of_id is None:
        words.put(unit, new.id, *_said(content))
    memo.note_lacking(unit, new.id, _lacking(content))
    return True


def _lacking(content: Content) -> Iterator[memo.Part]:
    """Give what a status that was just written has none of."""
    yield from ("quote", "record", "card", "command")
    if not content.named and not content.silent:
        yield "mentions"
    if not content.tags:
        yield "tags"
    if not content.media:
        yield "media"
    if not content.emojis:
        yield "emojis"
    if content.poll is None:
        yield "poll"


def rewrite(
    unit: Unit, status: Status, content: Content, *, edited_at: datetime, before: Sequence[Media] | None = None
) -> None:
    """Replace what a status says, keeping the version before; `before` are its files as they were, if not as they are."""
    edits.keep(unit, status, extras(unit, status.id, before))
    statuses.set_mentions(unit, status.id, _ids(content.named), silent_ids=_ids(content.silent))
    tags.put(unit, status.id, content.tags, is_new=False)
    if status.is_local:
        media.attach(unit, status.id, [file.id for file in content.media])
    else:
        attaching.replace_media(unit, status.id, content.media)
    statuses.change(unit, status.id, {**_columns(content), "edited_at": edited_at})
    words.put(unit, status.id, *_said(content), is_new=False)
    if content.poll is None:
        polls.remove(unit, status.id)
    else:
        ask_again(unit, status, content.poll)
    render(unit, status.id)


def extras(snapshot: Snapshot, status_id: int, before: Sequence[Media] | None = None) -> edits.Extras:
    """Return what a status shows besides its text; `before` are its files as they were, if not as they are."""
    files = media.of_status(snapshot, status_id) if before is None else before
    poll = polls.of_status(snapshot, status_id)
    return edits.Extras(
        media=[media_json(attaching.media_view(file, snapshot.site)) for file in files],
        poll_options=list(poll.options) if poll is not None else None,
        emojis=statuses.emojis_of(snapshot, status_id),
    )


def ask_again(unit: Unit, status: Status, asked: Asked) -> None:
    """Put a newer version of a poll in place: a peer's numbers count; whoever asks something else begins anew."""
    held, poll = polls.locked(unit, status.id), _poll(unit, status.id, asked)
    if held is None or not held.asks_the_same(poll):
        polls.clear(unit, status.id)
    elif status.is_local:
        closed_at = held.closed_at if held.ends_at == poll.ends_at else None
        poll = structs.replace(poll, tallies=held.tallies, voters_count=held.voters_count, closed_at=closed_at)
    else:
        poll = structs.replace(poll, closed_at=held.closed_at or poll.closed_at)
    polls.keep(unit, poll)


def _poll(unit: Unit, status_id: int, asked: Asked) -> Poll:
    return Poll(
        status_id=status_id,
        options=list(asked.options),
        tallies=list(asked.tallies) or [0] * len(asked.options),
        voters_count=asked.voters_count,
        is_multiple=asked.is_multiple,
        hides_totals=asked.hides_totals,
        ends_at=asked.ends_at,
        closed_at=asked.closed_at,
        fetched_at=unit.now,
    )


def render(unit: Unit, status_id: int) -> None:
    """Render a status again from its rows."""
    status = statuses.by_id(unit, status_id)
    if status is not None:
        statuses.change(unit, status_id, {"part": render_part(view_of(unit, status), unit.site)})


def view_of(snapshot: Snapshot, status: Status) -> StatusView:
    """Return a status as its entity shows it."""
    named_ids = statuses.mention_ids(snapshot, status.id, with_silent=False)
    named = accounts.by_ids(snapshot, named_ids)
    app = statuses.app_of(snapshot, status)
    kept = records.of_status(snapshot, status.id)
    quote = quotes.of(snapshot, status.id)
    return StatusView(
        id=status.id,
        uri=status.uri,
        url=status.url,
        created_at=status.created_at,
        visibility=status.visibility,
        content_html=shown_html(snapshot, status, quote),
        spoiler_text=status.spoiler_text,
        is_sensitive=status.is_sensitive,
        language=status.language,
        edited_at=status.edited_at,
        reply_to_id=status.reply_to_id,
        reply_to_account_id=status.reply_to_account_id,
        app_name=app[0] if app else None,
        app_website=app[1] if app else None,
        media=tuple(attaching.media_view(m, snapshot.site) for m in media.of_status(snapshot, status.id)),
        card=attaching.card_of(snapshot, status.id),
        mentions=tuple(_mention(named[i]) for i in named_ids if i in named),
        tags=tuple(tags.names_of(snapshot, status.id)),
        record=record_view(kept.record, kept.status_id, snapshot.site) if kept else None,
        has_quote=quote is not None,
        quotes_count=quotes.count(snapshot, status.id),
        quote_approval=_quote_approval(snapshot, status),
        emojis=tuple(statuses.emojis_of(snapshot, status.id)),
        is_live=living.is_live(snapshot, status.id),
    )


def shown_html(snapshot: Snapshot, status: Status, quote: Quote | None) -> str:
    """Return the words of a post: what points at a quoted post is left out where that is shown, and put where it is not."""
    if quote is None or not quote.quoted_uri:
        return status.content_html
    quoted = statuses.by_id(snapshot, quote.quoted_id) if quote.quoted_id is not None else None
    addresses = {quote.quoted_uri} | ({quoted.uri, quoted.url} if quoted is not None else set())
    if quote.state == "accepted" and quoted is not None:
        return without_reference(status.content_html, addresses)
    return with_reference(status.content_html, addresses, quoted.url if quoted is not None else quote.quoted_uri)


def _quote_approval(snapshot: Snapshot, status: Status) -> dict[str, Any]:
    author = accounts.by_id(snapshot, status.account_id)
    return _approval_of(status.id, status.visibility, status.interaction_policy, author)


def _approval_of(
    status_id: int, visibility: str, kept: dict[str, Any] | None, author: Account | None
) -> dict[str, Any]:
    return consent.quote_approval(
        consent.quote_rule(policy.from_kept(kept), visibility),
        author=author.uri if author is not None else "",
        marks=(f"@{author.id}" if author is not None else "denied", f"#{status_id}"),
        is_direct=visibility == "direct",
        is_local=author is not None and author.is_local,
    )


def record_view(record: Any, status_id: int, site: Site) -> dict[str, Any]:
    """Return what a card says about a learningRecord."""
    kept = ("type", "title", "status", "decision", "outcome", "due")
    return {name: record[name] for name in kept if name in record} | {"loop_url": site.loop_url(status_id)}


def _view(new: NewStatus, site: Site) -> StatusView:
    content = new.content
    return StatusView(
        id=new.id,
        uri=new.uri,
        url=new.url,
        created_at=new.created_at,
        visibility=new.visibility,
        content_html=content.content_html,
        spoiler_text=content.spoiler_text,
        is_sensitive=content.is_sensitive,
        language=content.language,
        edited_at=new.edited_at,
        reply_to_id=new.reply_to.id if new.reply_to else None,
        reply_to_account_id=new.reply_to.account_id if new.reply_to else None,
        app_name=new.app.name if new.app else None,
        app_website=new.app.website if new.app else None,
        media=tuple(attaching.media_view(m, site) for m in content.media),
        mentions=tuple(_mention(account) for account in content.named),
        tags=content.tags,
        record=record_view(content.record, new.id, site) if content.record else None,
        quote_approval=_approval_of(new.id, new.visibility, new.interaction_policy, new.account),
        emojis=content.emojis,
        is_live=content.poll is not None,
    )


def _said(content: Content) -> Iterator[str]:
    """Give everything in which search finds words."""
    yield from (content.spoiler_text, content.text or plain(content.content_html))
    yield from (file.description for file in content.media)
    if content.poll is not None:
        yield from content.poll.options


def _columns(content: Content) -> dict[str, Any]:
    return {
        "text": content.text,
        "content_html": content.content_html,
        "spoiler_text": content.spoiler_text,
        "is_sensitive": content.is_sensitive,
        "language": content.language,
        "emojis": list(content.emojis),
    }


def _mention(account: Account) -> MentionView:
    return MentionView(account.id, account.username, account.acct, account.url)


def _ids(people: Sequence[Account]) -> list[int]:
    return [account.id for account in people]
