"""What holds for every table, whatever it is about."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint

from node.store import tables

# Rows of our own few people or of a few minutes: to walk through all of them costs nothing.
SMALL: Final = {
    *("grants.app_id", "grants.user_id"),
    *("phases.entered_by_id", "points.entered_by_id", "shares.account_id", "webhooks.made_by_id"),
}


def led_by(table: Table) -> Iterator[str]:
    """Give the columns by which all rows are found: the first of each key, unique constraint and index of the table."""
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            yield next(iter(constraint.columns)).name
    for index in table.indexes:
        first = next(iter(index.columns)).name
        some = index.dialect_options["sqlite"]["where"]
        if some is None or str(some) == f"{first} IS NOT NULL":
            yield first


def test_rows_that_go_with_another_are_found_by_an_index() -> None:
    """Deleting an account or a status looks for what refers to it in every table; no table is walked through for that."""
    walked = {
        f"{table.name}.{key.parent.name}"
        for table in tables.metadata.tables.values()
        for key in table.foreign_keys
        if key.parent.name not in set(led_by(table))
    }

    assert walked == SMALL
