"""`rounds peer show`: how one host looks from here."""

from msgspec import Struct, to_builtins

from node import values
from node.commands import database
from node.commands.console import Code, Stop, say, say_json, say_table
from node.settings import Settings
from node.store import backlog, peers
from node.store.backlog import Try
from node.store.peers import Peer


class View(Struct, frozen=True):
    """A host and what waits for it."""

    peer: Peer
    waiting: list[Try]


def show(settings: Settings, host: str, *, as_json: bool) -> None:
    """Say what we know of a host: when it was heard and reached last, its last error, and what is tried next.

    Raises: `Stop` when the host is not one, or we never met.
    """
    try:
        name = values.public_host(host)
    except ValueError as error:
        raise Stop(Code.SETTINGS, f"{host}: {error}") from error
    with database.current(settings) as session:
        peer = session.read(peers.by_host, name)
        waiting = session.read(backlog.tries, name)
    if peer is None:
        raise Stop(Code.FAILED, f"This node has never met {name}.")
    if as_json:
        say_json(to_builtins(View(peer, waiting)))
    else:
        _say(peer, waiting)


def _say(peer: Peer, waiting: list[Try]) -> None:
    for name, value in (
        ("host", peer.host), ("breaker", peer.state), ("failures", peer.failures),
        ("heard at", peer.heard_at), ("reached at", peer.delivered_at), ("next try", peer.next_try_at),
        ("last error", peer.last_error),
    ):  # fmt: skip
        say(f"{name:<11}{_shown(value)}")
    if waiting:
        rows = [(_shown(one.next_at), str(one.attempts), one.inbox, _shown(one.last_error)) for one in waiting]
        say_table("\nNext deliveries", ("next try", "tries", "inbox", "last error"), rows)


def _shown(value: object) -> str:
    text = "-" if value is None else str(value)
    return "".join(letter if letter.isprintable() else "?" for letter in text)
