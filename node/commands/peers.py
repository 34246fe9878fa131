"""`rounds peer show`, `list` and `held`: how other servers look from here, and what was decided about them."""

import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, to_builtins

from node.commands import database
from node.commands.console import Code, Stop, say, say_json, say_table
from node.commands.policies import folded
from node.settings import Settings
from node.social import policy
from node.social.policy import Standing
from node.store import backlog, domains, held, peers
from node.store.backlog import Outcome, Try
from node.store.domains import Domain
from node.store.held import Held
from node.store.peers import Peer
from node.store.unit import Snapshot

MAX_OUTCOMES = 20


class View(Struct, frozen=True):
    """A host: what was decided, what is known of it, and what waits for it or of it."""

    host: str
    policy: Standing
    decision: Domain | None
    peer: Peer | None
    waiting: list[Try]
    held: int
    deliveries: list[Outcome]


def show(settings: Settings, text: str, *, as_json: bool) -> None:
    """Say how a host stands with us, when it was heard and reached last, its last error, and what is tried next.

    Raises: `Stop` when the host is not one, or we never met and decided nothing.
    """
    host = folded(text)
    with database.current(settings) as session:
        view = session.read(_view, host)
    if view.peer is None and view.policy.decided_for is None and not view.held and view.decision is None:
        raise Stop(Code.FAILED, f"This node has never met {host}.")
    if as_json:
        say_json(to_builtins(view))
    else:
        _say(view)


def _view(snapshot: Snapshot, host: str) -> View:
    standing = domains.standing(snapshot, host)
    return View(
        host,
        standing,
        domains.by_host(snapshot, standing.decided_for or host),
        peers.by_host(snapshot, host),
        backlog.tries(snapshot, host),
        held.count(snapshot, host),
        backlog.outcomes(snapshot, host, limit=MAX_OUTCOMES),
    )


def _say(view: View) -> None:
    peer = view.peer
    lines: list[tuple[str, object]] = [("host", view.host), ("policy", _in_words(view.policy))]
    if view.decision is not None:
        lines += [("decided at", view.decision.created_at), ("comment", view.decision.public_comment or None)]
        lines += [("note", view.decision.private_comment or None)]
    if peer is not None:
        lines += [
            ("first met", peer.created_at), ("breaker", peer.state), ("failures", peer.failures),
            ("heard at", peer.heard_at), ("reached at", peer.delivered_at), ("next try", peer.next_try_at),
            ("last error", peer.last_error), ("signatures", _forms(peer)),
            ("software", " ".join(filter(None, (peer.software, peer.software_version))) or "unknown"),
            ("staff", ", ".join(peer.contacts or ()) or None),
        ]  # fmt: skip
    lines.append(("held", view.held))
    for name, value in lines:
        say(f"{name:<11}{_shown(value)}")
    if view.deliveries:
        counted = [(one.state, str(one.count), _shown(one.error)) for one in view.deliveries]
        say_table("\nDeliveries of the last thirty days", ("state", "how many", "last error"), counted)
    if view.waiting:
        rows = [(_shown(one.next_at), str(one.attempts), one.inbox, _shown(one.last_error)) for one in view.waiting]
        say_table("\nNext deliveries", ("next try", "tries", "inbox", "last error"), rows)


def _in_words(standing: Standing) -> str:
    told: str = standing.level if standing.level != "none" else "nothing decided"
    if standing.decided_for:
        told += f" (by what was decided about {standing.decided_for})"
    flags = [word for word, is_on in (("no media", standing.no_media), ("no reports", standing.no_reports)) if is_on]
    end = f"; refused: {standing.refusal.value}" if standing.refusal else ""
    return ", ".join([told, *flags]) + end


def _forms(peer: Peer) -> str | None:
    known = [f"{what} {form}" for what, form in (("POST", peer.post_form), ("GET", peer.get_form)) if form]
    return ", ".join(known) or None


def list_decisions(settings: Settings, *, as_json: bool) -> None:
    """List what was decided about hosts, and of whom something is held."""
    with database.current(settings) as session:
        found, waiting = session.read(domains.every), session.read(held.counts)
        software = session.read(peers.names_of, [*(one.host for one in found), *waiting])
    if as_json:
        say_json(
            {"mode": settings.federation_mode, "decisions": to_builtins(found), "held": waiting, "software": software}
        )
        return
    say(f"Federation is {settings.federation_mode}.")
    rows = [_row(one, waiting) for one in found]
    rows += [
        (host, "nothing decided", "", "", str(count)) for host, count in waiting.items() if not _is_in(host, found)
    ]
    named = [(*row, _shown(software.get(row[0]))) for row in rows]
    say_table(f"{len(found)} decisions", ("host", "level", "flags", "comment", "held", "software"), named)


def _row(one: Domain, waiting: dict[str, int]) -> tuple[str, ...]:
    flags = [word for word, is_on in (("no media", one.no_media), ("no reports", one.no_reports)) if is_on]
    count = sum(count for host, count in waiting.items() if policy.covers(one.host, host))
    return one.host, one.level, ", ".join(flags), _shown(one.public_comment or one.private_comment or None), str(count)


def _is_in(host: str, found: Sequence[Domain]) -> bool:
    return any(policy.covers(one.host, host) for one in found)


def show_held(settings: Settings, text: str, *, as_json: bool) -> None:
    """List what a host sent that waits for a decision."""
    host = folded(text)
    with database.current(settings) as session:
        hosts = [one for one in session.read(held.counts) if policy.covers(host, one)]
        found = [row for one in hosts for row in session.read(held.of_host, one)]
    told = [_told(one) for one in found]
    if as_json:
        say_json(told)
        return
    names = ("received_at", "actor", "type", "object", "text")
    rows = [tuple(_shown(one[name]) for name in names) for one in told]
    say_table(f"{len(found)} held", ("received", "actor", "activity", "about", "text"), rows)


def _told(one: Held) -> dict[str, Any]:
    """Return what a person needs to decide; the text is a peer's, and bounded."""
    document = json.loads(one.body)
    about = document.get("object")
    inner = about if isinstance(about, dict) else {}
    content = inner.get("content")
    return {
        "id": one.id,
        "received_at": one.received_at,
        "actor": one.actor_uri,
        "type": document.get("type"),
        "object": inner.get("id") or (about if isinstance(about, str) else inner.get("type")),
        "text": content[:200] if isinstance(content, str) else None,
    }


def _shown(value: object) -> str:
    text = "-" if value is None else str(value)
    return "".join(letter if letter.isprintable() else "?" for letter in text)
