"""What peers may read of us: actors, posts, collections, WebFinger. Only what is open to everybody."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Struct

from federation import compose, discovery
from federation.audience import OPEN
from federation.uris import Handle
from node.errors import Problem, not_found
from node.services import composing, documents, synchronising
from node.social.visibility import INSIDE
from node.store import (
    accounts,
    approvals,
    arrivals,
    follows,
    groups,
    keys,
    outbox,
    partials,
    pins,
    reach,
    statuses,
    users,
)
from node.store.accounts import Account
from node.store.statuses import Status
from node.store.unit import Snapshot

Document = dict[str, Any]
PAGE: Final = 40
MOST_INSIDE: Final = 100
MAX_DOCUMENTS: Final = 1024
_MINIMAL: Final = ("@context", "id", "type", "preferredUsername", "inbox", "publicKey", "assertionMethod")
_encode = msgspec.json.Encoder().encode


class Gone(Struct, frozen=True):
    """There was something here: what is left of it."""

    tombstone: Document


def server_actor(snapshot: Snapshot) -> bytes:
    """Return the actor that signs fetches. Raises: 404 before `rounds init` made it."""
    account = accounts.by_uri(snapshot, snapshot.site.server_actor_uri)
    if account is None:
        raise not_found()
    return _encode(documents.actor(snapshot, account))


def actor(snapshot: Snapshot, username: str) -> bytes:
    """Return a local account's actor document, composed once for each state it is in. Raises: 404."""
    own = accounts.state_of_local(snapshot, username)
    state = (snapshot.site.handle_host, own, tuple(keys.published(snapshot, own[0])) if own else ())
    document = _documents.get(state)
    if document is None:
        document = _encode(documents.actor(snapshot, _local(snapshot, username)))
        if len(_documents) >= MAX_DOCUMENTS:
            _documents.clear()
        _documents[state] = document
    return document


def minimal_actor(snapshot: Snapshot, username: str) -> bytes:
    """Return what a server must know of an actor to write to it and to verify it, for those who do not sign. Raises: 404."""
    return _minimal(actor(snapshot, username))


@lru_cache(maxsize=MAX_DOCUMENTS)
def _minimal(whole: bytes) -> bytes:
    document = msgspec.json.decode(whole)
    return _encode({name: document[name] for name in _MINIMAL if name in document})


# What an actor document says follows from the state alone, whichever node or database of this process it is of.
_documents: dict[tuple[str, tuple[Any, ...] | None, tuple[keys.Published, ...]], bytes] = {}


def jrd(snapshot: Snapshot, resource: str) -> bytes:
    """Answer a WebFinger question: `acct:name@host`, `name@host`, an actor's id or its page.

    Raises: 400 for what is no resource, 404 for nobody, 410 for somebody who was here.
    """
    account = _asked_for(snapshot, resource)
    site = snapshot.site
    is_server = account.uri == site.server_actor_uri
    return _jrd(account.username, account.uri, None if is_server else account.url, site.handle_host, site.base_url)


@lru_cache(maxsize=1024)
def _jrd(username: str, uri: str, url: str | None, handle_host: str, base_url: str) -> bytes:
    template = f"{base_url}/authorize_interaction?uri={{uri}}"
    return _encode(
        discovery.build_jrd(Handle(username, handle_host), uri, profile_url=url, subscribe_template=template)
    )


def _asked_for(snapshot: Snapshot, resource: str) -> Account:
    site = snapshot.site
    if not resource or len(resource) > 2048:
        raise Problem(400, "malformed", "Ask with ?resource=acct:name@host")
    asked = _parsed(resource)
    if isinstance(asked, str):
        return _by_address(snapshot, asked)
    if asked is None or asked.host not in (site.handle_host, site.host):
        raise not_found()
    return _local(snapshot, asked.name, may_be_server=True)


_parsed = lru_cache(maxsize=1024)(discovery.parse_resource)


def _by_address(snapshot: Snapshot, address: str) -> Account:
    account = accounts.by_uri(snapshot, address)
    start = f"{snapshot.site.base_url}/@"
    if account is None and address.startswith(start):
        return _local(snapshot, address.removeprefix(start))
    if account is None or not account.is_local:
        raise not_found()
    return account


def note(snapshot: Snapshot, username: str, status_id: int, *, reader: str | None = None) -> bytes | Gone:
    """Return a post that is open, or meant for somebody on the server `https://host` that reads. Raises: 404."""
    status = _open(snapshot, username, status_id, reader=reader)
    return _encode(compose.note(documents.note(snapshot, status))) if isinstance(status, Status) else status


def activity(snapshot: Snapshot, username: str, status_id: int, *, reader: str | None = None) -> bytes | Gone:
    """Return the Create (or Announce) of a post that `note` would return."""
    status = _open(snapshot, username, status_id, may_be_boost=True, reader=reader)
    return _encode(_activity(snapshot, status)) if isinstance(status, Status) else status


def _activity(snapshot: Snapshot, status: Status) -> Document:
    return composing.announce(snapshot, status) if status.boost_of_id else composing.create(snapshot, status)


def _open(
    snapshot: Snapshot, username: str, status_id: int, *, may_be_boost: bool = False, reader: str | None = None
) -> Status | Gone:
    account = _local(snapshot, username)
    status = statuses.by_id(snapshot, status_id)
    if status is None or status.account_id != account.id:
        uri = snapshot.site.status_uri(account.username, status_id)
        deleted = arrivals.tombstone(snapshot, uri)
        if deleted is None:
            raise not_found()
        return Gone(compose.tombstone(uri, deleted=deleted))
    if not reach.reaches(snapshot, status, reader) or (status.boost_of_id and not may_be_boost):
        raise not_found()
    return status


def approval(snapshot: Snapshot, username: str, approval_id: int) -> bytes | Gone:
    """Return what one of our people allowed, or that they took it back. Raises: 404."""
    account, held = _local(snapshot, username), approvals.by_id(snapshot, approval_id)
    if held is None or not held.uri.startswith(f"{account.uri}/"):
        raise not_found()
    acting = statuses.by_uri(snapshot, held.interaction_uri)
    if acting is not None and acting.visibility in INSIDE:
        raise not_found()
    if held.revoked_at is not None:
        return Gone(compose.tombstone(held.uri, deleted=held.revoked_at))
    return _encode(compose.approval(documents.outgoing_approval(snapshot, held)))


def replies(snapshot: Snapshot, username: str, status_id: int, above: int, *, is_page: bool) -> bytes:
    """Return the open replies to an open post, whoever wrote them, by id and oldest first (FEP-7458). Raises: 404."""
    status = _open(snapshot, username, status_id)
    if not isinstance(status, Status):
        raise not_found()
    which = outbox.open_replies(status.id)
    return _chronicle(snapshot, f"{status.uri}/replies", which, above, is_page=is_page, owner=None)


def _chronicle(snapshot: Snapshot, uri: str, which: Any, above: int, *, is_page: bool, owner: str | None) -> bytes:
    """Return posts by id, oldest first: all inside, or in pages when there are many."""
    total = outbox.count_of(snapshot, which)
    if not is_page and total > MOST_INSIDE:
        return _encode(compose.ordered_collection(uri, total=total, first=f"{uri}?page=true", attributed_to=owner))
    found = outbox.uris_of(snapshot, which, above=above, limit=MOST_INSIDE)
    items = [one for _, one in found]
    if not is_page:
        return _encode(compose.ordered_collection(uri, total=total, items=items, attributed_to=owner))
    following = f"{uri}?page=true&min_id={found[-1][0]}" if len(found) == MOST_INSIDE else None
    place = f"{uri}?page=true&min_id={above}" if above else f"{uri}?page=true"
    return _encode(compose.ordered_page(place, part_of=uri, items=items, following=following))


def context(snapshot: Snapshot, status_id: int, above: int, *, is_page: bool) -> bytes:
    """Return the open posts of a conversation that began here, oldest first (FEP-7888, FEP-f228). Raises: 404."""
    uri = snapshot.site.context_uri(status_id)
    root = statuses.by_id(snapshot, status_id)
    if root is None or not root.is_local or root.visibility not in OPEN:
        raise not_found()
    author = accounts.by_id(snapshot, root.account_id)
    owner = author.uri if author else None
    return _chronicle(snapshot, uri, outbox.open_in_context(uri), above, is_page=is_page, owner=owner)


def posts(snapshot: Snapshot, username: str, max_id: int | None, *, is_page: bool) -> bytes:
    """Return an actor's outbox or a page of it: its open posts and boosts, newest first."""
    account = _local(snapshot, username)
    uri = account.outbox or f"{account.uri}/outbox"
    if not is_page:
        total = outbox.count(snapshot, account.id)
        return _encode(compose.ordered_collection(uri, total=total, first=f"{uri}?page=true"))
    found = outbox.page(snapshot, account.id, max_id, limit=PAGE)
    items = [_activity(snapshot, status) for status in found]
    last_id = found[-1].id if len(found) == PAGE else None
    return _page(uri, max_id, [_bare(item) for item in items], last_id, items)


def _bare(item: Document) -> Document:
    return {name: value for name, value in item.items() if name != "@context"}


def featured(snapshot: Snapshot, username: str) -> bytes:
    """Return what an actor has pinned, as far as everybody may see it. Raises: 404."""
    account = _local(snapshot, username)
    found = [compose.note(documents.note(snapshot, status)) for status in pins.open_to_all(snapshot, account.id)]
    uri = documents.featured_of(account) or account.uri
    made = compose.ordered_collection(uri, total=len(found), items=[_bare(item) for item in found])
    return _encode(made | {"@context": [made["@context"], *_terms(found)]} if found else made)


def moderators(snapshot: Snapshot, username: str) -> bytes:
    """Return who moderates a group of ours. Raises: 404 for anybody else."""
    account = _local(snapshot, username)
    if account.kind != "group":
        raise not_found()
    found = groups.moderators(snapshot, account.id)
    uri = f"{account.uri}/moderators"
    return _encode(compose.ordered_collection(uri, total=len(found), items=found, attributed_to=account.uri))


def followers_of(snapshot: Snapshot, username: str, origin: str) -> bytes:
    """Return who of one server follows an actor, for that server alone (FEP-8fcf). Raises: 404."""
    account = _local(snapshot, username)
    found = partials.followers_at(snapshot, account.id, origin)
    uri = synchronising.list_uri(account)
    return _encode(compose.ordered_collection(uri, total=len(found), items=found))


def followers(snapshot: Snapshot, username: str, max_id: int | None, *, is_page: bool) -> bytes:
    """Return who follows an actor."""
    account = _local(snapshot, username)
    uri = account.followers_collection
    if account.hides_collections:
        return _hidden(uri, account.followers_count, is_page=is_page)
    if not is_page:
        return _encode(compose.ordered_collection(uri, total=account.followers_count, first=f"{uri}?page=true"))
    found = outbox.people(snapshot, follows.followers(account.id), max_id, limit=PAGE)
    return _page(uri, max_id, [one for _, one in found], found[-1][0] if len(found) == PAGE else None, ())


def following(snapshot: Snapshot, username: str, max_id: int | None, *, is_page: bool) -> bytes:
    """Return whom an actor follows."""
    account = _local(snapshot, username)
    uri = account.following_uri or f"{account.uri}/following"
    if account.hides_collections:
        return _hidden(uri, account.following_count, is_page=is_page)
    if not is_page:
        return _encode(compose.ordered_collection(uri, total=account.following_count, first=f"{uri}?page=true"))
    found = outbox.people(snapshot, follows.following(account.id), max_id, limit=PAGE)
    return _page(uri, max_id, [one for _, one in found], found[-1][0] if len(found) == PAGE else None, ())


def _hidden(uri: str, total: int, *, is_page: bool) -> bytes:
    """Return how many somebody knows, who does not show whom. Raises: 404 for a page of them."""
    if is_page:
        raise not_found()
    return _encode(compose.ordered_collection(uri, total=total))


def _terms(whole: Iterable[Document]) -> list[dict[str, object]]:
    """Return the terms that several documents need when they stand inside one."""
    terms: dict[str, object] = {}
    for item in whole:
        for term in item.get("@context", ()):
            if isinstance(term, dict):
                terms |= term
    return [terms] if terms else []


def _page(uri: str, max_id: int | None, items: Any, last_id: int | None, whole: Iterable[Document]) -> bytes:
    made = compose.ordered_page(
        f"{uri}?page=true&max_id={max_id}" if max_id else f"{uri}?page=true",
        part_of=uri,
        items=items,
        following=f"{uri}?page=true&max_id={last_id}" if last_id else None,
        context=_terms(whole),
    )
    return _encode(made)


def _local(snapshot: Snapshot, username: str, *, may_be_server: bool = False) -> Account:
    account = accounts.local_by_username(snapshot, username)
    if account is None or account.is_suspended or (account.kind == "application" and not may_be_server):
        raise not_found()
    if account.kind == "person" and users.is_waiting(snapshot, account.id):
        raise not_found()
    return account
