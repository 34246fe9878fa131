"""What moderators decided about hosts, and the marks that follow from it on the accounts of those hosts.

The decisions are rows; which one counts for a host is said by `node.social.policy`. Accounts carry the outcome in columns, so
that a timeline asks no second table: `is_limited`, and `is_suspended` with `is_host_suspended` to know whose doing it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import delete, false, func, or_, select, update

from federation import uris
from federation.reasons import PeerError
from node.social import policy
from node.social.policy import Decision, Standing
from node.store import accounts, lines, memo, severances, tables
from node.store.compiled import OneOf
from node.store.database import insert as insert_into
from node.store.lines import Page
from node.store.unit import Snapshot, Unit

t = tables.domains
a = tables.accounts
MAX_LISTED: Final = 100_000
_CHUNK: Final = 500
_NONE: Final[Mapping[str, Decision]] = {}
_FEW: Final = 8  # hosts that are cheaper to look for in SQL than by reading every account


class Domain(Struct, frozen=True):
    """A row of `domains`."""

    host: str
    level: policy.Level
    no_media: bool = False
    no_reports: bool = False
    public_comment: str = ""
    private_comment: str = ""
    created_at: datetime | None = None
    is_obfuscated: bool = False
    id: int = 0

    @property
    def decision(self) -> Decision:
        """The part that counts."""
        return Decision(self.host, self.level, self.no_media, self.no_reports)


_names = Domain.__struct_fields__
_select = select(*(t.c[name] for name in _names))
_among = OneOf(
    lambda hosts: select(t.c.host, t.c.level, t.c.no_media, t.c.no_reports).where(t.c.host.in_(hosts)), t.c.host
)


def by_host(snapshot: Snapshot, host: str) -> Domain | None:
    """Return what was decided about exactly this host."""
    row = snapshot.conn.execute(_select.where(t.c.host == host)).first()
    return Domain(*row) if row else None


def of_hosts(snapshot: Snapshot, hosts: Sequence[str]) -> list[Domain]:
    """Return what was decided about exactly these hosts, in their order."""
    found = {row[0]: Domain(*row) for row in snapshot.conn.execute(_select.where(t.c.host.in_(hosts)))}
    return [found[host] for host in hosts if host in found]


def by_number(snapshot: Snapshot, number: int) -> Domain | None:
    """Return a decision by its id."""
    row = snapshot.conn.execute(_select.where(t.c.id == number)).first()
    return Domain(*row) if row else None


def page(snapshot: Snapshot, part: Page, *, is_allowing: bool) -> list[Domain]:
    """Return a page of decisions that let hosts in, or of all others, the newest first."""
    allows = t.c.level == "allow"
    statement = _select.where(*lines.within(t.c.id), allows if is_allowing else ~allows)
    statement = lines.ordered(statement, t.c.id, is_upward=part.min_id is not None)
    return sorted((Domain(*row) for row in snapshot.conn.execute(statement, part.binds)), key=lambda one: -one.id)


def every(snapshot: Snapshot, *, limit: int = MAX_LISTED) -> list[Domain]:
    """Return all decisions, by host."""
    return [Domain(*row) for row in snapshot.conn.execute(_select.order_by(t.c.host).limit(limit))]


def standing(snapshot: Snapshot, *hosts: str) -> Standing:
    """Return how somebody stands who belongs to these hosts; our own are always fine."""
    return policy.strictest(standings(snapshot, hosts).values())


def standings(
    snapshot: Snapshot, hosts: Iterable[str], *, instead: Mapping[str, Decision] = _NONE
) -> dict[str, Standing]:
    """Return how each of several hosts stands, or would with other decisions; our own are always fine."""
    site = snapshot.site
    wanted = {host: policy.names(host) for host in hosts}
    ours = (site.host, site.handle_host, "")
    asked = list(dict.fromkeys(name for host, found in wanted.items() if host not in ours for name in found))
    rows = {**(_decided(snapshot, asked) if asked else {}), **instead}
    return {
        host: Standing()
        if host in ours
        else policy.standing(host, [rows[name] for name in found if name in rows], mode=site.federation_mode)
        for host, found in wanted.items()
    }


def _decided(snapshot: Snapshot, names: Sequence[str]) -> dict[str, Decision]:
    key = ("decided", tuple(names))
    return memo.once(snapshot, key, lambda: {row[0]: Decision(*row) for row in _among.rows(snapshot.conn, names)})


def keep(unit: Unit, domain: Domain) -> None:
    """Write a decision, in the place of an earlier one about the same host."""
    values = {name: getattr(domain, name) for name in _names if name not in ("id", "host", "created_at")}
    new = {"id": unit.new_id(), "host": domain.host, "created_at": unit.now}
    memo.forget(unit)
    statement = insert_into(unit.conn, t).values(**new, **values)
    unit.conn.execute(statement.on_conflict_do_update(index_elements=["host"], set_=values))


def forget(unit: Unit, host: str) -> bool:
    """Remove a decision; False when there was none."""
    memo.forget(unit)
    return unit.conn.execute(delete(t).where(t.c.host == host)).rowcount > 0


class Marked(Struct, frozen=True):
    """An account under a host, with the hosts it belongs to and the marks it carries."""

    id: int
    hosts: tuple[str, ...]
    is_suspended: bool
    is_host_suspended: bool
    is_limited: bool
    is_silenced: bool = False

    @property
    def names(self) -> list[str]:
        """Under which names decisions about it may be written."""
        return [name for host in self.hosts for name in policy.names(host)]


def accounts_under(snapshot: Snapshot, hosts: Collection[str]) -> list[Marked]:
    """Return the accounts that decisions about hosts count for, by the host of their id or of their handle."""
    columns = (a.c.id, a.c.uri, a.c.host, a.c.is_suspended, a.c.is_host_suspended, a.c.is_limited, a.c.is_silenced)
    statement = select(*columns).where(a.c.host != "")
    if len(hosts) <= _FEW:
        named = [column.contains(host, autoescape=True) for host in hosts for column in (a.c.host, a.c.uri)]
        statement = statement.where(or_(false(), *named))
    found = [Marked(row[0], hosts_of(row[1], row[2]), *row[3:]) for row in snapshot.conn.execute(statement)]
    wanted = frozenset(hosts)
    return [one for one in found if not wanted.isdisjoint(one.names)]


def hosts_of(uri: str, handle_host: str) -> tuple[str, ...]:
    """Return the hosts that an account belongs to."""
    try:
        own = uris.host_of(uri)
    except PeerError:
        return (handle_host,)
    return (own,) if own == handle_host else (own, handle_host)


def free_under(snapshot: Snapshot, host: str) -> list[int]:
    """Return the accounts under a host that are not suspended."""
    return [one.id for one in accounts_under(snapshot, [host]) if not one.is_suspended]


def mark(unit: Unit, hosts: Collection[str]) -> tuple[dict[int, str], list[int]]:
    """Give the accounts under hosts the marks that follow from what is decided now.

    Return who is newly cut off, with the host that was decided about, and who is back.
    """
    under = accounts_under(unit, hosts)
    held = standings(unit, {one for account in under for one in account.hosts})
    cut: dict[int, str] = {}
    back: list[int] = []
    limited: dict[bool, list[int]] = {True: [], False: []}
    for account in under:
        now = policy.strictest(held[one] for one in account.hosts)
        is_limited = now.is_limited or account.is_silenced
        if is_limited != account.is_limited:
            limited[is_limited].append(account.id)
        is_cut = now.level == "suspend"
        if is_cut and not account.is_suspended:
            cut[account.id] = now.decided_for or ""
        elif account.is_host_suspended and not is_cut:
            back.append(account.id)
    for is_limited, ids in limited.items():
        for some in _chunks(ids):
            accounts.mark_limited(unit, some, is_limited=is_limited)
    _set(unit, list(cut), is_suspended=True, is_host_suspended=True)
    _set(unit, back, is_suspended=False, is_host_suspended=False)
    _show_again(unit, back)
    return cut, back


def _set(unit: Unit, ids: Sequence[int], **values: bool) -> None:
    memo.forget(unit)
    for some in _chunks(ids):
        unit.conn.execute(update(a).where(a.c.id.in_(some)).values(**values))


def _show_again(unit: Unit, ids: Sequence[int]) -> None:
    """Render those anew whose part was rendered while they were hidden."""
    for some in _chunks(ids):
        for account in accounts.by_ids(unit, some).values():
            accounts.change(unit, account, is_suspended=False)


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


class Cut(Struct, frozen=True):
    """What lies between us and a host: accounts known here, follows of ours there, follows from there."""

    accounts: int = 0
    following: int = 0
    followers: int = 0


def ties(snapshot: Snapshot, ids: Sequence[int]) -> Cut:
    """Return what would be cut with these accounts."""
    f = tables.follows
    going = coming = 0
    for some in _chunks(ids):
        going += snapshot.conn.scalar(select(func.count()).where(f.c.target_id.in_(some), f.c.is_accepted)) or 0
        coming += snapshot.conn.scalar(select(func.count()).where(f.c.account_id.in_(some), f.c.is_accepted)) or 0
    return Cut(len(ids), going, coming)


def end_follows(unit: Unit, cut: Mapping[int, str]) -> None:
    """End every follow and request from and to accounts, each with the host that was decided about.

    They go out of the counts; those of our people are kept aside, and everybody whose follows ended is told.
    """
    f = tables.follows
    ended: list[severances.Cut] = []
    for some in _chunks(list(cut)):
        touching = or_(f.c.account_id.in_(some), f.c.target_id.in_(some))
        columns = (f.c.account_id, f.c.target_id, f.c.shows_boosts, f.c.notifies, f.c.is_accepted)
        rows = [row for row in unit.conn.execute(delete(f).where(touching).returning(*columns)).all() if row[4]]
        _less(unit, "following_count", [row[0] for row in rows])
        _less(unit, "followers_count", [row[1] for row in rows])
        ended += [_cut(cut, row) for row in rows]
    severances.keep(unit, ended)


def _cut(cut: Mapping[int, str], row: Sequence[Any]) -> severances.Cut:
    account_id, target_id = row[:2]
    is_ours = account_id not in cut
    return severances.Cut(account_id, target_id, is_ours, row[2], row[3], cut[target_id if is_ours else account_id])


def _less(unit: Unit, column: str, ids: Iterable[int]) -> None:
    counts: dict[int, int] = {}
    for one in ids:
        counts[one] = counts.get(one, 0) + 1
    memo.forget(unit)
    for account_id, count in counts.items():
        values: dict[str, Any] = {column: a.c[column] - count}
        unit.conn.execute(update(a).where(a.c.id == account_id).values(**values))
