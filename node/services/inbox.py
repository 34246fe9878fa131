"""The only table Effect -> service: carries out what `federation.activities.judge` says follows from an activity.

Every function runs in the transaction that also claims the activity's id, so doing it twice is impossible.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from federation import effects
from federation.effects import Effect, StoreStatus, UpdateStatus
from federation.records.compose import as_document
from federation.vocab import Note
from node.events import StatusEdited, StatusReceived
from node.services import following, keeping, posting, reacting, remote, writing
from node.services.writing import Content, NewStatus
from node.store import accounts, arrivals, follows, records, statuses
from node.store.accounts import Account
from node.store.columns import from_ms, to_ms
from node.store.statuses import Status
from node.store.unit import Unit


def carry_out(unit: Unit, effect: Effect) -> None:
    """Do what an effect asks for."""
    TABLE[type(effect)](unit, effect)


def _store_status(unit: Unit, effect: StoreStatus) -> None:
    note = effect.note
    author = accounts.by_uri(unit, note.author_uri)
    if author is None or statuses.by_uri(unit, note.uri) is not None:
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
        edited_at=note.updated if note.updated and note.updated > note.published else None,
    )
    if not writing.write(unit, new):
        return
    status = statuses.by_id(unit, status_id)
    if status is None:
        return
    for orphan_id in statuses.adopt_orphans(unit, status):
        writing.render(unit, orphan_id)
    unit.record(StatusReceived(status_id))
    if effect.record is not None:
        keeping.keep(
            unit,
            status,
            effect.record,
            raw=note.raw.get("learningRecord"),
            warnings=effect.record_warnings,
            published_at=note.published,
        )


def _parent(unit: Unit, note: Note, author: Account) -> Status | None:
    """Return what a post answers, if we have it; one of ours only if the author may see it."""
    parent = statuses.by_uri(unit, note.in_reply_to) if note.in_reply_to else None
    if parent is not None and parent.is_local and not statuses.visible_to_peer(unit, parent, author.id):
        return None
    return parent


def _update_status(unit: Unit, effect: UpdateStatus) -> None:
    note = effect.note
    status = statuses.by_uri(unit, note.uri)
    if status is None:
        _store_status(unit, StoreStatus(note, effect.record, effect.record_warnings))
        return
    author = accounts.by_id(unit, status.account_id)
    if author is None or author.uri != note.author_uri or status.is_local:
        return
    if not _record_stands(unit, status, effect):
        return
    content = remote.content_of(unit, note, author)
    said = note.updated if note.updated and note.updated > note.published else None
    edited_at = from_ms(to_ms(min(said or unit.now, unit.now)))  # as it is kept, to be compared
    if _is_newer(status, content, edited_at, is_said=said is not None):
        writing.rewrite(unit, status, content, edited_at=edited_at)
        unit.record(StatusEdited(status.id))
    else:
        writing.render(unit, status.id)


def _record_stands(unit: Unit, status: Status, effect: UpdateStatus) -> bool:
    """Keep the record of an update; False when a better version of it is held, and with it the words around it."""
    if effect.record is None:
        return True
    if keeping.is_held(records.of_status(unit, status.id), effect.record, effect.note.raw):
        return True
    raw = effect.note.raw.get("learningRecord")
    return keeping.keep(unit, status, effect.record, raw=raw, warnings=effect.record_warnings)


def _is_newer(status: Status, content: Content, edited_at: datetime, *, is_said: bool) -> bool:
    """Tell whether an update replaces what is held. Of two with the same time the greater text stands, in any order.

    Without a time of its own it is an edit only when it says something else: tallies of polls come so.
    """
    new = (content.content_html, content.spoiler_text, content.is_sensitive)
    old = (status.content_html, status.spoiler_text, status.is_sensitive)
    if not is_said:
        return new != old
    return new > old if status.edited_at == edited_at else True


def _delete_status(unit: Unit, effect: effects.DeleteStatus) -> None:
    arrivals.bury(unit, effect.uri, actor_uri=effect.actor_uri, kind="deleted")
    status = statuses.by_uri(unit, effect.uri)
    author = accounts.by_id(unit, status.account_id) if status else None
    if status is not None and author is not None and author.uri == effect.actor_uri and not author.is_local:
        posting.remove(unit, status)


def _update_account(unit: Unit, effect: effects.UpdateAccount) -> None:
    if not effect.actor.uri.startswith(f"{unit.site.base_url}/"):
        remote.keep_actor(unit, effect.actor)


def _delete_account(unit: Unit, effect: effects.DeleteAccount) -> None:
    account = accounts.by_uri(unit, effect.uri)
    arrivals.bury(unit, effect.uri, actor_uri=effect.uri, kind="deleted")
    if account is not None and not account.is_local:
        accounts.remove(unit, account)


def _favourite(unit: Unit, effect: effects.Favourite) -> None:
    account, status = _pair(unit, effect.actor_uri, effect.object_uri)
    if account is not None and status is not None and statuses.visible_to_peer(unit, status, account.id):
        reacting.keep_favourite(unit, account.id, status, uri=effect.uri)


def _unfavourite(unit: Unit, effect: effects.Unfavourite) -> None:
    account, status = _pair(unit, effect.actor_uri, effect.object_uri)
    if account is not None and status is not None:
        reacting.unfavourite(unit, account.id, status.id)


def _boost(unit: Unit, effect: effects.Boost) -> None:
    account, status = _pair(unit, effect.actor_uri, effect.object_uri)
    if account is not None and status is not None:
        at = min(effect.published, unit.now)
        reacting.keep_boost(unit, account, status, uri=effect.uri, visibility=effect.visibility, at=at)


def _unboost(unit: Unit, effect: effects.Unboost) -> None:
    account, status = _pair(unit, effect.actor_uri, effect.object_uri)
    if account is not None and status is not None:
        reacting.unboost(unit, account.id, status.id)


def _request_follow(unit: Unit, effect: effects.RequestFollow) -> None:
    account, target = accounts.by_uri(unit, effect.actor_uri), accounts.by_uri(unit, effect.target_uri)
    if account is None or target is None or not target.is_local or target.kind == "application":
        return
    if follows.is_blocked_between(unit, account.id, target.id):
        return
    following.request(unit, account.id, target, uri=effect.uri)


def _cancel_follow(unit: Unit, effect: effects.CancelFollow) -> None:
    account, target = accounts.by_uri(unit, effect.actor_uri), accounts.by_uri(unit, effect.target_uri)
    if account is not None and target is not None:
        following.unfollow(unit, account.id, target.id)


def _accept_follow(unit: Unit, effect: effects.AcceptFollow) -> None:
    follower, target = accounts.by_uri(unit, effect.follower_uri), accounts.by_uri(unit, effect.target_uri)
    if follower is not None and target is not None and follows.between(unit, follower.id, target.id) is not None:
        following.accept(unit, target.id, follower.id)


def _reject_follow(unit: Unit, effect: effects.RejectFollow) -> None:
    follower, target = accounts.by_uri(unit, effect.follower_uri), accounts.by_uri(unit, effect.target_uri)
    if follower is not None and target is not None:
        following.reject(unit, target.id, follower.id)


def _remember_undone(unit: Unit, effect: effects.RememberUndone) -> None:
    arrivals.bury(unit, effect.uri, actor_uri=effect.actor_uri, kind="undone")


def _pair(unit: Unit, actor_uri: str, object_uri: str) -> tuple[Account | None, Status | None]:
    return accounts.by_uri(unit, actor_uri), statuses.by_uri(unit, object_uri)


TABLE: Final[Mapping[type[Effect], Callable[[Unit, Any], None]]] = {
    effects.StoreStatus: _store_status,
    effects.UpdateStatus: _update_status,
    effects.DeleteStatus: _delete_status,
    effects.UpdateAccount: _update_account,
    effects.DeleteAccount: _delete_account,
    effects.Favourite: _favourite,
    effects.Unfavourite: _unfavourite,
    effects.Boost: _boost,
    effects.Unboost: _unboost,
    effects.RequestFollow: _request_follow,
    effects.CancelFollow: _cancel_follow,
    effects.AcceptFollow: _accept_follow,
    effects.RejectFollow: _reject_follow,
    effects.RememberUndone: _remember_undone,
}
