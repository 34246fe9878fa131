"""What became of a trial reaches whoever is still trying: every open action of its lineage, ours and others'.

How it works. A public result, and whatever is withdrawn, goes to the servers of everybody whom it concerns, whoever follows
whom; all results alike, for the ones that are missed are those that failed. Whoever knows more of the lineage than its
author, because something above is its own, passes the activity on as it came: its author vouches for it, or it is fetched
from where it came from. An activity is judged once by its id, so it is passed on once, and no two nodes send it in circles.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from federation import effects, uris
from federation.activities import Activity
from federation.effects import Effect
from node.services import sending
from node.store import accounts, concerned, fanning, follows, records, statuses
from node.store.concerned import Concerned
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_RECEIVERS: Final = 500
MAX_A_HOST: Final = 4
_PASSED: Final = frozenset({"Create", "Update"})


def abroad(snapshot: Snapshot, status: Status) -> list[int]:
    """Return the people elsewhere whom a post of ours concerns, although they may not follow its author."""
    if status.visibility != "public" or not is_news(snapshot, status.id):
        return []
    found = _receivers(concerned.of(snapshot, status.uri))
    return follows.without_blockers(snapshot, found, status.account_id) if found else []


def is_news(snapshot: Snapshot, status_id: int) -> bool:
    """Tell whether a post says what came of a trial, or that something is taken back."""
    kept = records.of_status(snapshot, status_id)
    return kept is not None and (kept.type == "LearningShare" or kept.state == "withdrawn")


def forward(unit: Unit, activity: Activity, done: Iterable[Effect], *, sender: str) -> None:
    """Pass a result on, as it came, to those who try the same elsewhere, where something it goes back to is ours."""
    if activity.type not in _PASSED:
        return
    for effect in done:
        if isinstance(effect, effects.StoreStatus | effects.UpdateStatus) and effect.record is not None:
            status = statuses.by_uri(unit, effect.note.uri)
            if status is not None and status.visibility == "public" and is_news(unit, status.id):
                _pass_on(unit, status, activity.document, {uris.host_of(sender), uris.host_of(activity.actor)})


def _pass_on(unit: Unit, status: Status, document: Mapping[str, Any], heard: set[str]) -> None:
    found = concerned.of(unit, status.uri)
    if not any(one.is_above and not one.host for one in found):
        return
    receivers = _receivers([one for one in found if uris.host_of(one.uri) not in heard])
    server = accounts.by_uri(unit, unit.site.server_actor_uri)
    if receivers and server is not None:
        body_id = sending.keep_as_it_is(unit, server.id, dict(document), status_id=None)
        fanning.fan_out(unit, body_id, [fanning.inboxes_of(receivers, is_shared=True)])


def _receivers(found: Sequence[Concerned]) -> list[int]:
    """Return some people of each host, those nearest, so that no host can crowd out the others."""
    counted: Counter[str] = Counter()
    chosen: dict[int, None] = {}
    for one in found:
        if one.host and one.account_id not in chosen and counted[one.host] < MAX_A_HOST:
            counted[one.host] += 1
            chosen[one.account_id] = None
    return list(chosen)[:MAX_RECEIVERS]


def ours(snapshot: Snapshot, uri: str) -> list[int]:
    """Return the people here with an open action in the lineage of a record."""
    return list(dict.fromkeys(one.account_id for one in concerned.of(snapshot, uri) if not one.host))
