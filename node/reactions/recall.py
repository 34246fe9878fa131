"""Reactions that ask for what was before: the posts of somebody who is followed for the first time."""

from node.events import FollowAccepted
from node.store import accounts, backfills, follows, jobs
from node.store.unit import Unit


def history(unit: Unit, event: FollowAccepted) -> None:
    """Ask for the pins and the last posts of a peer's account, once, when somebody here begins to follow it."""
    edge = follows.by_id(unit, event.follow_id)
    people = accounts.by_ids(unit, (edge.account_id, edge.target_id)) if edge is not None else {}
    if edge is None or not people[edge.account_id].is_local or people[edge.target_id].is_local:
        return
    if backfills.begin_history(unit, edge.target_id):
        jobs.add(unit, "history", people[edge.target_id].uri, account_id=edge.target_id)
