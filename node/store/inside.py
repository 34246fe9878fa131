"""What stays in the house: the one check that every body passes where its deliveries are made (`fanning`)."""

import re
from functools import lru_cache

from sqlalchemy import select

from node.errors import Problem
from node.social.visibility import INSIDE
from node.store import memo
from node.store.compiled import OneOf, Prepared, bound
from node.store.tables import bodies, statuses
from node.store.unit import Unit

_body = Prepared(lambda: select(bodies.c.body).where(bodies.c.id == bound(bodies.c.id)))
_within = OneOf(
    lambda ids: select(statuses.c.id).where(statuses.c.id.in_(ids), statuses.c.visibility.in_(sorted(INSIDE))),
    statuses.c.id,
)


def check_body(unit: Unit, body_id: int) -> None:
    """Pass a body that goes to somebody elsewhere. Raises: as `check`, whereupon nothing is sent and nothing was done."""
    text = memo.once(unit, ("body", body_id), lambda: (_body.first(unit.conn, the_id=body_id) or ("",))[0])
    check(unit, text)


def check(unit: Unit, text: str) -> None:
    """Pass a text that names no post of the house. Raises: 422 `stays-inside`."""
    named = sorted({int(digits) for digits in _addresses(unit.site.base_url).findall(text)})
    asked = [one for one in named if not _is_known_open(unit, one)]
    if asked and _within.rows(unit.conn, asked):
        words = "This leads to a post that stays in this house, and would leave it. Take its address out."
        raise Problem(422, "stays-inside", words)


def _is_known_open(unit: Unit, status_id: int) -> bool:
    """Tell whether a post was read in this unit already and may leave the house."""
    held = unit.kept.get(("status", status_id)) if unit.kept else None
    return held is not None and held.visibility not in INSIDE


@lru_cache(maxsize=16)
def _addresses(base_url: str) -> re.Pattern[str]:
    """Return the form of the addresses that a post of ours has: its id, page, conversation and loop."""
    return re.compile(
        rf"{re.escape(base_url)}/(?:users/[^/\"\s<>]+/statuses|@[^/\"\s<>]+|contexts|loops)/(\d{{1,19}})", re.I
    )
