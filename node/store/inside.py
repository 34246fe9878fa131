"""What stays in the house: the one check that every body passes where its deliveries are made (`fanning`)."""

import re
from functools import lru_cache

from sqlalchemy import select

from node.errors import Problem
from node.social.visibility import INSIDE
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
    row = _body.first(unit.conn, the_id=body_id)
    if row is not None:
        check(unit, row[0])


def check(unit: Unit, text: str) -> None:
    """Pass a text that names no post of the house. Raises: 422 `stays-inside`."""
    named = sorted({int(digits) for digits in _addresses(unit.site.base_url).findall(text)})
    if named and _within.rows(unit.conn, named):
        words = "This leads to a post that stays in this house, and would leave it. Take its address out."
        raise Problem(422, "stays-inside", words)


@lru_cache(maxsize=16)
def _addresses(base_url: str) -> re.Pattern[str]:
    """Return the form of the addresses that a post of ours has: its id, page, conversation and loop."""
    return re.compile(
        rf"{re.escape(base_url)}/(?:users/[^/\"\s<>]+/statuses|@[^/\"\s<>]+|contexts|loops)/(\d{{1,19}})", re.I
    )
