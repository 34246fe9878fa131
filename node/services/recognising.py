"""Keeps fetched actors, and notices when one is perhaps no longer who it was: all its keys are new, and none said so.

How it works. A change of keys that the old key signed (an Update) never comes here. What does is read from the actor's
own address, so it is believed: whoever holds the address is the actor from now on. But a server rebuilt without its
keys, or a domain that somebody else bought, must not quietly inherit what our people gave by hand. So follows of locked
accounts become requests again, and the rest, which anybody would get, stays.
"""

import logging

from federation import uris
from federation.vocab import Actor
from node.services import following, remote
from node.store import accounts, follows, keys
from node.store.accounts import Account
from node.store.unit import Unit

_log = logging.getLogger("rounds.inbox")


def keep_actor(unit: Unit, actor: Actor, *, handle_host: str | None = None) -> Account | None:
    """Keep an actor as its origin shows it now, as `remote.keep_actor`; ask again for trust when all its keys are new."""
    held = accounts.by_uri(unit, actor.uri)
    before = keys.pems_of(unit, held.id) if held is not None and not held.is_local else frozenset()
    kept = remote.keep_actor(unit, actor, handle_host=handle_host)
    if kept is not None and before and before.isdisjoint(keys.pems_of(unit, kept.id)):
        _start_over(unit, kept)
    return kept


def _start_over(unit: Unit, account: Account) -> None:
    edges = follows.of_locked(unit, account.id)
    for edge in edges:
        target = accounts.by_id(unit, edge.target_id)
        if target is not None:
            follows.remove(unit, edge)
            following.request(unit, account.id, target, uri=edge.uri, shown={"shows_boosts": edge.shows_boosts})
    unit.audit(actor=account.uri, act="peer.keys-replaced", object=account.uri, follows=len(edges))
    _log.warning("all keys of an actor of %s are new; %d follows ask again", uris.host_of(account.uri), len(edges))
