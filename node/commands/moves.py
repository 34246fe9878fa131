"""`rounds account alias` and `rounds account move`: somebody comes from another server, or goes there."""

from node.commands import reaching
from node.commands.console import say
from node.parts import Parts
from node.services import moving
from node.settings import Settings
from node.store import accounts
from node.store.unit import Unit


def alias(settings: Settings, username: str, other: str) -> None:
    """Say that an account here is also `other`, so that `other` may move here."""
    named = reaching.handle(other)

    async def add(parts: Parts) -> str:
        account_id = await reaching.fresh_account(parts, named)
        return await parts.db.write(_add, username, account_id)

    uri = reaching.with_parts(settings, add)
    say(f"@{username} is also {uri}. Now start the move on {named.host}.")


def move(settings: Settings, username: str, other: str) -> None:
    """Let an account here go on as `other`, which must name it as an alias; its followers go along."""
    named = reaching.handle(other)

    async def leave(parts: Parts) -> None:
        await parts.db.write(moving.leave, username, await reaching.fresh_account(parts, named))

    reaching.with_parts(settings, leave)
    say(f"@{username} goes on as {named.text()}. Its followers are told; its posts stay here.")


def _add(unit: Unit, username: str, account_id: int) -> str:
    other = accounts.by_id(unit, account_id)
    uri = other.uri if other is not None else ""
    moving.add_alias(unit, username, uri)
    return uri
