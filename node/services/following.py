"""Following, by local people and by peers alike, and blocking and muting."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from msgspec import Struct

from node.errors import forbidden, invalid, not_found
from node.events import FollowAccepted, FollowEnding, FollowRequested
from node.services import policing
from node.store import accounts, follows, presenting, users
from node.store import relations as relating
from node.store.accounts import Account
from node.store.follows import Follow, Pair
from node.store.relations import Relation
from node.store.unit import Snapshot, Unit

MAX_LANGUAGES: Final = 100
BATCH: Final = 200
MAX_MUTE_S: Final = 100 * 366 * 86_400
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


class Wanted(Struct, frozen=True):
    """What of somebody one follows is shown; None leaves it as it is, at first everything but the bell."""

    shows_boosts: bool | None = None
    notifies: bool | None = None
    languages: Sequence[str] | None = None  # none of them: all


AS_USUAL: Final = Wanted()


def follow(unit: Unit, account_id: int, target_id: int, wanted: Wanted = AS_USUAL) -> None:
    """Follow an account, or ask to; again only changes what is shown.

    Raises: 404, 403 for oneself and when one blocks the other, 422 for what is no language.
    """
    if account_id == target_id:
        raise forbidden("You cannot follow yourself")
    accounts.hold(unit, (account_id, target_id))
    target, shown = _target(unit, account_id, target_id), _shown(wanted)
    existing = follows.between(unit, account_id, target.id)
    if existing is None:
        request(unit, account_id, target, shown=shown)
    elif shown:
        follows.change(unit, existing.id, **shown)


def _shown(wanted: Wanted) -> dict[str, Any]:
    shown: dict[str, Any] = {"shows_boosts": wanted.shows_boosts, "notifies": wanted.notifies}
    shown = {name: value for name, value in shown.items() if value is not None}
    if wanted.languages is None:
        return shown
    languages = [one for one in dict.fromkeys(wanted.languages) if one]
    if len(languages) > MAX_LANGUAGES or not all(_LANGUAGE.fullmatch(one) for one in languages):
        raise invalid("Validation failed: languages must be language codes such as en", field="languages")
    return shown | {"languages": languages or None}


def request(
    unit: Unit, account_id: int, target: Account, *, uri: str | None = None, shown: Mapping[str, Any] | None = None
) -> None:
    """Write a request to follow; an account of ours that is not locked accepts at once, unless a limited one asks.

    A peer that asks again is answered again: our first answer may have been lost. Whoever is not let in yet is not there.
    """
    if target.is_local and users.is_waiting(unit, target.id):
        return
    follow_id = unit.new_id()
    made = Follow(
        id=follow_id,
        account_id=account_id,
        target_id=target.id,
        uri=uri or f"{unit.site.base_url}/follows/{follow_id}",
        is_accepted=False,
        created_at=unit.now,
        **({"shows_boosts": True, "notifies": False} | dict(shown or {})),
    )
    if not follows.insert(unit, made):
        _repeat(unit, made, target)
        return
    if target.is_local and not _must_ask(unit, account_id, target):
        follows.accept(unit, made)
        unit.record(FollowAccepted(follow_id))
    else:
        unit.record(FollowRequested(follow_id))


def _must_ask(unit: Unit, account_id: int, target: Account) -> bool:
    """Tell whether somebody decides about a follower: everybody who wants so, and all where a limited account asks.

    The institution's actor has nobody who could answer.
    """
    if target.is_locked or target.kind not in ("person", "group"):
        return target.is_locked
    follower = accounts.by_id(unit, account_id)
    return follower is not None and follower.is_limited


def _repeat(unit: Unit, again: Follow, target: Account) -> None:
    held = follows.between(unit, again.account_id, again.target_id)
    if held is None:
        return
    follows.change(unit, held.id, uri=again.uri)
    if held.is_accepted and target.is_local:
        unit.record(FollowAccepted(held.id, is_repeated=True))


def unfollow(unit: Unit, account_id: int, target_id: int) -> None:
    """End a follow or take a request back; none is fine."""
    _end(unit, account_id, target_id)


def accept(unit: Unit, target_id: int, account_id: int) -> None:
    """Accept the request of an account to follow `target_id`. Raises: 404 when there is none."""
    held = follows.between(unit, account_id, target_id)
    if held is None:
        raise not_found()
    if follows.accept(unit, held):
        unit.record(FollowAccepted(held.id))


def reject(unit: Unit, target_id: int, account_id: int) -> None:
    """Refuse a request, or remove a follower; none is fine."""
    _end(unit, account_id, target_id, by_target=True)


def _end(unit: Unit, account_id: int, target_id: int, *, by_target: bool = False) -> None:
    held = follows.between(unit, account_id, target_id)
    if held is not None:
        unit.record(FollowEnding(held.id, by_target=by_target))
        follows.remove(unit, held)
        presenting.unendorse(unit, Pair(account_id, target_id))  # one endorses whom one follows


def block(unit: Unit, account_id: int, target_id: int) -> None:
    """Block an account: both follows end, neither sees the other. Raises: 404, 422 for oneself."""
    target = _target(unit, account_id, target_id, may_be_blocked=True)
    accounts.hold(unit, (account_id, target.id))
    part(unit, account_id, target.id)
    follows.set_block(unit, Pair(account_id, target.id), is_on=True)


def unblock(unit: Unit, account_id: int, target_id: int) -> None:
    """Take a block back; none is fine."""
    follows.set_block(unit, Pair(account_id, target_id), is_on=False)


def part(unit: Unit, account_id: int, other_id: int) -> None:
    """End the follows and requests between two accounts, whichever there are."""
    _end(unit, account_id, other_id)
    _end(unit, other_id, account_id, by_target=True)


def mute(
    unit: Unit, account_id: int, target_id: int, *, hides_notifications: bool = True, lasts_s: int | None = None
) -> None:
    """Mute an account, for some time or until it is ended: what it posts is not shown, it is not told.

    Raises: 404, 422 for oneself.
    """
    target = _target(unit, account_id, target_id, may_be_blocked=True)
    until = unit.now + timedelta(seconds=min(lasts_s, MAX_MUTE_S)) if lasts_s else None
    pair = Pair(account_id, target.id)
    follows.set_mute(unit, pair, is_on=True, hides_notifications=hides_notifications, until=until)


def unmute(unit: Unit, account_id: int, target_id: int) -> None:
    """Take a mute back; none is fine."""
    follows.set_mute(unit, Pair(account_id, target_id), is_on=False)


def sweep(unit: Unit) -> int:
    """Remove mutes that have ended; return how many. Call again while it is `BATCH`."""
    return follows.sweep(unit, limit=BATCH)


def relations(snapshot: Snapshot, viewer_id: int, target_ids: Iterable[int]) -> dict[int, Relation]:
    """Return how a viewer stands to each of several accounts."""
    return relating.of(snapshot, viewer_id, target_ids)


def _target(unit: Unit, account_id: int, target_id: int, *, may_be_blocked: bool = False) -> Account:
    if account_id == target_id:
        raise invalid("You cannot do this with your own account.", code="own-account")
    target = accounts.by_id(unit, target_id)
    if target is not None and not may_be_blocked:
        policing.check_account(unit, target)
    if target is None or target.is_suspended or target.kind == "application" or users.is_waiting(unit, target.id):
        raise not_found()
    if not may_be_blocked and follows.is_blocked_between(unit, account_id, target_id):
        raise forbidden()
    return target
