"""The view of Who else saw this: records that are like another, each with its author, place and the reasons."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeItem:
    """One record; `words` is what it is, such as "Learned"."""

    title: str
    url: str
    by: str
    words: str
    arc: str
    reasons: tuple[str, ...]
    language: str = ""
