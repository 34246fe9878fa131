"""Who works where: units of the house under one another, and the people in them.

An administrator makes, names, places and assigns; everybody may say where they work themselves. Every change is audited.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from node.errors import invalid, not_found
from node.learning.measures import measure_key
from node.learning.typed import line
from node.services import accounts
from node.store import accounts as rows_of
from node.store import units
from node.store.unit import Snapshot, Unit
from node.store.units import UnitRow

MAX_UNITS: Final = 500
MAX_DEPTH: Final = 8
MAX_NAME: Final = 80
_SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class Ward(Struct, frozen=True, kw_only=True):
    """A unit with those above it, the highest first, and how many people work in it and below."""

    slug: str
    name: str
    parent: str | None
    above: tuple[str, ...]
    people: int
    depth: int

    @property
    def path(self) -> str:
        """Its name behind those of the units above it."""
        return " / ".join((*self.above, self.name))


# ------------------------------------------------------------------ what is there


def listed(snapshot: Snapshot) -> tuple[Ward, ...]:
    """Return the units of the house, each after the one above it."""
    rows = units.all_of(snapshot)
    sizes = units.sizes(snapshot)
    by_id = {row.id: row for row in rows}
    people: Counter[int] = Counter()
    for row in rows:
        for unit_row in (row, *_above(row, by_id)):
            people[unit_row.id] += sizes.get(row.id, 0)
    wards = [_ward(row, _above(row, by_id), people[row.id]) for row in rows]
    return tuple(sorted(wards, key=lambda ward: (*(name.casefold() for name in ward.above), ward.name.casefold())))


def one(snapshot: Snapshot, slug: str) -> Ward:
    """Return a unit. Raises: 404."""
    found = next((ward for ward in listed(snapshot) if ward.slug == slug), None)
    if found is None:
        raise not_found()
    return found


def place_of(snapshot: Snapshot, account_id: int) -> str | None:
    """Return the slug of the unit that somebody works in."""
    row = units.of_account(snapshot, account_id)
    return None if row is None else row.slug


def people_in(snapshot: Snapshot, slug: str) -> frozenset[int]:
    """Return the accounts of who works in a unit and below it. Raises: 404."""
    row = _row(snapshot, slug)
    return frozenset(units.members(snapshot, _below(units.all_of(snapshot), row.id)))


def groups(snapshot: Snapshot) -> tuple[frozenset[int], ...]:
    """Return the accounts of who works in each unit and below it."""
    rows, places = units.all_of(snapshot), units.places(snapshot)
    below = [_below(rows, row.id) for row in rows]
    return tuple(frozenset(one for unit_id in ids for one in places.get(unit_id, ())) for ids in below)


# ------------------------------------------------------------------ what changes


def make(unit: Unit, name: str, *, by: str, slug: str | None = None, parent: str | None = None) -> str:
    """Make a unit and return its slug. Raises: 422 naming what is wrong or taken."""
    named = _name(name)
    rows = units.all_of(unit)
    if len(rows) >= MAX_UNITS:
        raise invalid(f"This hospital has {MAX_UNITS} units already. Remove one first.", field="name", code="too-many")
    chosen = slug or measure_key(named, {row.slug for row in rows})
    if not _SLUG.fullmatch(chosen):
        raise invalid(
            f"“{chosen}” is no short name. Write up to 40 of a-z, 0-9 and -.", field="slug", code="slug-malformed"
        )
    above = _row(unit, parent, field="parent") if parent else None
    if above is not None and _depth(rows, above) + 1 >= MAX_DEPTH:
        raise _too_deep()
    row = UnitRow(id=unit.new_id(), slug=chosen, name=named, parent_id=above.id if above else None, created_at=unit.now)
    if not units.insert(unit, row):
        raise invalid(f"There is a unit “{chosen}” already. Choose another short name.", field="slug", code="taken")
    unit.audit(actor=by, act="unit.make", object=f"unit:{chosen}")
    return chosen


def rename(unit: Unit, slug: str, name: str, *, by: str) -> None:
    """Give a unit another name; its address stays. Raises: 404, 422."""
    row, named = _row(unit, slug), _name(name)
    units.change(unit, row.id, name=named)
    unit.audit(actor=by, act="unit.rename", object=f"unit:{slug}")


def place(unit: Unit, slug: str, parent: str | None, *, by: str) -> None:
    """Put a unit under another one, or under none. Raises: 404; 422 when it would lie below itself."""
    row, rows = _row(unit, slug), units.all_of(unit)
    above = _row(unit, parent, field="parent") if parent else None
    if above is not None:
        below = _below(rows, row.id)
        if above.id in below:
            raise invalid(
                f"{above.name} is {row.name} or lies below it. Choose another one.", field="parent", code="unit-cycle"
            )
        height = max(_depth(rows, one) for one in rows if one.id in below) - _depth(rows, row)
        if _depth(rows, above) + 1 + height >= MAX_DEPTH:
            raise _too_deep()
    units.change(unit, row.id, parent_id=above.id if above else None)
    unit.audit(actor=by, act="unit.place", object=f"unit:{slug}", parent=parent or "")


def remove(unit: Unit, slug: str, *, by: str) -> None:
    """Remove a unit; its people work nowhere in particular, and what lay below it stands alone. Raises: 404."""
    units.remove(unit, _row(unit, slug).id)
    unit.audit(actor=by, act="unit.remove", object=f"unit:{slug}")


def assign(unit: Unit, username: str, slug: str | None, *, by: str) -> None:
    """Say where somebody works; None: nowhere in particular. Raises: 404, 422."""
    account = rows_of.local_by_username(unit, username.strip().removeprefix("@"))
    if account is None:
        raise not_found()
    _assign(unit, account.id, account.uri, slug, by=by)


def choose(unit: Unit, account_id: int, slug: str | None) -> None:
    """Say where one works oneself. Raises: 404, 422."""
    account, _user = accounts.owner(unit, account_id)
    _assign(unit, account_id, account.uri, slug, by=f"account:{account_id}")


# ------------------------------------------------------------------ inside


def _assign(unit: Unit, account_id: int, uri: str, slug: str | None, *, by: str) -> None:
    row = _row(unit, slug, field="unit") if slug else None
    if not units.assign(unit, account_id, row.id if row else None):
        raise not_found()
    unit.audit(actor=by, act="unit.assign", object=uri, unit=slug or "")


def _row(snapshot: Snapshot, slug: str, *, field: str = "") -> UnitRow:
    """Return a unit. Raises: 404, or 422 where it was typed into a field."""
    row = units.by_slug(snapshot, slug)
    if row is None and field:
        raise invalid(f"There is no unit “{slug}”. Choose one from the list.", field=field, code="unit-unknown")
    if row is None:
        raise not_found()
    return row


def _name(typed: str) -> str:
    name = line(typed, MAX_NAME, field="name")
    if not name:
        raise invalid("The name is missing. Write what people call it.", field="name", code="text-missing")
    return name


def _too_deep() -> Exception:
    return invalid(f"Units lie at most {MAX_DEPTH} deep. Choose one higher up.", field="parent", code="unit-too-deep")


def _below(rows: Sequence[UnitRow], unit_id: int) -> frozenset[int]:
    """Return a unit and all that lie below it."""
    found, front = {unit_id}, {unit_id}
    while front:
        front = {row.id for row in rows if row.parent_id in front} - found
        found |= front
    return frozenset(found)


def _above(row: UnitRow, by_id: dict[int, UnitRow]) -> tuple[UnitRow, ...]:
    found: list[UnitRow] = []
    while row.parent_id is not None and row.parent_id in by_id and len(found) < MAX_DEPTH:
        row = by_id[row.parent_id]
        found.insert(0, row)
    return tuple(found)


def _depth(rows: Sequence[UnitRow], row: UnitRow) -> int:
    return len(_above(row, {one.id: one for one in rows}))


def _ward(row: UnitRow, above: Sequence[UnitRow], people: int) -> Ward:
    return Ward(
        slug=row.slug,
        name=row.name,
        parent=above[-1].slug if above else None,
        above=tuple(one.name for one in above),
        people=people,
        depth=len(above),
    )
