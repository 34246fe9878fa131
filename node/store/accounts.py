"""Accounts: ours and theirs, each with its rendered part kept in step with its columns."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

import msgspec
from msgspec import Struct
from sqlalchemy import Select, Text, cast, delete, func, literal, literal_column, select, update

from federation.uris import Handle
from node.entities.account import LIMITED, render_part
from node.entities.status import field_text
from node.store import memo, polls, tables
from node.store.columns import from_ms, to_ms
from node.store.compiled import Compiled, Insertion, OneOf, Prepared, bound
from node.store.unit import Snapshot, Unit

t = tables.accounts
MAX_IDS = 1000
MAX_ID_DIGITS = 18


class Account(Struct, frozen=True):
    """A row of `accounts`. `host` is empty for ours."""

    id: int
    uri: str
    username: str
    username_key: str
    url: str
    inbox: str
    created_at: datetime
    host: str = ""
    kind: str = "person"
    display_name: str = ""
    note_html: str = ""
    note_text: str = ""
    fields: list[dict[str, Any]] = []
    shared_inbox: str | None = None
    inbox_host: str = ""
    outbox: str | None = None
    followers_uri: str | None = None
    following_uri: str | None = None
    avatar: str | None = None
    avatar_alt: str = ""
    header: str | None = None
    header_alt: str = ""
    hides_collections: bool = False
    shows_media: bool = True
    shows_media_replies: bool = True
    shows_featured: bool = True
    attribution_domains: list[str] = []
    is_locked: bool = False
    is_discoverable: bool = False
    is_indexable: bool = False
    is_suspended: bool = False
    statuses_count: int = 0
    followers_count: int = 0
    following_count: int = 0
    last_status_at: datetime | None = None
    fetched_at: datetime | None = None
    featured_uri: str | None = None
    moderators_uri: str | None = None
    is_restricted: bool = False
    also_known_as: list[str] = []
    moved_to_uri: str | None = None
    moved_at: datetime | None = None
    emojis: list[dict[str, str]] = []
    history_at: datetime | None = None
    is_host_suspended: bool = False
    is_limited: bool = False
    is_silenced: bool = False
    is_sensitised: bool = False
    part: str = "{}"

    @property
    def is_local(self) -> bool:
        """Whether the account is one of ours."""
        return not self.host

    @property
    def followers_collection(self) -> str:
        """The id of the collection of those who follow one of ours."""
        return self.followers_uri or f"{self.uri}/followers"

    @property
    def acct(self) -> str:
        """The handle as apps show it."""
        return f"{self.username}@{self.host}" if self.host else self.username


class Changes(TypedDict, total=False):
    """What may change about an account; its id, uri and name never do."""

    kind: str
    display_name: str
    note_html: str
    note_text: str
    fields: list[dict[str, Any]]
    url: str
    inbox: str
    shared_inbox: str | None
    inbox_host: str
    outbox: str | None
    followers_uri: str | None
    following_uri: str | None
    avatar: str | None
    avatar_alt: str
    header: str | None
    header_alt: str
    hides_collections: bool
    shows_media: bool
    shows_media_replies: bool
    shows_featured: bool
    attribution_domains: list[str]
    is_locked: bool
    is_discoverable: bool
    is_indexable: bool
    is_suspended: bool
    is_limited: bool
    fetched_at: datetime | None
    featured_uri: str | None
    moderators_uri: str | None
    is_restricted: bool
    also_known_as: list[str]
    moved_to_uri: str | None
    moved_at: datetime | None
    emojis: list[dict[str, str]]
    history_at: datetime | None


_names = Account.__struct_fields__
_select = select(*[t.c[name] for name in _names])
_by_id = Prepared(lambda: _select.where(t.c.id == bound(t.c.id)))
_by_handle = Prepared(lambda: _select.where(t.c.username_key == bound(t.c.username_key), t.c.host == bound(t.c.host)))
_by_ids = OneOf(lambda names: _select.where(t.c.id.in_(names)), t.c.id)
_by_uris = OneOf(lambda names: _select.where(t.c.uri.in_(names)), t.c.uri)
_insert = Insertion(t, _names, returning=t.c.id, or_nothing=True)


def _one(row: Sequence[Any] | None) -> Account | None:
    return None if row is None else Account(*row)


def by_id(snapshot: Snapshot, account_id: int) -> Account | None:
    """Return an account."""
    return memo.once(snapshot, ("account", account_id), lambda: _one(_by_id.first(snapshot.conn, the_id=account_id)))


def by_ids(snapshot: Snapshot, account_ids: Iterable[int]) -> dict[int, Account]:
    """Return the known ones of several ids (at most 1000)."""
    wanted = list(dict.fromkeys(account_ids))[:MAX_IDS]
    return {row[0]: Account(*row) for row in _by_ids.rows(snapshot.conn, wanted)} if wanted else {}


def by_uri(snapshot: Snapshot, uri: str) -> Account | None:
    """Return an account by its id on the wire."""
    return by_uris(snapshot, (uri,)).get(uri)


def by_uris(snapshot: Snapshot, uris: Iterable[str]) -> dict[str, Account]:
    """Return the known ones of several ids on the wire (at most 1000)."""
    wanted = dict.fromkeys(list(dict.fromkeys(uris))[:MAX_IDS])
    held = snapshot.kept or {}
    asked = [uri for uri in wanted if ("account-uri", uri) not in held]
    found = {row[1]: Account(*row) for row in _by_uris.rows(snapshot.conn, asked)} if asked else {}
    if snapshot.kept is not None:
        snapshot.kept |= {("account-uri", uri): found.get(uri) for uri in asked}
        snapshot.kept |= {("account", one.id): one for one in found.values()}
    some = ((uri, held.get(("account-uri", uri)) or found.get(uri)) for uri in wanted)
    return {uri: one for uri, one in some if one is not None}


def by_handle(snapshot: Snapshot, username: str, host: str = "") -> Account | None:
    """Return an account by name (whatever its case) and folded host, empty for ours."""
    key = username.casefold()
    return _one(_by_handle.first(snapshot.conn, the_username_key=key, the_host=host))


def of_handle(snapshot: Snapshot, handle: Handle) -> Account | None:
    """Return the account that a handle names; ours go without a host or under one of our two."""
    ours = (None, snapshot.site.handle_host, snapshot.site.host)
    return by_handle(snapshot, handle.name, "" if handle.host in ours else handle.host or "")


def hold(unit: Unit, account_ids: Iterable[int]) -> None:
    """Let nobody else who asks for it decide about these accounts until this transaction is over."""
    memo.forget(unit)
    chosen = select(t.c.id).where(t.c.id.in_(sorted(set(account_ids)))).order_by(t.c.id)
    unit.conn.execute(chosen.with_for_update(key_share=True))


def with_picture(snapshot: Snapshot, blob: str) -> Account | None:
    """Return the account of ours whose avatar or header a blob is; its id stands second in the blob's name."""
    _, _, rest = blob.partition("/")
    number = rest.partition("/")[0]
    if not (number.isascii() and number.isdigit() and len(number) <= MAX_ID_DIGITS):
        return None
    found = by_id(snapshot, int(number))
    return found if found is not None and found.is_local and blob in (found.avatar, found.header) else None


def local_by_username(snapshot: Snapshot, username: str) -> Account | None:
    """Return one of our accounts by its name."""
    return by_handle(snapshot, username)


def state_of_local(snapshot: Snapshot, username: str) -> tuple[Any, ...] | None:
    """Return everything that the actor document of one of ours says but for its keys, the account's id first.

    It is there to be compared; None when there is no such account.
    """
    rows = _state.rows(snapshot.conn, the_username_key=username.casefold())
    return tuple(rows[0]) if rows else None


def _state_of_local() -> Select[Any]:
    counted = {"statuses_count", "followers_count", "following_count", "last_status_at", "part"}
    columns = [t.c[name] for name in _names if name not in counted]
    return select(*columns).where(t.c.username_key == bound(t.c.username_key), t.c.host == literal_column("''"))


_state = Compiled(_state_of_local)


def insert(unit: Unit, account: Account) -> Account | None:
    """Insert an account with its part; None when its uri or handle is already there."""
    kept = _with_part(unit, account)
    row = _insert.first(unit.conn, **msgspec.structs.asdict(kept))
    memo.forget(unit)
    if row is None:
        unit.ensure_free(t, account.id)
        return None
    return kept


def change(unit: Unit, account: Account, **changes: Unpack[Changes]) -> Account:
    """Update columns of an account and its part with them; return it as it is now."""
    kept = _with_part(unit, msgspec.structs.replace(account, **changes))
    unit.conn.execute(update(t).where(t.c.id == account.id).values(**changes, part=kept.part))
    memo.forget(unit)
    return kept


def _with_part(unit: Unit, account: Account) -> Account:
    return msgspec.structs.replace(account, part=rendered(unit, account))


def rendered(snapshot: Snapshot, account: Account) -> str:
    """Return the part of an account as it would be rendered now."""
    moved = by_uri(snapshot, account.moved_to_uri) if account.moved_to_uri else None
    role = _role.first(snapshot.conn, the_account_id=account.id) if account.is_local else None
    return render_part(account, snapshot.site, moved=moved, role=role[0] if role else "staff")


_role = Prepared(
    lambda: select(tables.users.c.role).where(tables.users.c.account_id == bound(tables.users.c.account_id))
)


def render_some(unit: Unit, *, after_id: int, limit: int) -> int | None:
    """Render the parts of the next accounts anew; return the last id of them, None when there are no more."""
    statement = _select.where(t.c.id > after_id).order_by(t.c.id).limit(limit)
    some = [Account(*row) for row in unit.conn.execute(statement)]
    for account in some:
        part = rendered(unit, account)
        if part != account.part:
            memo.forget(unit)
            unit.conn.execute(update(t).where(t.c.id == account.id).values(part=part))
    return some[-1].id if some else None


def note_counted(unit: Unit, account_id: int, difference: int, *, at: datetime | None) -> None:
    """Know of an account that is kept how many statuses it has now; `at` is when it posted last."""
    held: Account | None = unit.kept.get(("account", account_id)) if unit.kept else None
    if unit.kept is None or held is None:
        return
    last = held.last_status_at
    if at is not None:
        last = from_ms(to_ms(at)) if last is None else max(last, from_ms(to_ms(at)))
    now = msgspec.structs.replace(held, statuses_count=held.statuses_count + difference, last_status_at=last)
    unit.kept |= {("account", account_id): now, ("account-uri", held.uri): now}


def mark_limited(unit: Unit, account_ids: Sequence[int], *, is_limited: bool) -> None:
    """Limit accounts or free them, in their parts too; the ids are few enough for one statement."""
    memo.forget(unit)
    word = literal(LIMITED)
    bare = func.replace(t.c.part, word, literal(""))
    part = func.substr(bare, 1, func.length(bare) - 1) + word + literal("}") if is_limited else bare
    statement = update(t).where(t.c.id.in_(account_ids), t.c.is_limited.is_not(is_limited))
    unit.conn.execute(statement.values(is_limited=is_limited, part=part))


def remove(unit: Unit, account: Account) -> None:
    """Remove an account and everything of it, and take it out of the counts of those it knew."""
    follows = tables.follows
    for mine, other, column in (
        (follows.c.account_id, follows.c.target_id, "followers_count"),
        (follows.c.target_id, follows.c.account_id, "following_count"),
    ):
        known = select(other).where(mine == account.id, follows.c.is_accepted)
        unit.conn.execute(update(t).where(t.c.id.in_(known)).values({column: t.c[column] - 1}))
    _let_replies_go(unit, account)
    polls.withdraw(unit, account.id)
    unit.conn.execute(delete(t).where(t.c.id == account.id))
    memo.forget(unit)


def _let_replies_go(unit: Unit, account: Account) -> None:
    """Take an account and its statuses out of the rendered parts of the replies to them."""
    s = tables.statuses
    start, end = field_text("in_reply_to_id", 0).split("0")
    names_it = literal(start) + cast(s.c.reply_to_id, Text) + literal(end)
    part = func.replace(s.c.part, names_it, field_text("in_reply_to_id", None))
    name = "in_reply_to_account_id"
    part = func.replace(part, field_text(name, account.id), field_text(name, None))
    theirs = select(s.c.id).where(s.c.account_id == account.id)
    unit.conn.execute(update(s).where(s.c.reply_to_id.in_(theirs)).values(part=part))
