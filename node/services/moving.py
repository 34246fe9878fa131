"""An account goes on under another address: its followers go along, its posts stay where they are (FEP-7628)."""

from typing import Final

from node.errors import Problem, invalid, not_found
from node.events import AccountMoved
from node.services import following
from node.services.following import Wanted
from node.store import accounts, follows, jobs
from node.store.accounts import Account
from node.store.database import Database
from node.store.unit import Unit

BATCH: Final = 50
MAX_ALIASES: Final = 20


def move(unit: Unit, mover: Account, target: Account) -> None:
    """Mark an account as moved and have its followers here go along. A target that must not be followed is refused.

    Raises: 422 with the reason.
    """
    if target.is_suspended or target.moved_to_uri:
        unit.audit(actor=f"account:{mover.id}", act="account.move-refused", object=target.uri)
        raise invalid("That account cannot be moved to.", code="bad-target")
    accounts.change(unit, mover, moved_to_uri=target.uri, moved_at=unit.now)
    unit.audit(actor=f"account:{mover.id}", act="account.moved", object=target.uri)
    follows.copy_blocks(unit, mover.id, target.id)
    jobs.add(unit, "move", str(mover.id), from_id=mover.id, to_id=target.id)
    if mover.is_local:
        unit.record(AccountMoved(mover.id))


async def take_along(db: Database, from_id: int, to_id: int) -> None:
    """Let everybody here who follows the old account follow the new one, a few in each transaction."""
    while await db.write(_take_some, from_id, to_id):
        continue


def _take_some(unit: Unit, from_id: int, to_id: int) -> int:
    local = follows.local_followers(unit, from_id, limit=BATCH)
    for follower_id, shows_boosts, notifies in local:
        try:
            following.follow(unit, follower_id, to_id, Wanted(shows_boosts, notifies))
        except Problem as error:
            unit.audit(actor="system", act="account.not-taken-along", object=f"account:{follower_id}", code=error.code)
        following.unfollow(unit, follower_id, from_id)
    return len(local)


def add_alias(unit: Unit, username: str, uri: str, *, by: str = "command-line") -> None:
    """Say that a local account is also another one, so that the other may move here. Raises: 404, 422."""
    account = _local(unit, username)
    if uri == account.uri:
        raise invalid("An account is not its own alias.", code="own-account")
    aliases = list(dict.fromkeys([*account.also_known_as, uri]))
    if len(aliases) > MAX_ALIASES:
        raise invalid(f"An account has at most {MAX_ALIASES} aliases.", code="too-many")
    accounts.change(unit, account, also_known_as=aliases)
    unit.audit(actor=by, act="account.alias", object=f"account:{account.id}", alias=uri)


def remove_alias(unit: Unit, username: str, uri: str, *, by: str) -> None:
    """Say no more that a local account is also another one; none is fine. Raises: 404."""
    account = _local(unit, username)
    kept = [one for one in account.also_known_as if one != uri]
    if kept != account.also_known_as:
        accounts.change(unit, account, also_known_as=kept)
        unit.audit(actor=by, act="account.alias-removed", object=f"account:{account.id}", alias=uri)


def leave(unit: Unit, username: str, target_id: int) -> None:
    """Move a local account to another, which must name it as an alias. Raises: 404, 422."""
    account, target = _local(unit, username), accounts.by_id(unit, target_id)
    if target is None or target.id == account.id:
        raise not_found()
    if account.uri not in target.also_known_as:
        raise invalid(f"{target.uri} does not name {account.uri} as an alias.", code="no-back-link")
    move(unit, account, target)


def _local(unit: Unit, username: str) -> Account:
    account = accounts.local_by_username(unit, username)
    if account is None:
        raise not_found()
    return account
