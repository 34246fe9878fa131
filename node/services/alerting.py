"""What became of a trial reaches whoever is still trying: every open action of its lineage, ours and others'.

How it works. A public result, and whatever is withdrawn, goes to the servers of everybody whom it concerns, whoever follows
whom; all results alike, for the ones that are missed are those that failed. Whoever knows more of the lineage than its
author, because something above is its own, passes the activity on as it came: its author vouches for it, or it is fetched
from where it came from. An activity is judged once by its id, so it is passed on once, and no two nodes send it in circles.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from federation import effects, uris
from federation.activities import Activity
from federation.effects import Effect
from node.services import sending
from node.store import accounts, concerned, deliveries, fanning, follows, records, statuses
from node.store.concerned import Concerned
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_RECEIVERS: Final = 500
MAX_A_HOST: Final = 4
MAX_OF_HOST: Final = 60  # passed on within an hour
MAX_OF_POST: Final = 4
_WINDOW: Final = timedelta(hours=1)
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
    if not any(one.is_above and one.is_open and not one.host for one in found):
        return  # also so that nobody learns by what comes back whether there is a record that is not for everybody
    receivers = _receivers([one for one in found if uris.host_of(one.uri) not in heard])
    server = accounts.by_uri(unit, unit.site.server_actor_uri)
    if receivers and server is not None and not _is_flooding(unit, server.id, status):
        body_id = sending.keep_as_it_is(unit, server.id, dict(document), status_id=status.id)
        fanning.fan_out(unit, body_id, [fanning.inboxes_of(receivers, is_shared=True)])


def _is_flooding(snapshot: Snapshot, server_id: int, status: Status) -> bool:
    """Tell whether a host had us pass on enough for now: one activity of its is many of ours."""
    since, host = snapshot.now - _WINDOW, uris.host_of(status.uri)
    of_host, of_post = deliveries.passed_on(snapshot, server_id, host=host, status_id=status.id, since=since)
    return of_host >= MAX_OF_HOST or of_post >= MAX_OF_POST


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
