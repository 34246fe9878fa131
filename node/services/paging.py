"""The part of a list that a reader asks for, as services and the web hand it to the store."""

from node.store.lines import Page

__all__ = ["Page"]
