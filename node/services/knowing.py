"""Loads the facts a judgement rests on, in the transaction that carries out what follows."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from federation import loose
from federation.effects import ActFact, ActorFact, Facts, FollowFact, Refs, RelayFact, StatusFact
from node.entities.poll import is_over
from node.services import approving, policing
from node.store import accounts, arrivals, concerned, favourites, follows, groups, polls, reactions, relays, statuses
from node.store.accounts import Account
from node.store.polls import Poll
from node.store.relays import Relay
from node.store.statuses import Status
from node.store.unit import Snapshot

MAX_ASKED: Final = 4


def facts_for(
    snapshot: Snapshot,
    refs: Refs,
    *,
    signer: str,
    fetched: Mapping[str, Mapping[str, object]] | None = None,
    has_asked: bool = False,
) -> Facts:
    """Return what the node knows of everything an activity refers to."""
    people = accounts.by_uris(snapshot, dict.fromkeys((*refs.actors, signer)))
    found = statuses.by_uris(snapshot, refs.objects)
    authors = accounts.by_ids(snapshot, {status.account_id for status in found.values()})
    buried = arrivals.gone_by(snapshot, (*refs.objects, *refs.actors, *refs.follows, *refs.acts))
    asked = polls.of_statuses(snapshot, [status.id for status in found.values() if status.is_local])
    by = people.get(signer)
    others = [account.id for account in people.values()]
    edges = follows.concerning(snapshot, by.id if by is not None else None, others, refs.follows)
    ruled = groups.moderated_by(snapshot, signer)
    return Facts(
        now=snapshot.now,
        actors={uri: _actor(snapshot, account) for uri, account in people.items()},
        statuses={
            uri: replace(
                _status(status, authors[status.account_id], _moderated(snapshot, status, ruled)),
                **_asked(asked.get(status.id), snapshot),
            )
            for uri, status in found.items()
        },
        follows=tuple(FollowFact(*edge) for edge in edges),
        acts=tuple(
            ActFact(*act) for act in (*favourites.acts(snapshot, refs.acts), *reactions.acts(snapshot, refs.acts))
        ),
        asked=tuple(asked for uri in refs.asked[:MAX_ASKED] for asked in approving.waiting(snapshot, uri)),
        gone=frozenset(buried),
        gone_by=buried,
        fetched=dict(fetched or {}),
        has_asked=has_asked,
        relays=tuple(_relay(snapshot, relay) for relay in relays.concerning(snapshot, signer, refs.follows)),
        signer_has_local_followers=by is not None and follows.has_local_followers(snapshot, by.id),
        is_lineage_ours=bool(refs.lineage) and concerned.has_ours(snapshot, refs.lineage),
        loopback_http=snapshot.site.loopback_http,
    )


def missing(snapshot: Snapshot, refs: Refs) -> tuple[list[str], list[str]]:
    """Return the actors and objects worth fetching that the node does not have; no object of a host that waits for a person."""
    people = accounts.by_uris(snapshot, refs.fetch_actors)
    found = statuses.by_uris(snapshot, refs.fetch_objects)
    is_ours = snapshot.site.is_ours
    wanted = [uri for uri in refs.fetch_objects if uri not in found and not is_ours(uri)]
    waiting = policing.waiting_for_a_person(snapshot, wanted)
    return (
        [uri for uri in refs.fetch_actors if uri not in people and not is_ours(uri)],
        [uri for uri in wanted if uri not in waiting],
    )


def _actor(snapshot: Snapshot, account: Account) -> ActorFact:
    return ActorFact(
        account.uri,
        account.is_local,
        account.followers_uri,
        account.is_locked,
        kind=account.kind,
        is_suspended=account.is_suspended,
        also_known_as=tuple(account.also_known_as),
        moved_at=account.moved_at,
        featured_uri=account.featured_uri,
        moderators_uri=account.moderators_uri,
        moderators=groups.known_moderators(snapshot, account.id) if account.kind == "group" else None,
    )


def _relay(snapshot: Snapshot, relay: Relay) -> RelayFact:
    return RelayFact(
        follow_uri=relay.follow_uri,
        follower_uri=snapshot.site.server_actor_uri,
        target_uri=loose.PUBLIC if relay.kind == "mastodon" else relay.actor_uri or relay.inbox,
        inbox=relay.inbox,
        actor_uri=relay.actor_uri,
        state=relay.state,
    )


def _status(status: Status, author: Account, moderated_in: tuple[str, ...]) -> StatusFact:
    updated = status.edited_at or status.created_at
    return StatusFact(status.uri, author.uri, status.visibility, status.is_local, updated, moderated_in)


def _asked(poll: Poll | None, snapshot: Snapshot) -> dict[str, Any]:
    return {"options": tuple(poll.options), "is_closed": is_over(poll, snapshot.now)} if poll is not None else {}


def _moderated(snapshot: Snapshot, status: Status, ruled: Mapping[int, str]) -> tuple[str, ...]:
    """Return in which groups of ours that the signer moderates a status is."""
    return tuple(ruled[i] for i in groups.places(snapshot, status.id) if i in ruled) if ruled else ()
