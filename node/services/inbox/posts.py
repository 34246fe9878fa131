"""Posts of others: kept, renewed, removed."""

from datetime import datetime
from typing import Final

from federation import effects
from federation.audience import OPEN
from federation.effects import StoreStatus, UpdateStatus
from federation.records.compose import as_document
from federation.vocab import Note, policy
from node.events import StatusEdited, StatusReceived
from node.services import approving, keeping, polling, posting, quoting, remote, writing
from node.services.writing import Content, NewStatus
from node.store import accounts, arrivals, follows, records, statuses
from node.store.accounts import Account
from node.store.columns import from_ms, to_ms
from node.store.statuses import Status
from node.store.unit import Unit

_WIDTH: Final = {"direct": 0, "private": 1, "unlisted": 2, "public": 3}


def store(unit: Unit, effect: StoreStatus) -> None:
    """Keep a post with its record, unless it is held already."""
    note = effect.note
    author = accounts.by_uri(unit, note.author_uri)
    if author is None or author.is_suspended:
        return
    if statuses.by_uri(unit, note.uri) is not None or _is_unwanted_quote(unit, note, author):
        return
    published = min(note.published, unit.now)
    parent = _parent(unit, note, author)
    status_id = unit.id_at(published)
    new = NewStatus(
        id=status_id,
        uri=note.uri,
        url=note.url or note.uri,
        account=author,
        is_local=False,
        visibility=note.visibility,
        content=remote.content_of(unit, note, author, record=as_document(effect.record) if effect.record else None),
        created_at=published,
        context_uri=parent.context_uri if parent else note.context or note.uri,
        reply_to=parent,
        reply_to_uri=note.in_reply_to,
        quote_uri=note.quote_uri,
        interaction_policy=policy.as_kept(note.policy),
        edited_at=note.updated if note.updated and note.updated > note.published else None,
    )
    if not writing.write(unit, new):
        return
    status = statuses.by_id(unit, status_id)
    if status is None:
        return
    for orphan_id in statuses.adopt_orphans(unit, status):
        writing.render(unit, orphan_id)
    unit.record(StatusReceived(status_id, effect.is_old))
    if effect.record is not None:
        keeping.keep(
            unit,
            status,
            effect.record,
            raw=note.raw.get("learningRecord"),
            warnings=effect.record_warnings,
            published_at=note.published,
            is_old=effect.is_old,
        )
    quoting.received(unit, status, note.quote)
    quoting.adopt(unit, status)


def _is_unwanted_quote(unit: Unit, note: Note, author: Account) -> bool:
    """Tell whether a post quotes one of ours whose author blocks its author."""
    quoted = statuses.by_uri(unit, note.quote_uri) if note.quote_uri else None
    return quoted is not None and quoted.is_local and follows.is_blocking(unit, quoted.account_id, author.id)


def _parent(unit: Unit, note: Note, author: Account) -> Status | None:
    """Return what a post answers, if we have it; one of ours only if the author may see it."""
    parent = statuses.by_uri(unit, note.in_reply_to) if note.in_reply_to else None
    if parent is not None and parent.boost_of_id is not None:
        return None
    if parent is not None and parent.is_local and not statuses.visible_to_peer(unit, parent, author.id):
        return None
    return parent


def update(unit: Unit, effect: UpdateStatus) -> None:
    """Replace what is held of a post by a newer version of its author."""
    note = effect.note
    status = statuses.by_uri(unit, note.uri)
    if status is None:
        store(unit, StoreStatus(note, effect.record, effect.record_warnings))
        return
    author = accounts.by_id(unit, status.account_id)
    if author is None or author.uri != note.author_uri or author.is_suspended or status.is_local:
        return
    if not _record_stands(unit, status, effect):
        return
    content = remote.content_of(unit, note, author)
    said = note.updated if note.updated and note.updated > note.published else None
    edited_at = from_ms(to_ms(min(said or unit.now, unit.now)))  # as it is kept, to be compared
    _narrow(unit, status, note)
    if _is_newer(status, content, edited_at, is_said=said is not None):
        writing.rewrite(unit, status, content, edited_at=edited_at)
        unit.record(StatusEdited(status.id))
    else:
        if content.poll is not None:
            polling.renew(unit, status, content.poll)
        writing.render(unit, status.id)
    approving.policy_said(unit, status, note.policy)
    quoting.received(unit, status, note.quote)


def _narrow(unit: Unit, status: Status, note: Note) -> None:
    """Let fewer people see a post whose new version says that it is for fewer; a version that names nobody says nothing."""
    is_stated = bool(note.to or note.cc)
    if is_stated and _WIDTH[note.visibility] < _WIDTH.get(status.visibility, 0):
        statuses.change(unit, status.id, {"visibility": note.visibility})


def _record_stands(unit: Unit, status: Status, effect: UpdateStatus) -> bool:
    """Keep the record of an update; False when a better version of it is held, and with it the words around it."""
    if effect.record is None:
        return True
    if keeping.is_held(records.of_status(unit, status.id), effect.record, effect.note.raw):
        return not _is_older(status, effect.note)
    raw = effect.note.raw.get("learningRecord")
    return keeping.keep(unit, status, effect.record, raw=raw, warnings=effect.record_warnings)


def _is_older(status: Status, note: Note) -> bool:
    return bool(status.edited_at and note.updated and note.updated < status.edited_at)


def _is_newer(status: Status, content: Content, edited_at: datetime, *, is_said: bool) -> bool:
    """Tell whether an update replaces what is held. Of two with the same time the greater text stands, in any order.

    Without a time of its own it is an edit only when it says something else: tallies of polls come so.
    """
    new = (content.content_html, content.spoiler_text, content.is_sensitive)
    old = (status.content_html, status.spoiler_text, status.is_sensitive)
    if not is_said:
        return new != old
    return new > old if status.edited_at == edited_at else True


def delete(unit: Unit, effect: effects.DeleteStatus) -> None:
    """Remove a post by its author and remember that it is gone."""
    status = statuses.by_uri(unit, effect.uri)
    is_hidden = status is not None and status.visibility not in OPEN  # whose tombstone would tell that it was there
    arrivals.bury(unit, effect.uri, actor_uri=effect.actor_uri, kind="hidden" if is_hidden else "deleted")
    author = accounts.by_id(unit, status.account_id) if status else None
    if status is not None and author is not None and author.uri == effect.actor_uri and not author.is_local:
        posting.remove(unit, status)
