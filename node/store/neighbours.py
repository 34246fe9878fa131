"""Hosts that may all be one owner's: whoever holds a domain has as many names below it as they like."""

from typing import Any

from sqlalchemy import ColumnElement, or_

from node.social import policy


def share_domain(column: ColumnElement[Any], host: str) -> ColumnElement[bool]:
    """Return the predicate that a column of hosts lies in the domain of a host, on whatever port."""
    domain = policy.domain_of(host)
    above = [column.startswith(f"{domain}:", autoescape=True), column == domain]
    below = [column.endswith(f".{domain}", autoescape=True), column.contains(f".{domain}:", autoescape=True)]
    return or_(*above, *below)
