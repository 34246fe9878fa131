"""What waits for consent before a document about consent comes: asha's 1002 is then a pending quote, or a pending reply."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from federation import loose
from federation.vocab.approval import TYPES
from node.services import writing
from node.services.writing import Content, NewStatus
from node.store import accounts, quotes, statuses
from node.store.accounts import Account
from node.store.quotes import Quote
from node.store.statuses import Status
from node.store.unit import Unit

Document = Mapping[str, Any]
_QUOTES: Final = {"QuoteRequest", "QuoteAuthorization"}
_ABOUT: Final = {"Accept", "Reject", "Delete"} | TYPES.keys()


def let_it_wait(unit: Unit, document: Document, author_id: int) -> None:
    """Let our post that a document is about wait for the word of this author; a Delete finds it given already."""
    if not _ABOUT & set(loose.types_of(document)):
        return
    inner = loose.first(document.get("object"))
    told = inner if isinstance(inner, Mapping) else document
    ours = next((status for uri in _ids(told) if (status := statuses.by_uri(unit, uri)) is not None), None)
    author = accounts.by_id(unit, author_id)
    target_uri = next(
        (uri for uri in _ids(told) if author and uri.startswith(author.uri) and uri != told.get("id")), None
    )
    if ours is None or not ours.is_local or author is None or target_uri is None:
        return
    target = _post(unit, target_uri, author)
    if _QUOTES & set(loose.types_of(told)):
        _quote(unit, ours, target, told, is_given="Delete" in loose.types_of(document))
    else:
        values = {"reply_to_id": target.id, "reply_to_uri": target.uri, "reply_to_account_id": author.id}
        statuses.change(unit, ours.id, values | {"approval": "pending"})


def _ids(told: Document) -> list[str]:
    names = ("object", "instrument", "interactingObject", "interactionTarget", "target")
    return [uri for name in names if (uri := loose.id_of(told.get(name))) is not None]


def _quote(unit: Unit, ours: Status, target: Status, told: Document, *, is_given: bool) -> None:
    is_request = "QuoteRequest" in loose.types_of(told)
    statuses.change(unit, ours.id, {"quote_uri": target.uri})
    made = Quote(
        status_id=ours.id,
        quoted_id=target.id,
        quoted_uri=target.uri,
        state="accepted" if is_given else "pending",
        authorization_uri=str(told["id"]) if is_given else None,
        request_uri=str(told["id"]) if is_request else None,
        is_legacy=False,
        created_at=unit.now,
    )
    quotes.insert(unit, made)


def _post(unit: Unit, uri: str, author: Account) -> Status:
    new = NewStatus(
        id=unit.id_at(unit.now - timedelta(days=300)),
        uri=uri,
        url=uri,
        account=author,
        is_local=False,
        visibility="public",
        content=Content(content_html="<p>To be quoted or answered</p>"),
        created_at=unit.now - timedelta(days=300),
        context_uri=uri,
    )
    writing.write(unit, new)
    found = statuses.by_uri(unit, uri)
    assert found is not None
    return found
