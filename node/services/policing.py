"""Decisions about other hosts: who may speak with us, what waits for a person, and what follows when one decides.

How it works. `check` is asked before anything goes out or is taken in. `stop_or_hold` stands before every judgement, in the
same transaction, so that nothing passes that was decided against while it waited. `decide` writes a decision with all
that follows from it at once: marks on accounts, follows that end, deliveries that are given up, held activities that go on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct, json
from msgspec.structs import replace

from federation import loose, uris
from federation.activities import Activity, kind_of
from federation.effects import Ignored, Refused
from federation.reasons import PeerError, Reason
from node.errors import Problem, invalid
from node.social import policy
from node.social.policy import Standing
from node.store import accounts, deliveries, domains, held, jobs, peers, severances
from node.store.accounts import Account
from node.store.database import Database
from node.store.domains import Cut, Domain
from node.store.unit import Snapshot, Unit

FIRST_CONTACT = "held at first contact"
_FAREWELLS = frozenset({"Delete", "Undo"})  # taken even from whom we suspended: they only take something away
_encode = json.Encoder().encode


def check(snapshot: Snapshot, *addresses: str) -> None:
    """Pass addresses whose hosts may be spoken with. Raises: PeerError(BLOCKED) or PeerError(NOT_ALLOWED)."""
    hosts = [host for one in addresses if (host := _host(one)) is not None]
    for host, found in domains.standings(snapshot, hosts).items():
        policy.check(found, host)


async def check_host(db: Database, host: str) -> None:
    """Pass a host that may be asked. Raises: PeerError(BLOCKED) or PeerError(NOT_ALLOWED)."""
    policy.check(await db.read(domains.standing, host), host)


def check_account(snapshot: Snapshot, account: Account) -> None:
    """Pass an account that may be followed. Raises: Problem 422 that says why not."""
    if account.is_local:
        return
    host = uris.host_of(account.uri)
    refusal = domains.standing(snapshot, host).refusal or (Reason.BLOCKED if account.is_host_suspended else None)
    if refusal is not None:
        raise refused(refusal, host)


def refused(reason: Reason, host: str) -> Problem:
    """Return what to tell one of our people who wants to reach a host that may not be."""
    text = policy.words(reason, host)
    return invalid(f"{text[0].upper()}{text[1:]}. Ask your moderators.", code=reason.value)


def verdict(snapshot: Snapshot, activity: Activity, signer: str) -> Ignored | Refused | None:
    """Say what policy makes of a verified activity before anybody judges it; None lets it pass."""
    return _verdict(snapshot, activity, signer, _standings(snapshot, activity, signer))


def _verdict(
    snapshot: Snapshot, activity: Activity, signer: str, found: Mapping[str, Standing]
) -> Ignored | Refused | None:
    for host, one in found.items():
        if one.refusal is not None:
            return Refused(one.refusal, policy.words(one.refusal, host))
        if one.no_reports and "Flag" in loose.types_of(activity.document):
            return Ignored(Reason.NOT_ALLOWED)
    if kind_of(activity) not in _FAREWELLS and _is_suspended(snapshot, signer, activity.actor):
        return Refused(Reason.BLOCKED, "this node does not speak with that account")
    return None if _held_host(snapshot, found) is None else Ignored(Reason.HELD)


def stop_or_hold(unit: Unit, activity: Activity, signer: str) -> Ignored | Refused | None:
    """Refuse what comes from a host that may not speak with us, keep what a person looks at first, let the rest pass.

    Raises: Problem 503 when too much is held already.
    """
    found = _standings(unit, activity, signer)
    said = _verdict(unit, activity, signer, found)
    if not isinstance(said, Ignored) or said.reason is not Reason.HELD:
        return said
    host = _held_host(unit, found) or ""
    if found[host].level == "none":
        domains.keep(unit, Domain(host, "review", private_comment=FIRST_CONTACT))
        domains.mark(unit, [host])
    if not held.keep(unit, host, signer, _encode(activity.document).decode()):
        raise Problem(503, Reason.OVERLOADED.value, "Too much waits for a person. Try again.", retry_after_s=3600)
    return said


def waiting_for_a_person(snapshot: Snapshot, addresses: Iterable[str]) -> set[str]:
    """Return those addresses whose hosts' words are held until a person looked at them: none is to be fetched unasked."""
    hosts = {one: host for one in addresses if (host := _host(one)) is not None}
    found = domains.standings(snapshot, dict.fromkeys(hosts.values())) if hosts else {}
    return {one for one, host in hosts.items() if _held_host(snapshot, {host: found[host]}) is not None}


def waits_for_a_person(snapshot: Snapshot, address: str) -> bool:
    """Tell whether what a host says is held until a person looked at it."""
    return bool(waiting_for_a_person(snapshot, [address]))


def check_unasked(snapshot: Snapshot, address: str) -> None:
    """Pass an address that none of ours asked for, but something that a peer said. Raises: PeerError(HELD)."""
    if waits_for_a_person(snapshot, address):
        raise PeerError(Reason.HELD, "a person looks at this server first")


def _standings(snapshot: Snapshot, activity: Activity, signer: str) -> dict[str, Standing]:
    """Return how the hosts of who speaks stand, and those of their handles where a person looks first or wants no reports."""
    found = domains.standings(snapshot, [host for one in (signer, activity.actor) if (host := _host(one)) is not None])
    known = accounts.by_uris(snapshot, (signer, activity.actor)).values()
    handles = {one.host for one in known if not one.is_local} - found.keys()
    for host, one in domains.standings(snapshot, handles).items() if handles else ():
        if one.refusal is None and (one.is_held or one.no_reports):
            is_undecided = one.level == "none"  # but this is no first contact: nobody spoke from there
            found[host] = replace(one, level="allow") if is_undecided else one
    return found


def _is_suspended(snapshot: Snapshot, *uris_: str) -> bool:
    return any(one.is_suspended and not one.is_local for one in accounts.by_uris(snapshot, uris_).values())


def _held_host(snapshot: Snapshot, found: Mapping[str, Standing]) -> str | None:
    """Return the host for whose sake an activity waits for a person, if any."""
    return next((host for host, one in found.items() if one.is_held or _is_first_contact(snapshot, host, one)), None)


def _is_first_contact(snapshot: Snapshot, host: str, standing: Standing) -> bool:
    """Tell whether a host that nobody decided about and none of ours wrote to speaks up, where that is to be held."""
    site = snapshot.site
    if not site.is_quarantining or standing.level != "none" or host in (site.host, site.handle_host):
        return False
    known = peers.by_host(snapshot, host)
    is_met = known is not None and (known.heard_at is not None or known.delivered_at is not None)
    return not (is_met or deliveries.is_addressed(snapshot, host))


class Decided(Struct, frozen=True):
    """What followed from a decision."""

    cut: Cut = Cut()
    shown_again: int = 0
    dropped_deliveries: int = 0
    dropped_held: int = 0
    released: int = 0
    asked_again: int = 0


def decide(unit: Unit, domain: Domain, *, by: str) -> Decided:
    """Write a decision about a host and everything that follows from it. Raises: Problem 422 about our own host."""
    if domain.host in (unit.site.host, unit.site.handle_host):
        raise invalid("This is our own host.", field="host")
    return decide_all(unit, [domain], by=by)


def decide_all(unit: Unit, decisions: Sequence[Domain], *, by: str) -> Decided:
    """Write several decisions at once, such as those of a list."""
    for one in decisions:
        domains.keep(unit, one)
        flags = {"no_media": one.no_media, "no_reports": one.no_reports}
        unit.audit(actor=by, act=f"peer.{one.level}", object=one.host, **flags)
    done = _follow_up(unit, [one.host for one in decisions])
    asked = sum(_restore(unit, one.host) for one in decisions if one.level == "allow")
    return replace(done, asked_again=asked)


def _restore(unit: Unit, host: str) -> int:
    """Have our people ask again to follow those of a host from whom it was cut off; return how many follows that is."""
    ids = domains.free_under(unit, host)
    waiting = severances.count_towards(unit, ids)
    if waiting:
        jobs.add(unit, "restore", host, host=host)
    return waiting


def forget(unit: Unit, host: str, *, by: str) -> Decided | None:
    """Take a decision back; None when there was none."""
    if not domains.forget(unit, host):
        return None
    unit.audit(actor=by, act="peer.forget", object=host)
    return _follow_up(unit, [host])


def _follow_up(unit: Unit, hosts: Collection[str]) -> Decided:
    cut, back = domains.mark(unit, hosts)
    ties = domains.ties(unit, list(cut))
    domains.end_follows(unit, cut)
    waiting = _under(hosts, deliveries.waiting_hosts(unit))
    refusals = [(one, found.refusal) for one, found in domains.standings(unit, waiting).items() if found.refusal]
    dropped = sum(deliveries.drop_host(unit, one, error=str(reason)) for one, reason in refusals)
    released, let_go = _settle_held(unit, hosts)
    return Decided(ties, len(back), dropped, let_go, released)


def _under(hosts: Collection[str], some: Iterable[str]) -> list[str]:
    decided = frozenset(hosts)
    return [one for one in some if not decided.isdisjoint(policy.names(one))]


def _settle_held(unit: Unit, hosts: Collection[str]) -> tuple[int, int]:
    """Let what is held under hosts go on, or drop it; return how many activities each."""
    released = dropped = 0
    kept = held.counts(unit)
    kept = {one: kept[one] for one in _under(hosts, kept)}
    for one, found in domains.standings(unit, kept).items():
        if found.refusal is not None:
            dropped += held.drop(unit, one)
        elif not found.is_held:
            jobs.add(unit, "unhold", one, host=one)
            released += kept[one]
    return released, dropped


def preview(snapshot: Snapshot, decisions: Sequence[Domain]) -> dict[str, Cut]:
    """Return what each of these decisions would cut now, beside those that stand, of those that would cut anything."""
    new = {one.host: one.decision for one in decisions}
    under = [one for one in domains.accounts_under(snapshot, new) if not one.is_suspended]
    will = domains.standings(snapshot, {host for account in under for host in account.hosts}, instead=new)
    found: dict[str, list[int]] = {}
    for account in under:
        worst = policy.strictest(will[host] for host in account.hosts)
        if worst.level == "suspend" and worst.decided_for in new:
            found.setdefault(worst.decided_for, []).append(account.id)
    return {host: domains.ties(snapshot, ids) for host, ids in found.items()}


def _host(address: str) -> str | None:
    try:
        return uris.host_of(address)
    except PeerError:
        return None
