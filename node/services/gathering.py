"""Groups of our own (wards, teams, specialties): who runs them, who is in. Their followers are their members.

Keys are made before the transaction and handed in, because that is slow.
"""

from msgspec import Struct

from federation import uris
from node.errors import Problem, invalid
from node.services import accounts as people
from node.services import following
from node.services.accounts import KeyPair
from node.store import accounts, follows, groups
from node.store.accounts import Account
from node.store.unit import Snapshot, Unit


class NewGroup(Struct, frozen=True, kw_only=True):
    """A group to make. `is_locked`: members are let in one by one; `is_restricted`: moderators alone begin threads."""

    username: str
    title: str
    keys: KeyPair
    moderators: tuple[str, ...] = ()
    is_locked: bool = False
    is_restricted: bool = False


class Group(Struct, frozen=True):
    """A group of ours, for people."""

    username: str
    title: str
    uri: str
    members: int
    requests: int
    moderators: tuple[str, ...]
    is_locked: bool
    is_restricted: bool


def create(unit: Unit, new: NewGroup, *, by: str) -> Account:
    """Make a group. Raises: 422 naming what is wrong or taken, 404 for a moderator nobody knows."""
    moderators = [find(unit, name).uri for name in new.moderators]
    account = people.create_group(unit, new.username, new.title, new.keys)
    account = accounts.change(unit, account, is_locked=new.is_locked, is_restricted=new.is_restricted)
    for uri in moderators:
        groups.appoint(unit, account.id, uri)
    unit.audit(actor=by, act="group.create", object=account.uri, moderators=moderators)
    return account


def named(snapshot: Snapshot, username: str) -> Account:
    """Return a group of ours. Raises: 404."""
    account = accounts.local_by_username(snapshot, username.strip().removeprefix("@").lower())
    if account is None or account.kind != "group":
        raise Problem(404, "not-found", f"There is no group {username} here. See: rounds group list")
    return account


def find(snapshot: Snapshot, name: str) -> Account:
    """Return somebody known here by name, handle or id. Raises: 404."""
    handle = uris.parse_handle(name)
    found = accounts.by_uri(snapshot, name) if name.startswith("http") else None
    found = found or (accounts.of_handle(snapshot, handle) if handle is not None else None)
    if found is None:
        raise Problem(404, "not-found", f"Nobody here knows {name}.")
    return found


def listed(snapshot: Snapshot) -> list[Group]:
    """Return every group of ours."""
    return [_view(snapshot, account) for account in groups.ours(snapshot)]


def _view(snapshot: Snapshot, account: Account) -> Group:
    return Group(
        username=account.username,
        title=account.display_name,
        uri=account.uri,
        members=account.followers_count,
        requests=follows.count_requests(snapshot, account.id),
        moderators=groups.moderators(snapshot, account.id),
        is_locked=account.is_locked,
        is_restricted=account.is_restricted,
    )


def appoint(unit: Unit, group: Account, who: Account, *, by: str) -> None:
    """Make somebody a moderator; twice is once."""
    if who.kind in ("group", "application"):
        raise invalid("A moderator is a person.")
    if groups.appoint(unit, group.id, who.uri):
        unit.audit(actor=by, act="group.appoint", object=group.uri, moderator=who.uri)


def dismiss(unit: Unit, group: Account, who: Account, *, by: str) -> None:
    """End somebody's moderating; none is fine."""
    if groups.dismiss(unit, group.id, who.uri):
        unit.audit(actor=by, act="group.dismiss", object=group.uri, moderator=who.uri)


def admit(unit: Unit, group: Account, who: Account, *, by: str) -> None:
    """Let somebody in who asked. Raises: 404 when they did not."""
    following.accept(unit, group.id, who.id)
    unit.audit(actor=by, act="group.admit", object=group.uri, member=who.uri)


def block(unit: Unit, group: Account, who: Account, *, by: str) -> None:
    """Put somebody out for good: what they post is not taken any more."""
    following.block(unit, group.id, who.id)
    unit.audit(actor=by, act="group.block", object=group.uri, member=who.uri)


def unblock(unit: Unit, group: Account, who: Account, *, by: str) -> None:
    """Let somebody ask again."""
    following.unblock(unit, group.id, who.id)
    unit.audit(actor=by, act="group.unblock", object=group.uri, member=who.uri)


def asking(snapshot: Snapshot, group: Account, *, limit: int = 200) -> list[str]:
    """Return the handles of those who ask to be let in, oldest first."""
    found = groups.asking(snapshot, group.id, limit=limit)
    return [f"@{account.acct}" for account in found]
